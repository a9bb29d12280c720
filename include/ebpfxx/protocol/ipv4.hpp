#pragma once

#include <cstdint>

#include <ebpfxx/packet/big_endian.hpp>
#include <ebpfxx/packet/bounded.hpp>
#include <ebpfxx/protocol/ip_protocol.hpp>

namespace ebpfxx {

/// An IPv4 address, in network byte order as everywhere on the wire.
using Ipv4Address = BigEndian<std::uint32_t>;

/// The IPv4 header without its options (RFC 791).
struct Ipv4 {
  std::uint8_t version_and_ihl = 0x45;
  std::uint8_t type_of_service = 0;
  BigEndian<std::uint16_t> total_length = 0;  ///< bytes, header included
  BigEndian<std::uint16_t> id = 0;
  BigEndian<std::uint16_t> flags_and_fragment_offset = 0;
  std::uint8_t ttl = 64;
  IpProtocol protocol = IpProtocol::NoNext;
  BigEndian<std::uint16_t> checksum = 0;
  Ipv4Address source = 0;
  Ipv4Address destination = 0;

  constexpr std::uint8_t version() const { return version_and_ihl >> 4; }

  /// The header's length in units of 4 bytes; at least 5 in a real header.
  constexpr std::uint8_t ihl() const { return version_and_ihl & 0xf; }

  constexpr bool dont_fragment() const { return (flags_and_fragment_offset.value() & 0x4000) != 0; }
  constexpr bool more_fragments() const { return (flags_and_fragment_offset.value() & 0x2000) != 0; }

  /// In units of 8 bytes; 0 in a packet that is not fragmented, and in the first fragment.
  constexpr std::uint16_t fragment_offset() const { return flags_and_fragment_offset.value() & 0x1fff; }

  /// In bytes, with options. Holds where `has_next()` is true.
  constexpr Bounded<20, 60> header_length() const { return Bounded<20, 60>::proven((version_and_ihl & 0xfU) * 4); }

  /// Whether the next protocol's header starts behind this one: not in a header that is too short, not in a later
  /// fragment.
  constexpr bool has_next() const { return ihl() >= 5 && fragment_offset() == 0; }
};

static_assert(sizeof(Ipv4) == 20 && alignof(Ipv4) == 1);

}  // namespace ebpfxx
