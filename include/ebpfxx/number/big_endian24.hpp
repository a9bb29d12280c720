#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <ebpfxx/detail/device.hpp>
#include <ebpfxx/number/big_endian.hpp>
#include <ebpfxx/number/decimal.hpp>

namespace ebpfxx {

namespace detail::number {

/// Whether 24 bits hold `number`; see `fits`.
template <class Number>
constexpr bool fits24(const Number& number) {
  if constexpr (std::integral<Number>)
    return fits<std::uint32_t>(number) && static_cast<std::uint64_t>(number) >> 24 == 0;
  return false;
}

}  // namespace detail::number

/// A number of 24 bits in network byte order, as tunnels carry it.
class EBPFXX_ANNOTATE(EBPFXX_ABI_NETWORK_ORDER) BigEndian24 {
 public:
  using value_type = std::uint32_t;
  /// The greatest number that 24 bits hold.
  static constexpr std::uint32_t greatest = 0xffffff;

  constexpr BigEndian24() = default;

  /// A constant; one that does not fit does not compile.
  template <std::integral Host>
  // NOLINTNEXTLINE(google-explicit-constructor): fields are assigned literals
  consteval BigEndian24(Host number) EBPFXX_WHERE(detail::number::fits24(number))
      : BigEndian24(of(static_cast<std::uint32_t>(number))) {
    if (!detail::number::fits24(number)) throw std::out_of_range("this number does not fit a field of 24 bits");
  }
#if defined(__clang__)
  template <std::integral Host>
  // NOLINTNEXTLINE(google-explicit-constructor): for the message
  constexpr BigEndian24(Host number) EBPFXX_WHERE(!detail::number::fits24(number))
      EBPFXX_REFUSE("conversion", "gives a field of 24 bits a constant that does not fit it");
  template <std::integral Host>
  // NOLINTNEXTLINE(google-explicit-constructor): for the message
  constexpr BigEndian24(Host number)
      EBPFXX_REFUSE_RUN_TIME(number, "conversion",
                             "gives a field of 24 bits a number that may not fit; write 'BigEndian24::of(number)'");
#endif

  template <int = 0>
  constexpr void operator=(const BigEndian24&) const
      EBPFXX_REFUSE("packet-write", "changes a field that is only read; use a hook that may write, or change a copy");

  /// The lower 24 bits of a number.
  static constexpr BigEndian24 of(std::uint32_t number) {
    BigEndian24 field;
    field.network_ = {static_cast<std::uint8_t>(number >> 16), static_cast<std::uint8_t>(number >> 8),
                      static_cast<std::uint8_t>(number)};
    return field;
  }

  /// Returns the number that `text` says in decimal digits, without a sign or leading zeros, or nothing where it says
  /// something else or does not fit.
  static constexpr std::optional<BigEndian24> from_text(std::string_view text) {
    const std::optional<std::uint32_t> number = detail::number::from_decimal(text, greatest);
    return number ? std::optional(of(*number)) : std::nullopt;
  }

  // NOLINTNEXTLINE(google-explicit-constructor): for the message
  constexpr operator std::uint32_t() const
      EBPFXX_REFUSE("conversion", "takes a big-endian field for a number; write 'value()'");

  /// The number in host byte order.
  constexpr std::uint32_t value() const {
    return std::uint32_t{network_[0]} << 16 | std::uint32_t{network_[1]} << 8 | network_[2];
  }

  friend constexpr bool operator==(const BigEndian24&, const BigEndian24&) = default;
  template <std::integral Host>
  friend constexpr bool operator==(const BigEndian24& field, Host number)
      EBPFXX_NEVER_WHERE(detail::number::below_zero(number),
                         "compares a big-endian field with a negative number, which it never is") {
    return std::cmp_equal(field.value(), number);
  }

 private:
  std::array<std::uint8_t, 3> network_{};
};

}  // namespace ebpfxx
