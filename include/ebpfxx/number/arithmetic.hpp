#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>

#include <ebpfxx/number/bounded.hpp>

/// Arithmetic on bounded numbers, and arrays indexed by them.
///
/// The result of an operator has the bounds that its hull has (number/interval.hpp). Whether the verifier follows it on
/// every kernel from Linux 6.1 on is measured in tests/kernel/bounded_test.cpp.
namespace ebpfxx {

namespace detail::number {

/// `bits` as a number of the interval, which the verifier has followed or not.
template <Interval Result, bool Followed>
constexpr auto result(std::uint64_t bits) {
  using Number = Bounded<Result.low, Result.high, Followed ? KnownTo::Verifier : KnownTo::Type>;
  return Number::proven(static_cast<typename Number::value_type>(bits));
}

template <BoundedNumber Number>
constexpr std::uint64_t bits(Number number) {
  return static_cast<std::uint64_t>(number.value());
}

template <class Number>
concept NeverNegative = (Number::interval.low >= 0);

/// The verifier loses numbers that pass 32 bits, and those below zero where the optimiser computes in 32.
constexpr bool is_followed(Interval interval) { return interval.low >= 0 && interval.high < WideInteger{1} << 31; }

constexpr bool is_power_of_two(Interval interval) {
  return interval.is_constant() && interval.low > 0 && (interval.low & (interval.low - 1)) == 0;
}

template <class... Numbers>
concept Followed = ((Numbers::known_to == KnownTo::Verifier && is_followed(Numbers::interval)) && ...);

template <class Number>
concept NeverZero = !Number::interval.contains(WideInteger{0});

template <class Number>
concept ShiftWidth = Interval{0, 63}.contains(Number::interval);

/// Magnitude and sign apart: before -mcpu=v4 BPF divides unsigned numbers only.
template <BoundedNumber Number>
constexpr std::uint64_t magnitude(Number number) {
  if constexpr (NeverNegative<Number>)
    return number.value();
  else
    return number.value() < 0 ? 0 - bits(number) : bits(number);
}

template <BoundedNumber Number>
constexpr bool is_negative(Number number) {
  if constexpr (NeverNegative<Number>)
    return false;
  else
    return number.value() < 0;
}

/// For an operation that shows the verifier a bound by itself: what the optimiser knows of a number and the verifier
/// does not must not make it drop the operation.
template <BoundedNumber Number>
constexpr std::uint64_t shown_bits(Number number) {
  return Number::known_to == KnownTo::Verifier ? bits(number) : opaque(bits(number));
}

/// For a comparison that shows the verifier a bound: the optimiser is not to compare what the number came from instead.
template <BoundedNumber Number>
constexpr Number compared(Number number) {
  if constexpr (Number::interval.is_constant()) return number;
  return Number::proven(static_cast<typename Number::value_type>(opaque(bits(number))));
}

}  // namespace detail::number

template <BoundedNumber Left, BoundedNumber Right>
  requires(fits(detail::number::hull::sum(Left::interval, Right::interval)))
constexpr auto operator+(Left left, Right right) {
  constexpr Interval interval = detail::number::hull::sum(Left::interval, Right::interval);
  constexpr bool followed = detail::number::Followed<Left, Right>;
  return detail::number::result<interval, followed>(detail::number::bits(left) + detail::number::bits(right));
}

template <BoundedNumber Left, BoundedNumber Right>
  requires(fits(detail::number::hull::difference(Left::interval, Right::interval)))
constexpr auto operator-(Left left, Right right) {
  constexpr Interval interval = detail::number::hull::difference(Left::interval, Right::interval);
  // Of most numbers the verifier knows how large they can be, not how small.
  return detail::number::result<interval, false>(detail::number::bits(left) - detail::number::bits(right));
}

template <BoundedNumber Left, BoundedNumber Right>
  requires(fits(detail::number::hull::product(Left::interval, Right::interval)))
constexpr auto operator*(Left left, Right right) {
  constexpr Interval interval = detail::number::hull::product(Left::interval, Right::interval);
  constexpr bool followed = detail::number::Followed<Left, Right> && detail::number::is_followed(interval) &&
                            (Left::interval.is_constant() || Right::interval.is_constant());
  return detail::number::result<interval, followed>(detail::number::bits(left) * detail::number::bits(right));
}

/// Rounds towards zero.
template <BoundedNumber Left, BoundedNumber Right>
  requires(detail::number::NeverZero<Right> && fits(detail::number::hull::quotient(Left::interval, Right::interval)))
constexpr auto operator/(Left left, Right right) {
  constexpr Interval interval = detail::number::hull::quotient(Left::interval, Right::interval);
  constexpr bool followed = detail::number::Followed<Left> && detail::number::NeverNegative<Left> &&
                            detail::number::is_power_of_two(Right::interval);
  const std::uint64_t quotient = detail::number::magnitude(left) / detail::number::magnitude(right);
  const bool negative = detail::number::is_negative(left) != detail::number::is_negative(right);
  return detail::number::result<interval, followed>(negative ? 0 - quotient : quotient);
}

/// The remainder of the division that rounds towards zero: it has the sign of `left`.
template <BoundedNumber Left, BoundedNumber Right>
  requires(detail::number::NeverZero<Right>)
constexpr auto operator%(Left left, Right right) {
  constexpr Interval interval = detail::number::hull::remainder(Left::interval, Right::interval);
  constexpr bool masks = detail::number::NeverNegative<Left> && detail::number::is_power_of_two(Right::interval);
  constexpr bool followed = masks && (detail::number::Followed<Left> || interval.high == Right::interval.high - 1);
  const std::uint64_t remainder =
      (masks ? detail::number::shown_bits(left) : detail::number::magnitude(left)) % detail::number::magnitude(right);
  return detail::number::result<interval, followed>(detail::number::is_negative(left) ? 0 - remainder : remainder);
}

template <BoundedNumber Left, BoundedNumber Right>
  requires(detail::number::NeverNegative<Left> && detail::number::NeverNegative<Right>)
constexpr auto operator&(Left left, Right right) {
  constexpr Interval interval = detail::number::hull::bit_and(Left::interval, Right::interval);
  // The bound is that of the smaller operand.
  constexpr bool followed = (detail::number::Followed<Left> && Left::interval.high == interval.high) ||
                            (detail::number::Followed<Right> && Right::interval.high == interval.high);
  return detail::number::result<interval, followed>(detail::number::shown_bits(left) &
                                                    detail::number::shown_bits(right));
}

template <BoundedNumber Left, BoundedNumber Right>
  requires(detail::number::NeverNegative<Left> && detail::number::NeverNegative<Right>)
constexpr auto operator|(Left left, Right right) {
  constexpr Interval interval = detail::number::hull::bit_or(Left::interval, Right::interval);
  return detail::number::result<interval, false>(detail::number::bits(left) | detail::number::bits(right));
}

template <BoundedNumber Left, BoundedNumber Right>
  requires(detail::number::ShiftWidth<Right> && fits(detail::number::hull::left_shift(Left::interval, Right::interval)))
constexpr auto operator<<(Left left, Right right) {
  constexpr Interval interval = detail::number::hull::left_shift(Left::interval, Right::interval);
  constexpr bool followed =
      detail::number::Followed<Left> && detail::number::is_followed(interval) && Right::interval.is_constant();
  return detail::number::result<interval, followed>(detail::number::bits(left) << right.value());
}

/// Rounds down.
template <BoundedNumber Left, BoundedNumber Right>
  requires(detail::number::ShiftWidth<Right>)
constexpr auto operator>>(Left left, Right right) {
  constexpr Interval interval = detail::number::hull::right_shift(Left::interval, Right::interval);
  constexpr bool followed = detail::number::Followed<Left> && Right::interval.is_constant();
  return detail::number::result<interval, followed>(static_cast<std::uint64_t>(left.value() >> right.value()));
}

/// The smaller of two numbers, with bounds from both; neither has to be tested.
template <BoundedNumber Left, BoundedNumber Right>
constexpr auto min(Left left, Right right) {
  constexpr Interval interval = detail::number::hull::minimum(Left::interval, Right::interval);
  // A comparison with a constant tells the verifier, one with another number only from Linux 6.8 on.
  constexpr bool followed = (Left::interval.is_constant() && Left::interval.high == interval.high) ||
                            (Right::interval.is_constant() && Right::interval.high == interval.high);
  left = detail::number::compared(left);
  right = detail::number::compared(right);
  return detail::number::result<interval, followed>(right < left ? detail::number::bits(right)
                                                                 : detail::number::bits(left));
}

/// The larger of two numbers, with bounds from both; neither has to be tested.
template <BoundedNumber Left, BoundedNumber Right>
constexpr auto max(Left left, Right right) {
  constexpr Interval interval = detail::number::hull::maximum(Left::interval, Right::interval);
  constexpr bool followed =
      detail::number::Followed<Left, Right> && (Left::interval.is_constant() || Right::interval.is_constant());
  return detail::number::result<interval, followed>(left < right ? detail::number::bits(right)
                                                                 : detail::number::bits(left));
}

// What must not be written, and why.

#define EBPFXX_LEFT_AND_RIGHT                                                                             \
  detail::number::bounds<Left>.low, detail::number::bounds<Left>.high, detail::number::bounds<Right>.low, \
      detail::number::bounds<Right>.high
#define EBPFXX_REFUSE_OPERANDS(operation, rule, text) \
  template <BoundedNumber Left, BoundedNumber Right>  \
  constexpr Left operator operation(Left left, Right right) EBPFXX_REFUSE(rule, text, EBPFXX_LEFT_AND_RIGHT)
#define EBPFXX_REFUSE_PLAIN(operation, rule)                                                                   \
  template <BoundedNumber Left, std::integral Right>                                                           \
  constexpr Left operator operation(Left left, Right right)                                                    \
      EBPFXX_REFUSE(rule, "the number on the right of '" #operation                                            \
                          "' has no bounds; write constant<...> for a constant, bounded(...) for a variable"); \
  template <std::integral Left, BoundedNumber Right>                                                           \
  constexpr Right operator operation(Left left, Right right)                                                   \
      EBPFXX_REFUSE(rule, "the number on the left of '" #operation                                             \
                          "' has no bounds; write constant<...> for a constant, bounded(...) for a variable")

EBPFXX_REFUSE_OPERANDS(
    +, "wrap",
    "adds a number from %0 to %1 and one from %2 to %3, which 64 bits may not hold; narrow one first, as by 'at_most'");
EBPFXX_REFUSE_OPERANDS(-, "wrap",
                       "takes a number from %2 to %3 from one from %0 to %1, which 64 bits may not hold; narrow one "
                       "first, as by 'at_most'");
EBPFXX_REFUSE_OPERANDS(*, "wrap",
                       "multiplies a number from %0 to %1 by one from %2 to %3, which 64 bits may not hold; narrow one "
                       "first, as by 'at_most'");
EBPFXX_REFUSE_OPERANDS(/, "divide",
                       "divides a number from %0 to %1 by one from %2 to %3, which may be zero or a quotient beyond 64 "
                       "bits; narrow the divisor first, as by 'at_least'");
EBPFXX_REFUSE_OPERANDS(%, "divide",
                       "takes the remainder of a division by a number from %2 to %3, which may be zero; narrow it "
                       "first, as by 'at_least'");
EBPFXX_REFUSE_OPERANDS(&, "wrap",
                       "takes the bits of numbers from %0 to %1 and from %2 to %3, which may be negative; narrow them "
                       "first, as by 'at_least'");
EBPFXX_REFUSE_OPERANDS(|, "wrap",
                       "takes the bits of numbers from %0 to %1 and from %2 to %3, which may be negative; narrow them "
                       "first, as by 'at_least'");
EBPFXX_REFUSE_OPERANDS(
    <<, "wrap",
       "shifts a number from %0 to %1 by %2 to %3 bits, which 64 bits may not hold; narrow one first, as by 'at_most'");
EBPFXX_REFUSE_OPERANDS(>>, "divide",
                       "shifts by %2 to %3 bits, a number has 64; narrow the width first, as by 'at_most'");
EBPFXX_REFUSE_PLAIN(+, "wrap");
EBPFXX_REFUSE_PLAIN(-, "wrap");
EBPFXX_REFUSE_PLAIN(*, "wrap");
EBPFXX_REFUSE_PLAIN(/, "divide");
EBPFXX_REFUSE_PLAIN(%, "divide");
EBPFXX_REFUSE_PLAIN(&, "wrap");
EBPFXX_REFUSE_PLAIN(|, "wrap");
EBPFXX_REFUSE_PLAIN(<<, "wrap");
EBPFXX_REFUSE_PLAIN(>>, "divide");

#undef EBPFXX_REFUSE_PLAIN
#undef EBPFXX_REFUSE_OPERANDS
#undef EBPFXX_LEFT_AND_RIGHT

/// The element at a bounded index, of an array that surely has it.
template <class Value, std::size_t Size, BoundedNumber Index>
  requires(Interval{0, Size - 1}.contains(Index::interval))
constexpr Value& at(std::array<Value, Size>& array, Index index) {
  return array[index.template shown<Size - 1>()];
}
template <class Value, std::size_t Size, BoundedNumber Index>
  requires(Interval{0, Size - 1}.contains(Index::interval))
constexpr const Value& at(const std::array<Value, Size>& array, Index index) {
  return array[index.template shown<Size - 1>()];
}
template <class Value, std::size_t Size, BoundedNumber Index>
  requires(Interval{0, Size - 1}.contains(Index::interval))
constexpr Value& at(Value (&array)[Size], Index index) {
  return array[index.template shown<Size - 1>()];
}
template <class Value, std::size_t Size, BoundedNumber Index>
constexpr Value& at(std::array<Value, Size>& array, Index index)
    EBPFXX_REFUSE("array-bounds", "takes element %0 to %1 of an array of %2; bound the index below %2",
                  detail::number::bounds<Index>.low, detail::number::bounds<Index>.high, Size);
template <class Value, std::size_t Size, BoundedNumber Index>
constexpr const Value& at(const std::array<Value, Size>& array, Index index)
    EBPFXX_REFUSE("array-bounds", "takes element %0 to %1 of an array of %2; bound the index below %2",
                  detail::number::bounds<Index>.low, detail::number::bounds<Index>.high, Size);
template <class Value, std::size_t Size, BoundedNumber Index>
constexpr Value& at(Value (&array)[Size], Index index)
    EBPFXX_REFUSE("array-bounds", "takes element %0 to %1 of an array of %2; bound the index below %2",
                  detail::number::bounds<Index>.low, detail::number::bounds<Index>.high, Size);
template <class Value, std::size_t Size, std::integral Index>
constexpr Value& at(const std::array<Value, Size>& array, Index index)
    EBPFXX_REFUSE("array-bounds",
                  "takes an element by a number without bounds; write constant<...> for a constant, bounded(...) for a "
                  "variable");
template <class Value, std::size_t Size, std::integral Index>
constexpr Value& at(const Value (&array)[Size], Index index)
    EBPFXX_REFUSE("array-bounds",
                  "takes an element by a number without bounds; write constant<...> for a constant, bounded(...) for a "
                  "variable");

}  // namespace ebpfxx
