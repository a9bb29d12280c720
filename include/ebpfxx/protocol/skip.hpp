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

namespace detail {

/// Why a walk over headers has ended.
enum class WalkEnd : std::uint8_t { Arrived, CutOff, LaterFragment };

/// Where it has ended, and what stands there.
template <class Type, class Place>
struct Walked {
  Place place;
  Type type;
  WalkEnd end;
};

inline constexpr auto vlan_types = numbers_of<EtherType, Vlan>;

/// Over up to `Most` tags from a place behind the type that announces the first one.
template <std::size_t Most, class Place>
constexpr Walked<EtherType, Place> walk_vlan_tags(Place place, EtherType type) {
  for (std::size_t i = 0; i < Most && vlan_types.has(type); ++i) {
    const auto tag = place.template parse<Vlan>();
    if (!tag) return {place, type, WalkEnd::CutOff};
    type = tag->ether_type.value();
    place = place.moved(sizeof(Vlan));
  }
  return {place, type, WalkEnd::Arrived};
}

}  // namespace detail

/// What stands behind up to `Most` VLAN tags among the bytes of a frame; with more of them its type is a tag's.
template <std::size_t Most = 2, detail::FoundHeader<Ethernet> Found>
constexpr auto skip_vlan_tags(const Found& ethernet) {
  const auto behind = detail::place_of<sizeof(Ethernet) + Most * sizeof(Vlan)>(ethernet).moved(sizeof(Ethernet));
  const auto walked = detail::walk_vlan_tags<Most>(behind, ethernet->ether_type.value());
  return Carried(walked.place, walked.type, walked.end == detail::WalkEnd::Arrived);
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

/// How far `Most` extension headers may go: each up to a mask that holds 255 * 8 bytes, and 8.
inline constexpr std::size_t most_beyond = 0x7ff;
template <std::size_t Most>
inline constexpr std::size_t extensions_reach = sizeof(Ipv6) + Most * (8 + most_beyond);

/// Over up to `Most` extension headers from a place behind the IPv6 header.
template <std::size_t Most, class Place>
constexpr Walked<IpProtocol, Place> walk_extension_headers(Place place, IpProtocol type) {
  // Opaque, so that the loop stays one: it is seldom walked, and long when unrolled.
  for (std::size_t i = 0; i < Most && is_extension(type); i = opaque(i + 1)) {
    const auto header = place.template parse<AnyExtension>();
    if (!header) return {place, type, WalkEnd::CutOff};
    const bool is_fragment = type == IpProtocol::Fragment;
    if (is_fragment && (header->fragment_offset_and_flags.value() & 0xfff8) != 0)
      return {place, type, WalkEnd::LaterFragment};
    const unsigned beyond = is_fragment ? 0U : header->length * (type == IpProtocol::Ah ? 4U : 8U);
    type = header->next_header;
    // Masked, so that the verifier need not tell the kinds of headers apart.
    place = place.moved((opaque(beyond) & most_beyond) + 8);
  }
  return {place, type, WalkEnd::Arrived};
}

}  // namespace detail

/// What stands behind up to `Most` extension headers of an IPv6 packet (hop-by-hop, routing, fragment, authentication,
/// destination); with more of them its type is an extension header's. Nothing in a later fragment.
template <std::size_t Most = 6, detail::FoundHeader<Ipv6> Found>
constexpr auto skip_extension_headers(const Found& ipv6) {
  const auto behind = detail::place_of<detail::extensions_reach<Most>>(ipv6).moved(sizeof(Ipv6));
  const auto walked = detail::walk_extension_headers<Most>(behind, ipv6->next_header);
  return Carried(walked.place, walked.type, walked.end == detail::WalkEnd::Arrived);
}

}  // namespace ebpfxx
