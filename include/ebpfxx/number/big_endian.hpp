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

template <class Number>
constexpr bool below_zero(const Number& number) {
  if constexpr (std::signed_integral<Number>) return number < 0;
  return false;
}

/// Whether a field of `T` holds `number`, of which nothing is cut off. False for what is no number, as clang asks
/// before it looks at constraints.
template <class T, class Number>
constexpr bool fits(const Number& number) {
  if constexpr (std::integral<Number>)
    return !below_zero(number) && static_cast<Number>(static_cast<T>(number)) == number;
  return false;
}

}  // namespace detail::number

/// An unsigned integer, or an enumeration of unsigned ones: what a BigEndian holds.
template <class T>
concept NetworkNumber =
    std::unsigned_integral<T> || (std::is_enum_v<T> && std::unsigned_integral<std::underlying_type_t<T>>);

/// A number in network byte order, as packets carry it: `sizeof(T)` bytes without alignment.
///
/// It compares with host numbers as numbers: nothing is cut off, so a 16-bit field never equals 8080 + 65536, nor any
/// field -1. It is made from, and assigned, unsigned host numbers that fit its type, enumerators of its type, and
/// constants. It is no number itself: `value()` is, in host order.
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
  consteval BigEndian(Host number) EBPFXX_WHERE(detail::number::fits<Number>(number))
      : BigEndian(static_cast<Number>(number)) {
    if (!detail::number::fits<Number>(number)) throw std::out_of_range("this number does not fit the big-endian field");
  }
#if defined(__clang__)
  template <std::integral Host>
    requires(!std::is_enum_v<T> && (std::signed_integral<Host> || sizeof(Host) > sizeof(T)))
  // NOLINTNEXTLINE(google-explicit-constructor): for the message
  constexpr BigEndian(Host number) EBPFXX_WHERE(!detail::number::fits<Number>(number))
      EBPFXX_REFUSE("conversion", "gives a big-endian field a constant that does not fit it");
  template <std::integral Host>
    requires(!std::is_enum_v<T> && (std::signed_integral<Host> || sizeof(Host) > sizeof(T)))
  // NOLINTNEXTLINE(google-explicit-constructor): for the message
  constexpr BigEndian(Host number)
      EBPFXX_REFUSE_RUN_TIME(number, "conversion",
                             "gives a big-endian field a number that may be negative or too large; cast it to "
                             "the type of its 'value()'");
#endif
  template <class Host>
    requires(std::is_enum_v<Host> ? !std::same_as<Host, T> : std::integral<Host> && std::is_enum_v<T>)
  // NOLINTNEXTLINE(google-explicit-constructor): for the message
  constexpr BigEndian(Host)
      EBPFXX_REFUSE("conversion", "gives a big-endian field another type of number; cast it to that of its 'value()'");
  template <class Other>
    requires(!std::same_as<Other, T>)
  // NOLINTNEXTLINE(google-explicit-constructor): for the message
  constexpr BigEndian(const BigEndian<Other>&)
      EBPFXX_REFUSE("conversion", "gives a big-endian field one of another type; cast its 'value()'");

  template <int = 0>
  constexpr void operator=(const BigEndian&) const
      EBPFXX_REFUSE("packet-write", "changes a field that is only read; use a hook that may write, or change a copy");

  /// Returns the number that `text` says in decimal digits, without a sign or leading zeros, or nothing where it says
  /// something else or does not fit.
  static constexpr std::optional<BigEndian> from_text(std::string_view text)
    requires(!std::is_enum_v<T>)
  {
    const std::optional<Number> number = detail::number::from_decimal<Number>(text);
    return number ? std::optional(BigEndian(*number)) : std::nullopt;
  }

  // NOLINTNEXTLINE(google-explicit-constructor): for the message
  constexpr operator T() const EBPFXX_REFUSE("conversion", "takes a big-endian field for a number; write 'value()'");

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
    requires std::same_as<Host, T> || (std::integral<Host> && !std::is_enum_v<T>)
  friend constexpr bool operator==(const BigEndian& field, Host number)
      EBPFXX_NEVER_WHERE(detail::number::below_zero(number),
                         "compares a big-endian field with a negative number, which it never is") {
    if constexpr (std::signed_integral<Host>)
      return number >= 0 && field.value() == static_cast<std::uint64_t>(number);
    else
      return field.value() == number;
  }
  template <class Host>
    requires std::same_as<Host, T> || (std::integral<Host> && !std::is_enum_v<T>)
  friend constexpr std::strong_ordering operator<=>(const BigEndian& field, Host number)
      EBPFXX_NEVER_WHERE(detail::number::below_zero(number),
                         "compares a big-endian field with a negative number, which it never is") {
    if constexpr (std::signed_integral<Host>) {
      if (number < 0) return std::strong_ordering::greater;
      return std::uint64_t{field.value()} <=> static_cast<std::uint64_t>(number);
    } else {
      return field.value() <=> number;
    }
  }

 private:
  detail::number::Unaligned<Number> network_{};
};

