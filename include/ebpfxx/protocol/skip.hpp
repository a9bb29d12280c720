#pragma once

#include <cstddef>
#include <cstdint>

#include <ebpfxx/packet/carried.hpp>
#include <ebpfxx/protocol/ethernet.hpp>
#include <ebpfxx/protocol/ipv6.hpp>
#include <ebpfxx/protocol/ipv6_extension.hpp>
#include <ebpfxx/protocol/mpls.hpp>
#include <ebpfxx/protocol/vlan.hpp>

/// Walks over runs of headers, from one that `parse` or `load` has found and that has been tested:
///
///     auto ethernet = packet.parse<Ethernet>();
///     if (!ethernet) return Ok;
///     auto carried = skip_vlan_tags(ethernet);
///     if (!carried) return Ok;
///     if (auto ip = carried.as<Ipv4>()) ...
namespace ebpfxx {

/// What stands behind up to `Most` VLAN tags among the bytes of a frame; with more of them its type is a tag's.
template <std::size_t Most = 2, detail::FoundHeader<Ethernet> Found>
constexpr auto skip_vlan_tags(const Found& ethernet) {
  auto place = detail::place_of<sizeof(Ethernet) + Most * sizeof(Vlan)>(ethernet).moved(sizeof(Ethernet));
  EtherType type = ethernet->ether_type.value();
  for (std::size_t i = 0; i < Most && numbers_of<EtherType, Vlan>.has(type); ++i) {
    const auto tag = place.template parse<Vlan>();
    if (!tag) return Carried(place, type, false);
    type = tag->ether_type.value();
    place = place.moved(sizeof(Vlan));
  }
  return Carried(place, type, true);
}

/// The entry at the bottom of an MPLS label stack, of which `mpls` is the top; nothing when it is not among the first
/// `Most`. What the labels carry is behind it: `bottom.payload<Ipv4>()`.
template <std::size_t Most = 8, detail::FoundHeader<Mpls> Found>
constexpr auto bottom_label(const Found& mpls) {
  auto place = detail::place_of<Most * sizeof(Mpls)>(mpls);
  for (std::size_t i = 0; i < Most; ++i) {
    const auto entry = place.template parse<Mpls>();
    if (!entry || entry->bottom()) return entry;
    place = place.moved(sizeof(Mpls));
  }
  return place.template nothing<Mpls>();
}

namespace detail {

/// How every extension header starts; the middle is that of a fragment's.
struct AnyExtension {
  IpProtocol next_header;
  std::uint8_t length;
  BigEndian<std::uint16_t> fragment_offset_and_flags;
};

}  // namespace detail

/// What stands behind up to `Most` extension headers of an IPv6 packet (hop-by-hop, routing, fragment, authentication,
/// destination); with more of them its type is an extension header's. Nothing in a later fragment.
template <std::size_t Most = 6, detail::FoundHeader<Ipv6> Found>
constexpr auto skip_extension_headers(const Found& ipv6) {
  constexpr std::size_t most_beyond = 0x7ff;  // of 8 bytes; a mask that holds 255 * 8
  constexpr std::size_t reach = sizeof(Ipv6) + Most * (8 + most_beyond);
  auto place = detail::place_of<reach>(ipv6).moved(sizeof(Ipv6));
  IpProtocol type = ipv6->next_header;
  for (std::size_t i = 0; i < Most && detail::is_extension(type); ++i) {
    const auto header = place.template parse<detail::AnyExtension>();
    if (!header) return Carried(place, type, false);
    const bool is_fragment = type == IpProtocol::Fragment;
    if (is_fragment && header->fragment_offset_and_flags.value() >= 8) return Carried(place, type, false);
    const unsigned beyond = is_fragment ? 0U : header->length * (type == IpProtocol::Ah ? 4U : 8U);
    type = header->next_header;
    // Masked, so that the verifier need not tell the kinds of headers apart.
    place = place.moved((detail::opaque(beyond) & most_beyond) + 8);
  }
  return Carried(place, type, true);
}

}  // namespace ebpfxx
