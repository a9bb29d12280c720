#pragma once

#include <concepts>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <ebpfxx/abi.hpp>
#include <ebpfxx/detail/device.hpp>
#include <ebpfxx/number/bounded.hpp>

namespace ebpfxx {

/// The most rounds that one loop of a program may have.
inline constexpr std::uint32_t most_rounds = abi::most_rounds;

/// The numbers 0, 1, 2 ... below a count, of which there are never more than `Most`. Made by `up_to`.
template <std::uint32_t Most>
class UpTo {
 public:
  /// A number of the range, and how the range goes on.
  class Iterator {
   public:
    /// `number`: where it is in the range.
    constexpr explicit Iterator(std::uint32_t number) : number_(number) {}

    constexpr std::uint32_t operator*() const { return number_; }
    constexpr Iterator& operator++() {
      ++number_;
      return *this;
    }
    /// Whether this number is below the other. Linux 6.1 does not follow a loop that goes on until two numbers are
    /// equal.
    constexpr bool operator!=(const Iterator& end) const { return number_ < end.number_; }

   private:
    std::uint32_t number_;
  };

  /// `count`: how many numbers; at most `Most` are taken, and none of a negative count.
  template <std::integral Count>
  constexpr explicit UpTo(Count count) {
    // Of a wide number, the verifier has to see what is compared and what is counted with in one register.
    if (on_device() && sizeof(Count) > sizeof(std::uint32_t) && !__builtin_constant_p(count))
      count = static_cast<Count>(detail::opaque(static_cast<std::uint64_t>(count)));
    if (std::cmp_less(count, 1)) return;
    const auto wanted = static_cast<std::make_unsigned_t<Count>>(count);
    count_ = wanted < Most ? static_cast<std::uint32_t>(wanted) : Most;
  }

  constexpr Iterator begin() const { return Iterator(0); }
  constexpr Iterator end() const { return Iterator(count_); }

  /// How many numbers the range has.
  constexpr std::uint32_t size() const { return count_; }

 private:
  std::uint32_t count_ = 0;
};

/// The numbers 0, 1, 2 ... below `count`, and below `Most`: a loop over them has an end that the kernel's verifier
/// sees, whatever `count` is. In constant evaluation and in native runs it ends after `Most` rounds, too. A negative
/// `count` gives none.
///
///     for (const std::uint32_t i : up_to<64>(packet.length())) sum += table[i];   // an array of 64 elements
///
/// `break`, `continue` and `return` are as in any other loop.
template <std::uint32_t Most, std::integral Count>
  requires(Most <= most_rounds)
constexpr UpTo<Most> up_to(Count count) {
  return UpTo<Most>(count);
}
template <std::uint32_t Most, WideInteger Low, WideInteger High, KnownTo Knower>
  requires(Most <= most_rounds)
constexpr UpTo<Most> up_to(Bounded<Low, High, Knower> count) {
  return UpTo<Most>(count.value());
}
template <std::uint32_t Most, class Count>
constexpr UpTo<Most> up_to(Count)
    EBPFXX_REFUSE("loop-bound", "asks for %0 rounds, a loop may have %1; split the work over several packets", Most,
                  most_rounds);

/// The numbers 0 to `Most` - 1, all of them: a `while (true)` with an end.
template <std::uint32_t Most>
  requires(Most <= most_rounds)
constexpr UpTo<Most> up_to() {
  return UpTo<Most>(Most);
}

}  // namespace ebpfxx
