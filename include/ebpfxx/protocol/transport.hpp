#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>

#include <ebpfxx/detail/extremes.hpp>
#include <ebpfxx/packet/start.hpp>
#include <ebpfxx/packet/transport.hpp>
#include <ebpfxx/protocol/ethernet.hpp>
#include <ebpfxx/protocol/ipv4.hpp>
#include <ebpfxx/protocol/ipv6.hpp>
#include <ebpfxx/protocol/tcp.hpp>
#include <ebpfxx/protocol/udp.hpp>
#include <ebpfxx/protocol/vlan.hpp>
#include <ebpfxx/protocol/walk.hpp>

namespace ebpfxx::detail::packet {

template <>
inline constexpr bool leads_to_transport<Ethernet> = true;
template <>
inline constexpr bool leads_to_transport<Ipv4> = true;
template <>
inline constexpr bool leads_to_transport<Ipv6> = true;

}  // namespace ebpfxx::detail::packet

/// The walk to the transport header of a packet.
namespace ebpfxx::detail::protocol {

/// How every transport header with ports starts.
struct TransportStart {
  BigEndian<std::uint32_t> ports;
  BigEndian<std::uint32_t> rest;
};

/// How a flow ends.
struct FlowRest {
  IpProtocol protocol;
  IpVersion version;
  std::uint16_t zero;
};

template <TransportBounds Bounds, class Position>
struct TransportWalk {
  using Result = FoundTransport<Position>;
  using enum TransportOutcome;

  Position start;

  static constexpr Result at_transport(Position position, IpVersion version, IpProtocol protocol,
                                       const FlowAddress& source, const FlowAddress& destination) {
    std::uint32_t ports = 0;
    switch (protocol) {
      case IpProtocol::Tcp:
        if (!position.template parse<Tcp>()) return Result(CutOff, position);
        ports = ports_at(position);
        break;
      case IpProtocol::Udp:
      case IpProtocol::UdpLite:
      case IpProtocol::Sctp:
      case IpProtocol::Dccp:
        if (!position.template parse<TransportStart>()) return Result(CutOff, position);
        ports = ports_at(position);
        break;
      default:
        break;
    }
    const auto rest = std::bit_cast<std::uint32_t>(FlowRest{protocol, version, 0});
    return Result(Found, position, packet::FlowWords{source, destination, ports, rest});
  }

  static constexpr std::uint32_t ports_at(Position position) {
    return std::bit_cast<std::uint32_t>(position.template parse<TransportStart>()->ports);
  }

  /// What it means that no `Header` was found: its bytes are there and cannot be one, or they are not there.
  template <class Header>
  static constexpr Result without(Position position) {
    const auto bytes = position.template parse<std::array<std::uint8_t, sizeof(Header)>>();
    return Result(bytes ? Malformed : CutOff, position);
  }

  static constexpr Result in_ipv4(Position position) {
    const auto ip = position.template parse<Ipv4>();
    if (!ip) return without<Ipv4>(position);
    if (ip->fragment_offset() != 0) return Result(LaterFragment, position);
    return at_transport(position.moved(ip->header_length().value()), IpVersion::Ipv4, ip->protocol, ip->source,
                        ip->destination);
  }

  static constexpr Result in_ipv6(Position position) {
    const auto ip = position.template parse<Ipv6>();
    if (!ip) return without<Ipv6>(position);
    const auto walked = walk_extension_headers<Bounds.extension_headers>(position.moved(sizeof(Ipv6)), ip->next_header);
    if (walked.end != WalkEnd::Arrived)
      return Result(walked.end == WalkEnd::CutOff ? CutOff : LaterFragment, walked.position);
    if (net::is_extension(walked.type)) return Result(TooManyHeaders, walked.position);
    if (walked.type == IpProtocol::NoNext) return Result(None, walked.position);
    return at_transport(walked.position, IpVersion::Ipv6, walked.type, ip->source, ip->destination);
  }

  constexpr Result in_ip() const {
    const auto first = start.template parse<std::uint8_t>();
    if (!first) return Result(CutOff, start);
    return *first >> 4 == 6 ? in_ipv6(start) : in_ipv4(start);
  }

  constexpr Result in_frame() const {
    const auto ethernet = start.template parse<Ethernet>();
    if (!ethernet) return Result(CutOff, start);
    const auto walked = walk_vlan_tags<Bounds.vlan_tags>(start.moved(sizeof(Ethernet)), ethernet->ether_type.value());
    if (walked.end != WalkEnd::Arrived) return Result(CutOff, walked.position);
    if (walked.type == EtherType::Ipv4) return in_ipv4(walked.position);
    if (walked.type == EtherType::Ipv6) return in_ipv6(walked.position);
    return Result(vlan_types.has(walked.type) ? TooManyHeaders : None, walked.position);
  }
};

/// How far a walk goes from an Ethernet header.
template <TransportBounds Bounds>
inline constexpr std::size_t transport_reach =
    sizeof(Ethernet) + Bounds.vlan_tags * sizeof(Vlan) +
    detail::greatest<std::size_t>(60, extensions_reach<Bounds.extension_headers>);

/// A walk from where `found` starts, which is not looked at itself.
template <TransportBounds Bounds, class Found>
constexpr auto transport_walk(const Found& found) {
  static_assert(Bounds.vlan_tags <= 16 && Bounds.extension_headers <= 16,
                "the verifier follows packets up to byte 65535; walk over at most 16 headers of a kind");
  return TransportWalk<Bounds, decltype(packet::position_of<transport_reach<Bounds>>(found))>{
      packet::position_of<transport_reach<Bounds>>(found)};
}

template <TransportBounds Bounds, class Packet>
constexpr auto transport_in(const Packet& packet) {
  const auto walk = transport_walk<Bounds>(packet.template parse<std::uint8_t>());
  if constexpr (Packet::start == PacketStart::Ethernet)
    return walk.in_frame();
  else
    return walk.in_ip();
}

template <TransportBounds Bounds, class Found>
constexpr auto transport_behind(const Found& found) {
  const auto walk = transport_walk<Bounds>(found);
  if constexpr (packet::FoundHeader<Found, Ethernet>)
    return walk.in_frame();
  else if constexpr (packet::FoundHeader<Found, Ipv4>)
    return walk.in_ipv4(walk.start);
  else
    return walk.in_ipv6(walk.start);
}

}  // namespace ebpfxx::detail::protocol
