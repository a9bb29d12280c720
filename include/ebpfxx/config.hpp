#pragma once

#include <concepts>
#include <type_traits>

#include <ebpfxx/detail/device.hpp>
#include <ebpfxx/native_interface.hpp>

namespace ebpfxx {

/// A number, an enumerator or a flag that the application may set before it loads the object: `object[port] = 9090`.
///
///     inline constexpr Config<std::uint16_t> port = 8080;
///
/// The initial value is the default. Once loaded it is a constant to the verifier, which drops the code that it rules
/// out.
template <class T>
  requires(std::is_arithmetic_v<T> || std::is_enum_v<T>)
class EBPFXX_ANNOTATE(EBPFXX_ABI_CONFIG) Config {
 public:
  using value_type = T;

  // NOLINTNEXTLINE(google-explicit-constructor): a Config is written like the number it holds
  consteval Config(T initial) : value_(initial) {}

  /// The value the program runs with; in constant evaluation the default.
  constexpr T value() const {
    if (std::is_constant_evaluated()) return value_;
    if (detail::on_device()) return *static_cast<const volatile T*>(&value_);
    if (native_interface::current != nullptr)
      if (const void* set = native_interface::current->config(this)) return *static_cast<const T*>(set);
    return value_;
  }

  // NOLINTNEXTLINE(google-explicit-constructor): a Config is used like the number it holds
  constexpr operator T() const { return value(); }

  template <class Field>
    requires(!std::convertible_to<Field, T> && requires(const Field& field, T number) { field == number; })
  friend constexpr bool operator==(const Field& field, const Config& config) {
    return field == config.value();
  }

 private:
  T value_;
};

}  // namespace ebpfxx
