#pragma once

#include <cstddef>
#include <cstdint>

#include <ebpfxx/net/ether_type.hpp>
#include <ebpfxx/net/ip_protocol.hpp>
#include <ebpfxx/net/relation.hpp>
#include <ebpfxx/packet/position.hpp>
#include <ebpfxx/protocol/ipv6.hpp>
#include <ebpfxx/protocol/vlan.hpp>

/// Walks over runs of headers, which skip.hpp and transport.hpp share.
namespace ebpfxx::detail::protocol {

/// Why a walk over headers has ended.
enum class WalkEnd : std::uint8_t { Arrived, CutOff, LaterFragment };

/// Where it has ended, and the type of what follows.
template <class Type, class Position>
struct Walked {
  Position position;
  Type type;
  WalkEnd end;
};

inline constexpr auto vlan_types = numbers_of<EtherType, Vlan>;

/// Over up to `Most` tags from behind the type that announces the first one.
template <std::size_t Most, class Position>
constexpr Walked<EtherType, Position> walk_vlan_tags(Position position, EtherType type) {
  for (std::size_t i = 0; i < Most && vlan_types.has(type); ++i) {
    const auto tag = position.template parse<Vlan>();
    if (!tag) return {position, type, WalkEnd::CutOff};
    type = tag->ether_type.value();
    position = position.moved(sizeof(Vlan));
  }
  return {position, type, WalkEnd::Arrived};
}

/// How every extension header starts; the middle is that of a fragment's.
struct AnyExtension {
  IpProtocol next_header;
  std::uint8_t length;
  BigEndian<std::uint16_t> fragment_offset_and_flags;
};

/// How far `Most` extension headers may go: each up to a mask that holds 255 * 8 bytes, and 8.
inline constexpr std::size_t most_beyond = 0x7ff;
template <std::size_t Most>
inline constexpr std::size_t extensions_reach = sizeof(Ipv6) + Most * (8 + most_beyond);

/// Over up to `Most` extension headers from behind the IPv6 header.
template <std::size_t Most, class Position>
constexpr Walked<IpProtocol, Position> walk_extension_headers(Position position, IpProtocol type) {
  // Opaque, so that the loop stays one: it is seldom walked, and long when unrolled.
  for (std::size_t i = 0; i < Most && net::is_extension(type); i = opaque(i + 1)) {
    const auto header = position.template parse<AnyExtension>();
    if (!header) return {position, type, WalkEnd::CutOff};
    const bool is_fragment = type == IpProtocol::Fragment;
    if (is_fragment && (header->fragment_offset_and_flags.value() & 0xfff8) != 0)
      return {position, type, WalkEnd::LaterFragment};
    const unsigned beyond = is_fragment ? 0U : header->length * (type == IpProtocol::Ah ? 4U : 8U);
    type = header->next_header;
    // Masked, so that the verifier need not tell the kinds of headers apart.
    position = position.moved((opaque(beyond) & most_beyond) + 8);
  }
  return {position, type, WalkEnd::Arrived};
}

}  // namespace ebpfxx::detail::protocol
