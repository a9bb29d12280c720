// Numbers that carry their bounds: every operator has the value of true arithmetic, and what might wrap has no
// operator.
#include <cstdint>
#include <limits>

#include <ebpfxx/language.hpp>

using namespace ebpfxx;

namespace {

constexpr std::uint64_t u64 = std::numeric_limits<std::uint64_t>::max();
constexpr std::int64_t i64_low = std::numeric_limits<std::int64_t>::min();

/// Whether the operators give what `WideInteger` arithmetic gives, within their own bounds, for all numbers of two
/// intervals.
template <WideInteger Low1, WideInteger High1, WideInteger Low2, WideInteger High2>
constexpr bool right_for_all() {
  using Left = Bounded<Low1, High1>;
  using Right = Bounded<Low2, High2>;
  const auto is = [](auto number, WideInteger expected) {
    return number.value() == expected && decltype(number)::interval.contains(expected);
  };
  for (WideInteger a = Low1; a <= High1; ++a)
    for (WideInteger b = Low2; b <= High2; ++b) {
      const auto left = Left::proven(static_cast<typename Left::value_type>(a));
      const auto right = Right::proven(static_cast<typename Right::value_type>(b));
      if (!is(left + right, a + b) || !is(left - right, a - b) || !is(left * right, a * b)) return false;
      if (!is(min(left, right), a < b ? a : b) || !is(max(left, right), a < b ? b : a)) return false;
      if ((left == right) != (a == b) || (left < right) != (a < b) || (left >= right) != (a >= b)) return false;
      if constexpr (Low2 > 0 || High2 < 0)
        if (!is(left / right, a / b) || !is(left % right, a % b)) return false;
      if constexpr (Low1 >= 0 && Low2 >= 0)
        if (!is(left & right, a & b) || !is(left | right, a | b)) return false;
      if constexpr (Low2 >= 0)
        if (!is(left << right, a << b) || !is(left >> right, a >> b)) return false;
    }
  return true;
}
static_assert(right_for_all<0, 15, 0, 15>() && right_for_all<0, 15, 1, 15>() && right_for_all<5, 9, 3, 3>());
static_assert(right_for_all<-8, 7, 1, 7>() && right_for_all<-8, 7, -8, -1>() && right_for_all<0, 15, -8, -1>());
static_assert(right_for_all<-8, 7, -8, 7>() && right_for_all<-9, -3, 0, 9>() && right_for_all<-9, -3, -4, -2>());

template <class Left, class Right>
concept Adds = requires(Left left, Right right) { left + right; };
template <class Left, class Right>
concept Subtracts = requires(Left left, Right right) { left - right; };
template <class Left, class Right>
concept Multiplies = requires(Left left, Right right) { left* right; };
template <class Left, class Right>
concept Divides = requires(Left left, Right right) { left / right; };
template <class Left, class Right>
concept TakesRemainder = requires(Left left, Right right) { left % right; };
template <class Left, class Right>
concept TakesBits =
    requires(Left left, Right right) { left & right; } || requires(Left left, Right right) { left | right; };
template <class Left, class Right>
concept ShiftsLeft = requires(Left left, Right right) { left << right; };
template <class Left, class Right>
concept ShiftsRight = requires(Left left, Right right) { left >> right; };

using Any = Bounded<0, u64>;
using Byte = Bounded<0, 255>;
static_assert(Adds<Bounded<0, u64 - 1>, Bounded<0, 1>> && !Adds<Any, Bounded<0, 1>>);
static_assert(Subtracts<Bounded<1, u64>, Bounded<0, 1>> && !Subtracts<Any, Bounded<0, 1>> && Subtracts<Byte, Byte>);
static_assert(Multiplies<Bounded<0, 0xffffffff>, Bounded<0, 0x100000001>> && !Multiplies<Any, Bounded<0, 2>>);
static_assert(Divides<Byte, Bounded<1, 9>> && !Divides<Byte, Bounded<0, 9>> && !Divides<Byte, Bounded<-1, 9>>);
static_assert(!Divides<Bounded<i64_low, 1>, Bounded<-1, -1>> && Divides<Any, Bounded<1, u64>>);
static_assert(TakesRemainder<Byte, Bounded<-9, -1>> && !TakesRemainder<Byte, Bounded<-9, 0>>);
static_assert(TakesBits<Byte, Byte> && !TakesBits<Byte, Bounded<-1, 9>> && !TakesBits<Bounded<-1, 9>, Byte>);
static_assert(ShiftsLeft<Bounded<0, 1>, Bounded<0, 63>> && !ShiftsLeft<Bounded<0, 2>, Bounded<0, 63>>);
static_assert(!ShiftsLeft<Bounded<0, 0>, Bounded<0, 64>> && !ShiftsLeft<Byte, Bounded<-1, 0>>);
static_assert(ShiftsRight<Any, Bounded<0, 63>> && !ShiftsRight<Any, Bounded<0, 64>> &&
              !ShiftsRight<Any, Bounded<-1, 0>>);
static_assert(!Adds<Byte, int> && !Adds<int, Byte> && !Multiplies<Byte, unsigned> && !Divides<Byte, int>);

// Narrowing by comparison, at the edge.
constexpr auto length = Bounded<0, 255>::clamped(64);
static_assert(!length.at_most<63>() && length.at_most<64>() && length.at_least<64>() && !length.at_least<65>());
static_assert(decltype(*length.at_most<63>())::interval == Interval{0, 63});
static_assert(decltype(*length.at_most<1000>())::interval == Interval{0, 255});
static_assert(decltype(*length.at_least<4>())::interval == Interval{4, 255});
static_assert(length.below(constant<65>) && !length.below(constant<64>));
static_assert(decltype(*length.below(Bounded<10, 20>::clamped(0)))::interval == Interval{0, 19});
constexpr auto behind = Bounded<0, 20>::clamped(7) - Bounded<0, 20>::clamped(9);
static_assert(behind.value() == -2 && !behind.at_least<0>() && behind.at_least<-2>() && !behind.at_least<-1>());
static_assert(decltype(*behind.at_least<0>())::interval == Interval{0, 20});
static_assert(decltype(*behind.at_most<-1>())::interval == Interval{-20, -1});

template <class Number, WideInteger Limit>
concept ComparesWith = requires(Number number) { number.template at_most<Limit>(); };
template <class Number, WideInteger Limit>
concept ReachesUpTo = requires(Number number) { number.template at_least<Limit>(); };
static_assert(ComparesWith<Bounded<5, 9>, 5> && !ComparesWith<Bounded<5, 9>, 4>);
static_assert(ReachesUpTo<Bounded<5, 9>, 9> && !ReachesUpTo<Bounded<5, 9>, 10>);

// The highest bit, of every width: one less than a power of two, it, and the type's greatest.
template <class Number>
constexpr bool finds_every_bit() {
  if (floor_log2(Number{0}).value() != 0) return false;
  for (unsigned bit = 0; bit < std::numeric_limits<Number>::digits; ++bit) {
    const Number power = static_cast<Number>(Number{1} << bit);
    if (floor_log2(power).value() != bit) return false;
    if (bit > 0 && floor_log2(static_cast<Number>(power - 1)).value() != bit - 1) return false;
    if (floor_log2(static_cast<Number>(power | (power - 1))).value() != bit) return false;
  }
  return true;
}
static_assert(finds_every_bit<std::uint8_t>() && finds_every_bit<std::uint16_t>() && finds_every_bit<std::uint32_t>());
static_assert(finds_every_bit<std::uint64_t>() && finds_every_bit<unsigned long long>());
static_assert(floor_log2(std::uint64_t{1} << 32).value() == 32 && floor_log2(std::uint64_t{1} << 63).value() == 63);
static_assert(decltype(floor_log2(1U))::interval == Interval{0, 31});
static_assert(decltype(floor_log2(std::uint64_t{1}))::interval == Interval{0, 63});

// From plain numbers and back.
static_assert(decltype(bounded(std::uint8_t{7}))::interval == Interval{0, 255} &&
              bounded(std::uint8_t{7}).value() == 7);
static_assert(decltype(bounded(std::uint64_t{7}))::interval == Interval{0, u64});
static_assert(bounded(Udp{.length = 8}.length).value() == 8);
static_assert(Bounded<-5, 5>::clamped(-6).value() == -5 && Bounded<-5, 5>::clamped(6U).value() == 5);
static_assert(Bounded<0, 5>::clamped(-6).value() == 0 && Bounded<0, 5>::clamped(u64).value() == 5);

// A wider interval takes a narrower one.
constexpr Bounded<-10, 300> wide = length;
static_assert(wide.value() == 64);
static_assert(!std::is_convertible_v<Bounded<0, 256>, Byte> && !std::is_convertible_v<Bounded<-1, 255>, Byte>);
static_assert(std::is_convertible_v<Bounded<0, 255, KnownTo::Type>, Byte>);

// Arrays.
constexpr std::array<int, 4> four{10, 11, 12, 13};
constexpr int three[] = {20, 21, 22};
static_assert(at(four, constant<3>) == 13 && at(four, Bounded<0, 3>::clamped(2)) == 12 && at(three, constant<0>) == 20);
template <class Array, class Index>
concept Indexes = requires(Array& array, Index index) { at(array, index); };
static_assert(Indexes<const std::array<int, 4>, Bounded<0, 3>> && !Indexes<const std::array<int, 4>, Bounded<0, 4>>);
static_assert(Indexes<const int[3], Bounded<0, 2>> && !Indexes<const int[3], Bounded<0, 3>>);
static_assert(!Indexes<std::array<int, 4>, Bounded<-1, 2>> && !Indexes<std::array<int, 4>, int>);

// Packets.
template <class Number>
concept Skips =
    requires(PacketView<PacketAccess::ReadOnly, 100, Interval{}> view, Number number) { view.skip(number); };
static_assert(Skips<Bounded<0, 65535>> && !Skips<Bounded<0, 65536>> && !Skips<Bounded<-1, 5>>);

}  // namespace
