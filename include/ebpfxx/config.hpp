#pragma once

#include <bit>
#include <concepts>
#include <type_traits>

#include <ebpfxx/detail/device.hpp>
#include <ebpfxx/native_interface.hpp>

namespace ebpfxx {

/// What fits a register and has no bytes without a meaning.
template <class T>
concept ConfigValue = std::is_trivially_copyable_v<T> && std::has_single_bit(sizeof(T)) && sizeof(T) <= 8;

/// A number, a flag or an address that the application may set before it loads the object: `object[port] = 9090`.
///
///     inline constexpr Config<std::uint16_t> port = 8080;
///
/// The initial value is the default. Once loaded it is a constant to the verifier, which drops the code that it rules
/// out.
template <ConfigValue T>
class EBPFXX_ANNOTATE(EBPFXX_ABI_CONFIG) Config {
 public:
  using value_type = T;

  /// The value that programs see when the application sets none.
  // NOLINTNEXTLINE(google-explicit-constructor): a Config is written like the value it holds
  consteval Config(T initial) : value_(initial) {}
  Config(const Config&) = default;
  Config& operator=(const Config&)
      EBPFXX_REFUSE("conversion", "assigns to a Config, which programs only read; use a Global");

  template <class Value>
  constexpr Config& operator=(const Value&)
      EBPFXX_REFUSE_USE("conversion", "assigns to a Config, which programs only read; use a Global");
  template <class Value>
  constexpr Config& operator=(const Value&) const
      EBPFXX_REFUSE_USE("conversion", "assigns to a Config, which programs only read; use a Global");

  /// The value the program runs with; in constant evaluation the default.
  constexpr const T value() const {
    if (__builtin_is_constant_evaluated()) return value_;
    if (on_device()) return loaded();
    if (native_interface::current != nullptr)
      if (const void* set = native_interface::current->config(this)) return *static_cast<const T*>(set);
    return value_;
  }

  // NOLINTNEXTLINE(google-explicit-constructor): a Config is used like the value it holds
  constexpr operator T() const { return value(); }

  template <class Field>
    requires(!std::same_as<Field, Config> && requires(const Field& field, T value) { field == value; })
  friend constexpr bool operator==(const Field& field, const Config& config) {
    return field == config.value();
  }

 private:
  /// Not constexpr, as clang would decide a branch by the default; ebpfxx-cc keeps the read a read.
  T loaded() const { return value_; }

  alignas(sizeof(T)) T value_;
};

}  // namespace ebpfxx
