#pragma once

#include <cstdint>

namespace ebpfxx {

/// All numbers from `low` to `high`, both included.
struct Interval {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  constexpr bool contains(std::uint64_t number) const { return low <= number && number <= high; }
  friend constexpr Interval operator+(Interval left, Interval right) {
    return {left.low + right.low, left.high + right.high};
  }
};

/// A run-time number that is known to lie in `[Low, High]`, so that what is computed from it has bounds the verifier
/// can follow.
template <std::uint64_t Low, std::uint64_t High>
class Bounded {
  static_assert(Low <= High, "an interval runs from the lower number to the higher one");

 public:
  static constexpr Interval interval{Low, High};

  /// The caller's code shows that `number` lies in the interval, in a way that the verifier sees too: by a mask or a
  /// branch.
  static constexpr Bounded proven(std::uint64_t number) { return Bounded(number); }

  /// `number`, or the nearest end of the interval.
  static constexpr Bounded clamped(std::uint64_t number) {
    return Bounded(number < Low ? Low : number > High ? High : number);
  }

  constexpr std::uint64_t value() const { return value_; }

 private:
  constexpr explicit Bounded(std::uint64_t number) : value_(number) {}

  std::uint64_t value_;
};

}  // namespace ebpfxx
