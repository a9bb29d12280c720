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

/// An IPv4 address, in network byte order as everywhere on the wire. Good as the key of a map.
///
///     if (ip->source == "10.0.0.3") ...           // the text is read by the compiler
///     auto address = Ipv4Address::from_text(argument); // the application's text
class EBPFXX_ANNOTATE(EBPFXX_ABI_NETWORK_ORDER) Ipv4Address {
 public:
  /// In the order in which they are written and sent.
  using Bytes = std::array<std::uint8_t, 4>;

  /// 0.0.0.0
  constexpr Ipv4Address() = default;

  /// From a constant text; one that is no address does not compile.
  // NOLINTNEXTLINE(google-explicit-constructor): addresses are written as text
  EBPFXX_READ_CONSTANT(Ipv4Address, "this is no IPv4 address; write four numbers up to 255, as 10.0.0.3")

  /// From a number in host byte order: 0x0a000003 is 10.0.0.3.
  constexpr explicit Ipv4Address(std::uint32_t value) : number_(value) {}

  template <std::integral Number>
  constexpr Ipv4Address& operator=(Number)
      EBPFXX_REFUSE("conversion", "gives an address a number; write 'Ipv4Address(number)'");

  template <int = 0>
  constexpr void operator=(const Ipv4Address&) const
      EBPFXX_REFUSE("packet-write", "changes a field that is only read; use a hook that may write, or change a copy");

  /// From bytes in the order of the text.
  constexpr explicit Ipv4Address(const Bytes& bytes) : number_(std::bit_cast<Number>(bytes)) {}

  /// The address that `text` says, as inet_pton(3) reads it.
  static constexpr std::optional<Ipv4Address> from_text(std::string_view text) {
    detail::net::AddressReader reader(text);
    Bytes bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (i > 0 && !reader.take(".")) return std::nullopt;
      const std::optional<std::uint32_t> number = reader.decimal(3);
      if (!number || *number > 0xff) return std::nullopt;
      bytes[i] = static_cast<std::uint8_t>(*number);
    }
    if (!reader.at_end()) return std::nullopt;
    return Ipv4Address(bytes);
  }

  // NOLINTNEXTLINE(google-explicit-constructor): for the message
  constexpr operator std::uint32_t() const
      EBPFXX_REFUSE("conversion", "takes an address for a number; write 'value()'");

  /// The number in host byte order.
  constexpr std::uint32_t value() const { return number_.value(); }

  /// In the order of the text.
  constexpr const Bytes bytes() const { return std::bit_cast<Bytes>(number_); }

  friend constexpr bool operator==(const Ipv4Address& left, const Ipv4Address& right) {
    return left.number_ == right.number_;
  }
  friend constexpr std::strong_ordering operator<=>(const Ipv4Address& left, const Ipv4Address& right) {
    return left.value() <=> right.value();
  }

 private:
  using Number = BigEndian<std::uint32_t>;

  Number number_{};
};

/// As "10.0.0.3".
inline std::string to_text(const Ipv4Address& address) {
  std::string text;
  for (std::uint8_t byte : address.bytes()) {
    if (!text.empty()) text += '.';
    text += std::to_string(byte);
  }
  return text;
}

}  // namespace ebpfxx
