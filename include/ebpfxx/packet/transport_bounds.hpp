#pragma once

namespace ebpfxx {

/// Over how many headers `transport` walks at most.
struct TransportBounds {
  unsigned vlan_tags = 2;          ///< among the bytes of a frame
  unsigned extension_headers = 6;  ///< of an IPv6 packet

  friend constexpr bool operator==(const TransportBounds&, const TransportBounds&) = default;
};

namespace detail::protocol {

/// In protocol/transport.hpp: from a packet, whose bytes start as its hook says, and from a header that was found.
template <TransportBounds Bounds, class Packet>
constexpr auto transport_in(const Packet& packet);
template <TransportBounds Bounds, class Found>
constexpr auto transport_behind(const Found& found);

}  // namespace detail::protocol

namespace detail::packet {

/// Whether one of those may be asked of a header.
template <class Header>
inline constexpr bool leads_to_transport = false;

}  // namespace detail::packet
}  // namespace ebpfxx
