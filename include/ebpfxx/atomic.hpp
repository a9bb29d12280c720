#pragma once

#include <concepts>
#include <cstdint>
#include <type_traits>

namespace ebpfxx {

/// Numbers that the kernel's atomic instructions know: integers of 32 and 64 bits.
template <class T>
concept AtomicNumber = std::integral<T> && (sizeof(T) == 4 || sizeof(T) == 8);

/// A number that several CPUs change at once without losing a change: a map's value, or a member of one. It is as large
/// as `T`, and to everyone else (BTF, bpftool, the application's tables) it is a `T`.
///
///     inline Map<Ipv4Address, Atomic<std::uint64_t>> packets;
///     packets.update(ip->source, [](auto& count) { count += 1; });   // one instruction
///
/// Each operation is one step for the number; two operations are two. What gives the value before or after it, and
/// `exchange` and `compare_exchange`, are ordered with every access before and behind them, as the kernel's own atomic
/// operations are; an operator whose result nobody uses, `load` and `store` order nothing (the kernel's
/// Documentation/bpf/standardization/instruction-set.rst, atomic operations). In constant evaluation it is a plain
/// number. A copy is a `load`, an assignment a `store`.
template <AtomicNumber T>
class Atomic {
 public:
  using value_type = T;

  constexpr Atomic() = default;
  /// Starts with `value`.
  // NOLINTNEXTLINE(google-explicit-constructor): an Atomic is written like the number it holds
  constexpr Atomic(T value) : value_(value) {}

  /// The number as it is now.
  constexpr T load() const {
    if (__builtin_is_constant_evaluated()) return value_;
    return *static_cast<const volatile T*>(&value_);
  }
  // NOLINTNEXTLINE(google-explicit-constructor): an Atomic is read like the number it holds
  constexpr operator T() const { return load(); }

  /// Writes the number in one piece; orders nothing else.
  constexpr void store(T value) {
    if (__builtin_is_constant_evaluated())
      value_ = value;
    else
      *static_cast<volatile T*>(&value_) = value;
  }

  /// Adds; gives the value before. Numbers wrap.
  constexpr T fetch_add(T number) {
    if (__builtin_is_constant_evaluated()) return put(wrapped_sum(number));
    return __atomic_fetch_add(&value_, number, __ATOMIC_SEQ_CST);
  }
  /// Subtracts; gives the value before. Numbers wrap.
  constexpr T fetch_sub(T number) { return fetch_add(negative(number)); }
  /// Keeps the bits that `bits` has; gives the value before.
  constexpr T fetch_and(T bits) {
    if (__builtin_is_constant_evaluated()) return put(static_cast<T>(value_ & bits));
    return __atomic_fetch_and(&value_, bits, __ATOMIC_SEQ_CST);
  }
  /// Sets the bits that `bits` has; gives the value before.
  constexpr T fetch_or(T bits) {
    if (__builtin_is_constant_evaluated()) return put(static_cast<T>(value_ | bits));
    return __atomic_fetch_or(&value_, bits, __ATOMIC_SEQ_CST);
  }
  /// Turns the bits round that `bits` has; gives the value before.
  constexpr T fetch_xor(T bits) {
    if (__builtin_is_constant_evaluated()) return put(static_cast<T>(value_ ^ bits));
    return __atomic_fetch_xor(&value_, bits, __ATOMIC_SEQ_CST);
  }

  /// Puts `value` in the place of the value that it gives.
  constexpr T exchange(T value) {
    if (__builtin_is_constant_evaluated()) return put(value);
    return __atomic_exchange_n(&value_, value, __ATOMIC_SEQ_CST);
  }

  /// Puts `desired` in the place of `expected`, and says whether it was there; if not, `expected` becomes what was.
  constexpr bool compare_exchange(T& expected, T desired) {
    if (!__builtin_is_constant_evaluated())
      return __atomic_compare_exchange_n(&value_, &expected, desired, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    const bool equal = value_ == expected;
    expected = value_;
    if (equal) value_ = desired;
    return equal;
  }

  // The operators give the value after them, which costs an instruction of its own when it is used.
  constexpr T operator+=(T number) {
    if (__builtin_is_constant_evaluated()) return value_ = wrapped_sum(number);
    return __atomic_add_fetch(&value_, number, __ATOMIC_RELAXED);
  }
  constexpr T operator-=(T number) { return *this += negative(number); }
  constexpr T operator++() { return *this += T{1}; }
  constexpr T operator--() { return *this -= T{1}; }
  constexpr T operator&=(T bits) {
    if (__builtin_is_constant_evaluated()) return value_ = static_cast<T>(value_ & bits);
    return __atomic_and_fetch(&value_, bits, __ATOMIC_RELAXED);
  }
  constexpr T operator|=(T bits) {
    if (__builtin_is_constant_evaluated()) return value_ = static_cast<T>(value_ | bits);
    return __atomic_or_fetch(&value_, bits, __ATOMIC_RELAXED);
  }
  constexpr T operator^=(T bits) {
    if (__builtin_is_constant_evaluated()) return value_ = static_cast<T>(value_ ^ bits);
    return __atomic_xor_fetch(&value_, bits, __ATOMIC_RELAXED);
  }

 private:
  using Bits = std::make_unsigned_t<T>;

  static constexpr T negative(T number) { return static_cast<T>(Bits{0} - static_cast<Bits>(number)); }
  constexpr T wrapped_sum(T number) const {
    return static_cast<T>(static_cast<Bits>(static_cast<Bits>(value_) + static_cast<Bits>(number)));
  }
  constexpr T put(T value) {
    const T before = value_;
    value_ = value;
    return before;
  }

  T value_{};
};

namespace detail {

template <class T>
inline constexpr bool is_atomic = false;
template <class T>
inline constexpr bool is_atomic<Atomic<T>> = true;

}  // namespace detail

}  // namespace ebpfxx