/// Why fields do not compute.
#define EBPFXX_REFUSE_FIELDS(operation)                                \
  template <class Left, class Right>                                   \
  constexpr Left operator operation(BigEndian<Left>, BigEndian<Right>) \
      EBPFXX_REFUSE_USE("conversion", "takes big-endian fields for numbers; write their 'value()'");
#define EBPFXX_REFUSE_CHANGE(operation)                                     \
  template <class Field, class Other>                                       \
  constexpr Field operator operation(const BigEndian<Field>&, const Other&) \
      EBPFXX_REFUSE_USE("conversion", "computes with a big-endian field; assign it what becomes of its 'value()'");
EBPFXX_REFUSE_FIELDS(+)
EBPFXX_REFUSE_FIELDS(-)
EBPFXX_REFUSE_FIELDS(*)
EBPFXX_REFUSE_FIELDS(/)
EBPFXX_REFUSE_FIELDS(%)
EBPFXX_REFUSE_FIELDS(&)
EBPFXX_REFUSE_FIELDS(|)
EBPFXX_REFUSE_FIELDS(^)
EBPFXX_REFUSE_CHANGE(+=)
EBPFXX_REFUSE_CHANGE(-=)
EBPFXX_REFUSE_CHANGE(*=)
EBPFXX_REFUSE_CHANGE(/=)
EBPFXX_REFUSE_CHANGE(%=)
EBPFXX_REFUSE_CHANGE(&=)
EBPFXX_REFUSE_CHANGE(|=)
EBPFXX_REFUSE_CHANGE(^=)
EBPFXX_REFUSE_CHANGE(<<=)
EBPFXX_REFUSE_CHANGE(>>=)
#undef EBPFXX_REFUSE_FIELDS
#undef EBPFXX_REFUSE_CHANGE

template <class Field>
constexpr Field operator++(BigEndian<Field>&)
    EBPFXX_REFUSE_USE("conversion", "computes with a big-endian field; assign it what becomes of its 'value()'");
template <class Field>
constexpr Field operator++(BigEndian<Field>&, int)
    EBPFXX_REFUSE_USE("conversion", "computes with a big-endian field; assign it what becomes of its 'value()'");
template <class Field>
constexpr Field operator--(BigEndian<Field>&)
    EBPFXX_REFUSE_USE("conversion", "computes with a big-endian field; assign it what becomes of its 'value()'");
template <class Field>
constexpr Field operator--(BigEndian<Field>&, int)
    EBPFXX_REFUSE_USE("conversion", "computes with a big-endian field; assign it what becomes of its 'value()'");

#define EBPFXX_REFUSE_COMPARISON(Result, operation)                                                            \
  template <class Left, class Right>                                                                           \
    requires(!std::same_as<Left, Right>)                                                                       \
  constexpr Result operator operation(BigEndian<Left>, BigEndian<Right>)                                       \
      EBPFXX_REFUSE_USE("conversion", "compares big-endian fields of different types; write their 'value()'"); \
  template <class Enum, std::integral Host>                                                                    \
    requires std::is_enum_v<Enum>                                                                              \
  constexpr Result operator operation(BigEndian<Enum>, Host)                                                   \
      EBPFXX_REFUSE_USE("conversion", "compares enumerators with a number; cast it to their enumeration");
EBPFXX_REFUSE_COMPARISON(bool, ==)
EBPFXX_REFUSE_COMPARISON(bool, !=)
EBPFXX_REFUSE_COMPARISON(std::strong_ordering, <=>)
#undef EBPFXX_REFUSE_COMPARISON

}  // namespace ebpfxx
