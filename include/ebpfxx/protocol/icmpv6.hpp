#pragma once

#include <cstdint>
#include <string_view>

#include <ebpfxx/builder/build.hpp>
#include <ebpfxx/net/ip_protocol.hpp>
#include <ebpfxx/number/big_endian.hpp>
#include <ebpfxx/number/bounded.hpp>
#include <ebpfxx/packet/describe.hpp>
#include <ebpfxx/protocol/ipv6.hpp>

namespace ebpfxx {

/// The messages of ICMPv6.
enum class Icmpv6Type : std::uint8_t {
#define EBPFXX_ICMPV6_TYPE(Name, number, text) Name = number,
#include <ebpfxx/protocol/icmpv6_type.inc>
#undef EBPFXX_ICMPV6_TYPE
};

/// The name of a message, as "echo request"; empty where the number has none.
constexpr std::string_view name_of(Icmpv6Type type) {
  switch (type) {
#define EBPFXX_ICMPV6_TYPE(Name, number, text) \
  case Icmpv6Type::Name:                       \
    return text;
#include <ebpfxx/protocol/icmpv6_type.inc>
#undef EBPFXX_ICMPV6_TYPE
  }
  return {};
}

/// The ICMPv6 header (RFC 4443; ICMP over IPv6, a protocol of its own).
struct Icmpv6 {
  static constexpr IpProtocol ip_protocol = IpProtocol::Icmpv6;

  Icmpv6Type type = Icmpv6Type::EchoRequest;  ///< what the message is
  std::uint8_t code = 0;                      ///< what it means depends on the type
  BigEndian<std::uint16_t> checksum = 0;      ///< of the whole message and of IPv6's pseudo-header
  BigEndian<std::uint16_t> id = 0;            ///< of an echo; other messages keep other things in these four bytes
  BigEndian<std::uint16_t> sequence = 0;      ///< of an echo

  /// In bytes, of a PacketTooBig message.
  constexpr std::uint32_t mtu() const { return std::uint32_t{id.value()} << 16 | sequence.value(); }

  /// In bytes.
  constexpr Bounded<8, 8> header_length() const { return Bounded<8, 8>::proven(8); }

  /// Whether this tells of an error (RFC 4443, section 2.1), and so carries the start of the packet that caused it.
  constexpr bool is_error() const { return static_cast<std::uint8_t>(type) < 128; }

  /// Always: the data of an echo, or in an error message the packet that caused it.
  constexpr bool has_next() const { return true; }

  constexpr void fill_in(const Surroundings& around) {
    if (checksum == Icmpv6{}.checksum && around.pseudo_header) checksum = around.checksum(*around.pseudo_header, *this);
  }
};

template <>
inline constexpr auto header_description<Icmpv6> =
    describe_header("icmpv6", HeaderField("type", &Icmpv6::type), HeaderField("code", &Icmpv6::code),
                    HeaderField("checksum", &Icmpv6::checksum, FieldNotation::Hexadecimal),
                    HeaderField("id", &Icmpv6::id), HeaderField("sequence", &Icmpv6::sequence));

template <>
inline constexpr auto relation<Icmpv6, Ipv6> = [](const Icmpv6& message) { return message.is_error(); };

static_assert(DescribedHeader<Icmpv6> && sizeof(Icmpv6) == 8);

/// An ICMPv6 header in a packet to build; it fills in `checksum`, behind an IPv6 header.
constexpr auto icmpv6(const Icmpv6& header = {}) { return layer(header); }

}  // namespace ebpfxx
