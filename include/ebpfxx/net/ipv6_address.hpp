#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <ebpfxx/net/address_reader.hpp>
#include <ebpfxx/net/ipv4_address.hpp>
#include <ebpfxx/number/big_endian.hpp>

namespace ebpfxx {

/// An IPv6 address, in network byte order as everywhere on the wire. Good as the key of a map.
class Ipv6Address {
 public:
  /// In the order in which they are written and sent.
  using Bytes = std::array<std::uint8_t, 16>;
  /// The numbers between the colons, in host order.
  using Groups = std::array<std::uint16_t, 8>;

  /// ::
  constexpr Ipv6Address() = default;

  /// From a constant text; one that is no address does not compile.
  // NOLINTNEXTLINE(google-explicit-constructor): addresses are written as text
  EBPFXX_READ_CONSTANT(Ipv6Address, "this is no IPv6 address; write up to eight groups, as fd00::1")

  template <int = 0>
  constexpr void operator=(const Ipv6Address&) const
      EBPFXX_REFUSE("packet-write", "changes a field that is only read; use a hook that may write, or change a copy");

  /// From bytes in the order of the text.
  constexpr explicit Ipv6Address(const Bytes& bytes) : halves_(std::bit_cast<Halves>(bytes)) {}

  /// From groups of 16 bits in host byte order, in the order of the text.
  constexpr explicit Ipv6Address(const Groups& groups) : halves_{half_of(groups, 0), half_of(groups, 4)} {}

  /// From the first and the last 64 bits in host byte order.
  constexpr Ipv6Address(std::uint64_t high, std::uint64_t low) : halves_{high, low} {}

  /// The address that `text` says, in any form of RFC 4291, as inet_pton(3) reads it.
  static constexpr std::optional<Ipv6Address> from_text(std::string_view text);

  /// The first and the last 64 bits in host byte order: network and interface.
  constexpr std::uint64_t high() const { return halves_.high.value(); }
  /// The last eight bytes as one number, in host order.
  constexpr std::uint64_t low() const { return halves_.low.value(); }

  /// In the order of the text.
  constexpr const Bytes bytes() const { return std::bit_cast<Bytes>(halves_); }

  /// In the order of the text, each in host byte order.
  constexpr Groups groups() const {
    Groups groups{};
    for (unsigned i = 0; i < groups.size(); ++i)
      groups[i] = static_cast<std::uint16_t>((i < 4 ? high() : low()) >> (48 - i % 4 * 16));
    return groups;
  }

  friend constexpr bool operator==(const Ipv6Address& left, const Ipv6Address& right) {
    return left.halves_.high == right.halves_.high && left.halves_.low == right.halves_.low;
  }
  friend constexpr std::strong_ordering operator<=>(const Ipv6Address& left, const Ipv6Address& right) {
    return left.high() != right.high() ? left.high() <=> right.high() : left.low() <=> right.low();
  }

 private:
  struct Halves {
    BigEndian<std::uint64_t> high{};
    BigEndian<std::uint64_t> low{};
  };

  static constexpr std::uint64_t half_of(const Groups& groups, std::size_t first) {
    std::uint64_t half = 0;
    for (std::size_t i = first; i < first + 4; ++i) half = half << 16 | groups[i];
    return half;
  }

  Halves halves_{};
};

constexpr std::optional<Ipv6Address> Ipv6Address::from_text(std::string_view text) {
  detail::net::AddressReader reader(text);
  Groups groups{};
  std::size_t count = 0;
  std::optional<std::size_t> gap;  // where "::" is
  if (reader.take("::")) gap = 0;
  while (!reader.at_end()) {
    if (count == groups.size()) return std::nullopt;
    if (const auto ipv4 = Ipv4Address::from_text(reader.rest()); ipv4 && count + 2 <= groups.size()) {
      groups[count++] = static_cast<std::uint16_t>(ipv4->value() >> 16);
      groups[count++] = static_cast<std::uint16_t>(ipv4->value());
      break;
    }
    const std::optional<std::uint32_t> group = reader.hexadecimal(1, 4);
    if (!group) return std::nullopt;
    groups[count++] = static_cast<std::uint16_t>(*group);
    if (reader.at_end()) break;
    if (reader.take("::")) {
      if (gap) return std::nullopt;
      gap = count;
    } else if (!reader.take(":") || reader.at_end()) {
      return std::nullopt;
    }
  }
  if (!gap) return count == groups.size() ? std::optional(Ipv6Address(groups)) : std::nullopt;
  if (count == groups.size()) return std::nullopt;
  for (std::size_t i = groups.size(); count > *gap; --i) {
    groups[i - 1] = groups[--count];
    groups[count] = 0;
  }
  return Ipv6Address(groups);
}

/// As "fd00::1", by the rules of RFC 5952; an IPv4-mapped address as "::ffff:10.0.0.3".
inline std::string to_text(const Ipv6Address& address) {
  const Ipv6Address::Groups groups = address.groups();
  if (address.high() == 0 && address.low() >> 32 == 0xffff)
    return "::ffff:" + to_text(Ipv4Address(static_cast<std::uint32_t>(address.low())));

  // The longest run of zeros of two groups or more, the first one of several.
  std::size_t gap = groups.size();
  std::size_t gap_length = 1;
  for (std::size_t first = 0; first < groups.size(); ++first) {
    std::size_t last = first;
    while (last < groups.size() && groups[last] == 0) ++last;
    if (last - first > gap_length) {
      gap = first;
      gap_length = last - first;
    }
  }

  std::string text;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (i == gap) {
      text += "::";
      i += gap_length - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    constexpr std::string_view digits = "0123456789abcdef";
    for (int shift = 12; shift >= 0; shift -= 4)
      if (shift == 0 || groups[i] >> shift != 0) text += digits[groups[i] >> shift & 0xf];
  }
  return text;
}

}  // namespace ebpfxx
