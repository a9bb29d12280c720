#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <type_traits>

#include <ebpfxx/atomic.hpp>
#include <ebpfxx/config.hpp>
#include <ebpfxx/detail/device.hpp>
#include <ebpfxx/native_interface.hpp>

namespace ebpfxx {

namespace detail {

/// The unsigned number with as many bytes as `T`.
template <ConfigValue T>
using WordOf = std::conditional_t<
    sizeof(T) == 8, std::uint64_t,
    std::conditional_t<sizeof(T) == 4, std::uint32_t, std::conditional_t<sizeof(T) == 2, std::uint16_t, std::uint8_t>>>;

}  // namespace detail

/// A value that programs and the application share, without a lookup and without a system call: it lies in memory that
/// both have mapped. `object[limit] = 200` is seen by the next packet.
///
///     inline constexpr Global<std::uint32_t> limit = 100;
///
/// What a program does to it, every CPU does at once: each access is a single one, of all bytes; to count,
/// `fetch_add`. The
/// initial value is the source's, or what the application sets before it loads the object. In constant evaluation a
/// Global has its initial value, and changes are lost. It is in the object's section `.data`.
template <ConfigValue T>
class EBPFXX_ANNOTATE(EBPFXX_ABI_GLOBAL) Global {
 public:
  using value_type = T;

  /// The value that the variable starts with.
  // NOLINTNEXTLINE(google-explicit-constructor): a Global is written like the value it holds
  consteval Global(T initial) : value_(initial) {}
  Global(const Global&) = default;
  Global& operator=(const Global&)
      EBPFXX_REFUSE("conversion", "assigns to a Global, to which the application writes too; write 'set(value)'");

  /// The value as it is now.
  constexpr const T value() const { return __builtin_is_constant_evaluated() ? value_ : load(); }

  // NOLINTNEXTLINE(google-explicit-constructor): a Global is read like the value it holds
  constexpr operator T() const { return value(); }

  /// The value before anyone has set another.
  constexpr T initial() const { return value_; }

  /// Writes the value, by one access of all its bytes.
  constexpr void set(T value) const {
    if (__builtin_is_constant_evaluated()) return;
    *static_cast<volatile Word*>(address()) = std::bit_cast<Word>(value);
  }

  template <class Value>
  constexpr Global& operator=(const Value&)
      EBPFXX_REFUSE_USE("conversion", "assigns to a Global, to which the application writes too; write 'set(value)'");
  template <class Value>
  constexpr Global& operator=(const Value&) const
      EBPFXX_REFUSE_USE("conversion", "assigns to a Global, to which the application writes too; write 'set(value)'");
  template <class Value>
  constexpr Global& operator+=(const Value&) const
      EBPFXX_REFUSE_USE("conversion", "counts in a Global, to which all CPUs write at once; write 'fetch_add(value)'");
  template <class Value>
  constexpr Global& operator-=(const Value&) const
      EBPFXX_REFUSE_USE("conversion", "counts in a Global, to which all CPUs write at once; write 'fetch_add(-value)'");
  template <int = 0>
  constexpr Global& operator++() const
      EBPFXX_REFUSE_USE("conversion", "counts in a Global, to which all CPUs write at once; write 'fetch_add(1)'");
  template <int = 0>
  constexpr T operator++(int) const
      EBPFXX_REFUSE_USE("conversion", "counts in a Global, to which all CPUs write at once; write 'fetch_add(1)'");
  template <int = 0>
  constexpr Global& operator--() const
      EBPFXX_REFUSE_USE("conversion", "counts in a Global, to which all CPUs write at once; write 'fetch_add(-1)'");
  template <int = 0>
  constexpr T operator--(int) const
      EBPFXX_REFUSE_USE("conversion", "counts in a Global, to which all CPUs write at once; write 'fetch_add(-1)'");

  /// Adds, as one step; gives the value before.
  constexpr T fetch_add(T number) const
    requires AtomicNumber<T>
  {
    if (__builtin_is_constant_evaluated()) return value_;
    return __atomic_fetch_add(static_cast<T*>(address()), number, __ATOMIC_RELAXED);
  }

  /// Replaces the value by `value` and returns the old one, atomically.
  constexpr T exchange(T value) const
    requires AtomicNumber<T>
  {
    if (__builtin_is_constant_evaluated()) return value_;
    return __atomic_exchange_n(static_cast<T*>(address()), value, __ATOMIC_RELAXED);
  }

  /// Puts `desired` in the place of `expected`, as one step, and says whether it was there; if not, `expected` becomes
  /// what was.
  constexpr bool compare_exchange(T& expected, T desired) const
    requires AtomicNumber<T>
  {
    if (!__builtin_is_constant_evaluated())
      return __atomic_compare_exchange_n(static_cast<T*>(address()), &expected, desired, false, __ATOMIC_RELAXED,
                                         __ATOMIC_RELAXED);
    const bool equal = expected == value_;
    expected = value_;
    return equal;
  }

  template <class Field>
    requires(!std::same_as<Field, Global> && requires(const Field& field, T value) { field == value; })
  friend constexpr bool operator==(const Field& field, const Global& global) {
    return field == global.value();
  }

 private:
  using Word = detail::WordOf<T>;

  T load() const {
    const Word word = *static_cast<const volatile Word*>(address());
    return std::bit_cast<T>(word);
  }

  /// Constant to the application's compiler, which may keep a copy; variable in the object, where ebpfxx-cc makes it
  /// so.
  void* address() const {
    if (on_device()) return const_cast<T*>(&value_);
    return native_interface::execution().global(this, &value_, sizeof(T));
  }

  alignas(sizeof(T)) T value_;
};

}  // namespace ebpfxx
