#pragma once

#include <cstddef>

#include <ebpfxx/packet/carried.hpp>
#include <ebpfxx/packet/searched.hpp>
#include <ebpfxx/protocol/ethernet.hpp>
#include <ebpfxx/protocol/ipv6.hpp>
#include <ebpfxx/protocol/mpls.hpp>
#include <ebpfxx/protocol/vlan.hpp>
#include <ebpfxx/protocol/walk.hpp>

/// Walks over runs of headers, from one that `parse` or `load` has found and that has been tested:
///
///     auto ethernet = packet.parse<Ethernet>();
///     if (!ethernet) return Ok;
///     auto carried = skip_vlan_tags(ethernet);
///     if (carried.could_not_tell()) return Drop;
///     if (auto ip = carried.as<Ipv4>()) ...
namespace ebpfxx {

/// What follows up to `Most` VLAN tags among the bytes of a frame; with more of them it could not be told.
template <std::size_t Most = 2, detail::packet::FoundHeader<Ethernet> Found>
constexpr auto skip_vlan_tags(const Found& ethernet) {
  const auto behind =
      detail::packet::position_of<sizeof(Ethernet) + Most * sizeof(Vlan)>(ethernet).moved(sizeof(Ethernet));
  const auto walked = detail::protocol::walk_vlan_tags<Most>(behind, ethernet->ether_type.value());
  return Carried(walked.position, walked.type,
                 walked.end == detail::protocol::WalkEnd::Arrived && !detail::protocol::vlan_types.has(walked.type));
}

/// The entry at the bottom of an MPLS label stack, of which `mpls` is the top. It could not be told when it is not
/// among the first `Most`, or the packet ends before it. What the labels carry is behind it: `bottom.payload<Ipv4>()`.
template <std::size_t Most = 8, detail::packet::FoundHeader<Mpls> Found>
constexpr auto bottom_label(const Found& mpls) {
  auto position = detail::packet::position_of<Most * sizeof(Mpls)>(mpls);
  for (std::size_t i = 0; i < Most; ++i) {
    const auto entry = position.template parse<Mpls>();
    if (!entry || entry->bottom()) return Searched(entry, !entry);
    position = position.moved(sizeof(Mpls));
  }
  return Searched(position.template nothing<Mpls>(), true);
}

/// What follows up to `Most` extension headers of an IPv6 packet (hop-by-hop, routing, fragment, authentication,
/// destination); with more of them, and in a later fragment, it could not be told.
template <std::size_t Most = 6, detail::packet::FoundHeader<Ipv6> Found>
constexpr auto skip_extension_headers(const Found& ipv6) {
  const auto behind = detail::packet::position_of<detail::protocol::extensions_reach<Most>>(ipv6).moved(sizeof(Ipv6));
  const auto walked = detail::protocol::walk_extension_headers<Most>(behind, ipv6->next_header);
  return Carried(walked.position, walked.type,
                 walked.end == detail::protocol::WalkEnd::Arrived && !detail::net::is_extension(walked.type));
}

}  // namespace ebpfxx
