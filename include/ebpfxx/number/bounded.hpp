#pragma once

#include <compare>
#include <concepts>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>

#include <ebpfxx/detail/device.hpp>
#include <ebpfxx/detail/extremes.hpp>
#include <ebpfxx/number/big_endian.hpp>
#include <ebpfxx/number/interval.hpp>

namespace ebpfxx {

/// Who knows how large a number can be: the verifier too, from the code that made it, or its type alone. Of the latter
/// the verifier is convinced where the number is used as an index.
enum class KnownTo { Verifier, Type };

/// A number that a comparison has narrowed down, or nothing when it came out otherwise. Test it before use.
template <class Number>
class EBPFXX_ANNOTATE(EBPFXX_ABI_TESTED, "array-bounds", "may lie outside its interval here") [[nodiscard]] Narrowed {
 public:
  /// `holds`: the number lies within its new bounds.
  constexpr Narrowed(Number number, bool holds) : number_(number), holds_(holds) {}

  constexpr explicit operator bool() const { return holds_; }
  constexpr const Number operator*() const { return number_; }
  constexpr const Number* operator->() const { return &number_; }

 private:
  Number number_;
  bool holds_;
};

/// A run-time number that is known to lie in `[Low, High]`. As an index or an offset into a packet it needs no test.
///
///     auto words = bounded(header.length) & constant<15>;        // Bounded<0, 15>
///     auto options = packet.bytes().skip(words * constant<4>);   // up to 60 bytes
///
/// Arithmetic (number/arithmetic.hpp) gives a number with the bounds of the result; what may wrap, divide by zero or
/// shift past the width does not compile. Other numbers take part as `bounded(number)` and `constant<4>`.
template <WideInteger Low, WideInteger High, KnownTo Knower = KnownTo::Verifier>
class Bounded {
  static_assert(Low <= High, "an interval runs from the lower number to the higher one");
  static_assert(fits({Low, High}), "an interval lies in std::uint64_t, or in std::int64_t if some of it is negative");

 public:
  /// The bounds, both included.
  static constexpr Interval interval{Low, High};
  /// Who has to be shown the bounds: the compiler alone, or the kernel's verifier too.
  static constexpr KnownTo known_to = Knower;

  /// Unsigned unless the number may be negative.
  using value_type = std::conditional_t<(Low < 0), std::int64_t, std::uint64_t>;

  /// A number of an interval within this one.
  template <WideInteger OtherLow, WideInteger OtherHigh, KnownTo OtherKnower>
    requires(Low <= OtherLow && OtherHigh <= High)
  // NOLINTNEXTLINE(google-explicit-constructor): nothing is lost
  constexpr Bounded(Bounded<OtherLow, OtherHigh, OtherKnower> other)
      : value_(static_cast<value_type>(Knower == KnownTo::Type ? other.value() : other.template shown<High>())) {}

  /// The caller's code shows that `number` lies in the interval, in a way that the verifier sees too: by a mask or a
  /// branch.
  static constexpr Bounded proven(value_type number) { return Bounded(number); }

  /// `number`, or the nearest end of the interval.
  template <std::integral Number>
  static constexpr Bounded clamped(Number number) {
    number = static_cast<Number>(detail::opaque(static_cast<std::uint64_t>(number)));
    if (std::cmp_less(number, low)) return Bounded(low);
    if (std::cmp_greater(number, high)) return Bounded(high);
    return Bounded(static_cast<value_type>(number));
  }

  /// The plain number, without bounds.
  constexpr value_type value() const { return value_; }

  /// This number if it is at most `Greatest`.
  template <WideInteger Greatest>
    requires(Low <= Greatest)
  constexpr auto at_most() const {
    constexpr WideInteger least_high = detail::least(High, Greatest);
    const value_type number = opaque_value();
    return narrowed<Low, least_high, KnownTo::Verifier>(number, number <= static_cast<value_type>(least_high));
  }
  template <WideInteger Greatest>
  constexpr Narrowed<Bounded> at_most() const
      EBPFXX_REFUSE("array-bounds", "asks whether a number from %0 to %1 is at most %2, which it never is", Low, High,
                    Greatest);

  /// This number if it is at least `Least`.
  template <WideInteger Least>
    requires(Least <= High)
  constexpr auto at_least() const {
    constexpr WideInteger greatest_low = detail::greatest(Low, Least);
    const value_type number = opaque_value();
    return narrowed<greatest_low, High, Knower>(number, number >= static_cast<value_type>(greatest_low));
  }
  template <WideInteger Least>
  constexpr Narrowed<Bounded> at_least() const
      EBPFXX_REFUSE("array-bounds", "asks whether a number from %0 to %1 is at least %2, which it never is", Low, High,
                    Least);

