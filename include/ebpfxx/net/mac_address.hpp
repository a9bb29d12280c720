#pragma once

#include <array>
#include <bit>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <ebpfxx/net/address_reader.hpp>
#include <ebpfxx/number/big_endian.hpp>

namespace ebpfxx {

/// The 48-bit address of an Ethernet interface, in the order on the wire. Good as the key of a map.
class MacAddress {
 public:
  /// In the order in which they are written and sent.
  using Bytes = std::array<std::uint8_t, 6>;

  /// 00:00:00:00:00:00
  constexpr MacAddress() = default;

  /// From a constant text; one that is no address does not compile.
  // NOLINTNEXTLINE(google-explicit-constructor): addresses are written as text
  EBPFXX_READ_CONSTANT(MacAddress, "this is no MAC address; write six bytes, as 02:00:00:00:00:01")

  template <std::integral Number>
  constexpr MacAddress& operator=(Number)
      EBPFXX_REFUSE("conversion", "gives an address a number; write it as text, as 02:00:00:00:00:01");

  template <int = 0>
  constexpr void operator=(const MacAddress&) const
      EBPFXX_REFUSE("packet-write", "changes a field that is only read; use a hook that may write, or change a copy");

  /// From bytes in the order of the text.
  constexpr explicit MacAddress(const Bytes& bytes) : parts_(std::bit_cast<Parts>(bytes)) {}

  /// The address that `text` says: six bytes of two hexadecimal digits, with colons between.
  static constexpr std::optional<MacAddress> from_text(std::string_view text) {
    detail::net::AddressReader reader(text);
    Bytes bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (i > 0 && !reader.take(":")) return std::nullopt;
      const std::optional<std::uint32_t> number = reader.hexadecimal(2, 2);
      if (!number) return std::nullopt;
      bytes[i] = static_cast<std::uint8_t>(*number);
    }
    if (!reader.at_end()) return std::nullopt;
    return MacAddress(bytes);
  }

  // NOLINTNEXTLINE(google-explicit-constructor): for the message
  constexpr operator std::uint64_t() const
      EBPFXX_REFUSE("conversion", "takes an address for a number; write 'value()'");

  /// The address as a number, the first byte the highest one.
  constexpr std::uint64_t value() const {
    return std::uint64_t{parts_.first_four.value()} << 16 | parts_.last_two.value();
  }

  /// In the order of the text.
  constexpr const Bytes bytes() const { return std::bit_cast<Bytes>(parts_); }

  /// Whether it stands for several interfaces, as the broadcast address does.
  constexpr bool is_multicast() const { return (bytes()[0] & 1) != 0; }

  friend constexpr bool operator==(const MacAddress& left, const MacAddress& right) {
    return left.parts_.first_four == right.parts_.first_four && left.parts_.last_two == right.parts_.last_two;
  }
  friend constexpr std::strong_ordering operator<=>(const MacAddress& left, const MacAddress& right) {
    return left.value() <=> right.value();
  }

 private:
  struct Parts {
    BigEndian<std::uint32_t> first_four{};
    BigEndian<std::uint16_t> last_two{};
  };

  Parts parts_{};
};

/// As "02:00:00:00:00:01".
inline std::string to_text(const MacAddress& address) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (std::uint8_t byte : address.bytes()) {
    if (!text.empty()) text += ':';
    text += digits[byte >> 4];
    text += digits[byte & 0xf];
  }
  return text;
}

}  // namespace ebpfxx
