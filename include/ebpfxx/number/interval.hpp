#pragma once

#include <bit>
#include <cstdint>
#include <limits>

#include <ebpfxx/detail/extremes.hpp>

namespace ebpfxx {

/// Holds every 64-bit number, signed or not, and the bounds of what is computed from two of them.
__extension__ using WideInteger = __int128;

/// All numbers from `low` to `high`, both included.
struct Interval {
  WideInteger low = 0;   ///< included
  WideInteger high = 0;  ///< included

  /// Whether the number lies within, the bounds included.
  constexpr bool contains(WideInteger number) const { return low <= number && number <= high; }
  constexpr bool contains(Interval inner) const { return low <= inner.low && inner.high <= high; }
  /// Whether there is one number only.
  constexpr bool is_constant() const { return low == high; }

  friend constexpr bool operator==(Interval, Interval) = default;
};

/// Where every result lies of an operation on a number of the one interval and one of the other: exactly from the least
/// result to the greatest for + - * / << >> min max; for % & | possibly some numbers more (tests/static/intervals.cpp
/// lists how many).
///
/// The bounds are those of true arithmetic: `fits` says whether 64 bits hold them. Division and remainder round towards
/// zero; the divisor is never zero, a shift is by 0 to 63, and & and | are of numbers that are not negative.
namespace detail::number::hull {

/// What no 64-bit product of interest reaches, and sums of which do not overflow.
inline constexpr WideInteger beyond = WideInteger{1} << 120;

constexpr Interval of_corners(WideInteger a, WideInteger b, WideInteger c, WideInteger d) {
  return {detail::least(detail::least(a, b), detail::least(c, d)),
          detail::greatest(detail::greatest(a, b), detail::greatest(c, d))};
}

constexpr WideInteger product(WideInteger left, WideInteger right) {
  WideInteger result = 0;
  const bool overflows = __builtin_mul_overflow(left, right, &result);
  if (overflows) return (left < 0) == (right < 0) ? beyond : -beyond;
  return detail::clamped(result, -beyond, beyond);
}

constexpr Interval sum(Interval left, Interval right) { return {left.low + right.low, left.high + right.high}; }

constexpr Interval difference(Interval left, Interval right) { return {left.low - right.high, left.high - right.low}; }

constexpr Interval product(Interval left, Interval right) {
  return of_corners(product(left.low, right.low), product(left.low, right.high), product(left.high, right.low),
                    product(left.high, right.high));
}

constexpr Interval quotient(Interval left, Interval right) {
  return of_corners(left.low / right.low, left.low / right.high, left.high / right.low, left.high / right.high);
}

constexpr Interval remainder(Interval left, Interval right) {
  const WideInteger least_divisor = right.low > 0 ? right.low : -right.high;
  if (-least_divisor < left.low && left.high < least_divisor) return left;
  const WideInteger greatest = detail::greatest(right.high, -right.low) - 1;
  return {detail::clamped<WideInteger>(left.low, -greatest, 0), detail::clamped<WideInteger>(left.high, 0, greatest)};
}

constexpr Interval bit_and(Interval left, Interval right) { return {0, detail::least(left.high, right.high)}; }

/// The number of as many ones as `number` has binary digits.
constexpr WideInteger all_ones(WideInteger number) {
  WideInteger ones = 0;
  while (ones < number) ones = 2 * ones + 1;
  return ones;
}

constexpr Interval bit_or(Interval left, Interval right) {
  return {detail::greatest(left.low, right.low),
          detail::least(left.high + right.high, all_ones(detail::greatest(left.high, right.high)))};
}

constexpr Interval left_shift(Interval left, Interval right) {
  return product(left, {WideInteger{1} << right.low, WideInteger{1} << right.high});
}

constexpr Interval right_shift(Interval left, Interval right) {
  return of_corners(left.low >> right.low, left.low >> right.high, left.high >> right.low, left.high >> right.high);
}

constexpr Interval minimum(Interval left, Interval right) {
  return {detail::least(left.low, right.low), detail::least(left.high, right.high)};
}

constexpr Interval maximum(Interval left, Interval right) {
  return {detail::greatest(left.low, right.low), detail::greatest(left.high, right.high)};
}

}  // namespace detail::number::hull

/// One 64-bit type holds all of the interval: std::uint64_t, or std::int64_t when some of it is negative.
constexpr bool fits(Interval interval) {
  constexpr WideInteger least = std::numeric_limits<std::int64_t>::min();
  constexpr WideInteger greatest_signed = std::numeric_limits<std::int64_t>::max();
  constexpr WideInteger greatest = std::numeric_limits<std::uint64_t>::max();
  return interval.low >= 0 ? interval.high <= greatest : least <= interval.low && interval.high <= greatest_signed;
}

}  // namespace ebpfxx
