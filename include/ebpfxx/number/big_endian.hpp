#pragma once

#include <bit>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <type_traits>

#include <ebpfxx/detail/device.hpp>
#include <ebpfxx/number/decimal.hpp>

namespace ebpfxx {

namespace detail::number {

template <class T>
constexpr T swap_to_network(T number) {
  if constexpr (std::endian::native == std::endian::big || sizeof(T) == 1)
    return number;
  else if constexpr (sizeof(T) == 2)
    return __builtin_bswap16(number);
  else if constexpr (sizeof(T) == 4)
    return __builtin_bswap32(number);
  else
    return __builtin_bswap64(number);
}

/// A number as it is in memory, without alignment. A number and not bytes, so that compilers load, store and
/// compare it whole.
template <class Number>
struct [[gnu::packed]] Unaligned {
  Number number = 0;
};

template <class T>
struct Underlying {
  using type = T;
};
template <class T>
  requires std::is_enum_v<T>
struct Underlying<T> {
  using type = std::underlying_type_t<T>;
};

/// A signed number in the source, as `8080`: a constant that is not negative. A run-time value does not convert.
struct Constant {
  std::uint64_t value;

  template <std::signed_integral Number>
  // NOLINTNEXTLINE(google-explicit-constructor): literals are to convert by themselves
  consteval Constant(Number number) : value(static_cast<std::uint64_t>(number)) {
    if (number < 0) throw std::out_of_range("a big-endian field is never negative");
  }
};

}  // namespace detail::number

/// An unsigned integer, or an enumeration of unsigned ones: what a BigEndian holds.
template <class T>
concept NetworkNumber =
    std::unsigned_integral<T> || (std::is_enum_v<T> && std::unsigned_integral<std::underlying_type_t<T>>);

/// A number in network byte order, as packets carry it: `sizeof(T)` bytes without alignment.
///
/// It compares with host numbers in the wider of both types, so nothing is cut off: a 16-bit field never equals 8080 +
/// 65536. It is made from, and assigned, unsigned host numbers that fit its type, enumerators of its type, and
/// constants. Signed run-time values are refused: say which conversion is meant.
template <NetworkNumber T>
class EBPFXX_ANNOTATE(EBPFXX_ABI_NETWORK_ORDER) BigEndian {
  using Number = typename detail::number::Underlying<T>::type;

 public:
  using value_type = T;

  constexpr BigEndian() = default;

  template <class Host>
    requires std::same_as<Host, T> || (std::unsigned_integral<Host> && sizeof(Host) <= sizeof(T) && !std::is_enum_v<T>)
  // NOLINTNEXTLINE(google-explicit-constructor): fields are assigned host numbers
  constexpr BigEndian(Host number) : network_{detail::number::swap_to_network(static_cast<Number>(number))} {}

  /// A constant; one that does not fit does not compile.
  template <std::integral Host>
    requires(!std::is_enum_v<T> && (std::signed_integral<Host> || sizeof(Host) > sizeof(T)))
  // NOLINTNEXTLINE(google-explicit-constructor): fields are assigned literals
  consteval BigEndian(Host number) : BigEndian(static_cast<Number>(number)) {
    if (static_cast<Host>(static_cast<Number>(number)) != number || number < 0)
      throw std::out_of_range("this number does not fit the big-endian field");
  }

  /// Returns the number that `text` says in decimal digits, without a sign or leading zeros, or nothing where it says
  /// something else or does not fit.
  static constexpr std::optional<BigEndian> from_text(std::string_view text)
    requires(!std::is_enum_v<T>)
  {
    const std::optional<Number> number = detail::number::from_decimal<Number>(text);
    return number ? std::optional(BigEndian(*number)) : std::nullopt;
  }

  /// The number in host byte order.
  constexpr T value() const { return static_cast<T>(detail::number::swap_to_network(Number{network_.number})); }

  template <std::same_as<BigEndian> Other>
  friend constexpr bool operator==(const BigEndian& left, const Other& right) {
    return Number{left.network_.number} == Number{right.network_.number};
  }
  template <std::same_as<BigEndian> Other>
  friend constexpr auto operator<=>(const BigEndian& left, const Other& right) {
    return left.value() <=> right.value();
  }

  template <class Host>
    requires std::same_as<Host, T> || (std::unsigned_integral<Host> && !std::is_enum_v<T>)
  friend constexpr bool operator==(const BigEndian& field, Host number) {
    return field.value() == number;
  }
  template <class Host>
    requires std::same_as<Host, T> || (std::unsigned_integral<Host> && !std::is_enum_v<T>)
  friend constexpr std::strong_ordering operator<=>(const BigEndian& field, Host number) {
    return field.value() <=> number;
  }

  friend constexpr bool operator==(const BigEndian& field, detail::number::Constant constant)
    requires(!std::is_enum_v<T>)
  {
    return field.value() == constant.value;
  }
  friend constexpr std::strong_ordering operator<=>(const BigEndian& field, detail::number::Constant constant)
    requires(!std::is_enum_v<T>)
  {
    return static_cast<std::uint64_t>(field.value()) <=> constant.value;
  }

 private:
  detail::number::Unaligned<Number> network_{};
};

}  // namespace ebpfxx