  /// This number if it is less than the other: an index, and how many there are.
  template <WideInteger OtherLow, WideInteger OtherHigh, KnownTo OtherKnower>
    requires(Low < OtherHigh)
  constexpr auto below(Bounded<OtherLow, OtherHigh, OtherKnower> other) const {
    // Before Linux 6.8 the verifier learns bounds from comparisons with constants only.
    constexpr KnownTo knower = High < OtherHigh ? Knower : KnownTo::Type;
    return narrowed<Low, detail::least(High, OtherHigh - 1), knower>(value_, std::cmp_less(value_, other.value()));
  }
  template <WideInteger OtherLow, WideInteger OtherHigh, KnownTo OtherKnower>
  constexpr Narrowed<Bounded> below(Bounded<OtherLow, OtherHigh, OtherKnower>) const
      EBPFXX_REFUSE("array-bounds", "asks whether a number from %0 to %1 is below one from %2 to %3, which it never is",
                    Low, High, OtherLow, OtherHigh);

  /// The number as an index, in a way that the verifier sees is at most `shown_high<Limit>`: as it is where it
  /// knows anyway; else masked, and then clamped when the mask lets more than `Limit` through. (Masked as well, because
  /// Linux 6.1 walks branches that are never taken with bounds that contradict each other, which a mask resolves.)
  template <WideInteger Limit>
    requires(0 <= Low && High <= Limit)
  constexpr std::uint64_t shown() const {
    if (Knower == KnownTo::Verifier || !on_device()) return value_;
    const std::uint64_t masked =
        detail::opaque(value_) & static_cast<std::uint64_t>(detail::number::hull::all_ones(High));
    if constexpr (detail::number::hull::all_ones(High) <= Limit) return masked;
    return detail::opaque(masked > high ? high : masked);
  }
  template <WideInteger Limit>
    requires(Low < 0)
  constexpr std::int64_t shown() const {
    return value_;
  }
  /// The upper bound that the verifier knows of what `shown<Limit>` gives.
  template <WideInteger Limit>
  static constexpr WideInteger shown_high = Knower == KnownTo::Verifier || detail::number::hull::all_ones(High) > Limit
                                                ? High
                                                : detail::number::hull::all_ones(High);

 private:
  template <WideInteger OtherLow, WideInteger OtherHigh, KnownTo OtherKnower>
  friend class Bounded;

  static constexpr auto low = static_cast<value_type>(Low);
  static constexpr auto high = static_cast<value_type>(High);

  constexpr explicit Bounded(value_type number) : value_(number) {}

  /// What is compared is what is used: the optimiser is not to make two of it.
  constexpr value_type opaque_value() const {
    return static_cast<value_type>(detail::opaque(static_cast<std::uint64_t>(value_)));
  }

  template <WideInteger NewLow, WideInteger NewHigh, KnownTo NewKnower>
  static constexpr auto narrowed(value_type number, bool holds) {
    using Result = Bounded<NewLow, NewHigh, NewKnower>;
    return Narrowed<Result>(Result::proven(static_cast<typename Result::value_type>(number)), holds);
  }

  value_type value_;
};

/// Any Bounded.
template <class Number>
concept BoundedNumber = std::same_as<Number, Bounded<Number::interval.low, Number::interval.high, Number::known_to>>;

namespace detail::number {

/// The bounds of a Bounded; for any other type, which an annotation may meet before its constraint, nothing of use.
template <class Number>
inline constexpr Interval bounds{};
template <BoundedNumber Number>
inline constexpr Interval bounds<Number> = Number::interval;

}  // namespace detail::number

/// A constant as an operand of arithmetic with bounds: `words * constant<4>`.
template <WideInteger Number>
inline constexpr Bounded<Number, Number> constant = Bounded<Number, Number>::proven(Number);

/// `number` with the bounds of its type.
template <std::unsigned_integral Number>
  requires(!std::same_as<Number, bool>)
constexpr auto bounded(Number number) {
  return Bounded<0, std::numeric_limits<Number>::max(), KnownTo::Type>::proven(number);
}
template <std::unsigned_integral Number>
constexpr auto bounded(BigEndian<Number> number) {
  return bounded(number.value());
}

template <BoundedNumber Left, BoundedNumber Right>
constexpr bool operator==(Left left, Right right) {
  return std::cmp_equal(left.value(), right.value());
}
template <BoundedNumber Left, BoundedNumber Right>
constexpr std::strong_ordering operator<=>(Left left, Right right) {
  if (std::cmp_less(left.value(), right.value())) return std::strong_ordering::less;
  return left == right ? std::strong_ordering::equal : std::strong_ordering::greater;
}

}  // namespace ebpfxx
