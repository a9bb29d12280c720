#pragma once

#include <cstdint>

#include <ebpfxx/packet/place.hpp>
#include <ebpfxx/protocol/ether_type.hpp>
#include <ebpfxx/protocol/ip_protocol.hpp>

namespace ebpfxx {

namespace detail {

template <class Header>
constexpr bool is_called(EtherType type) {
  static_assert(ether_type_of<Header>.has_value(), "this header has no EtherType; take it by 'parse'");
  return type == ether_type_of<Header>;
}
template <class Header>
constexpr bool is_called(IpProtocol type) {
  static_assert(ip_protocol_of<Header>.has_value(), "this header has no IP protocol number; take it by 'parse'");
  return type == ip_protocol_of<Header>;
}

}  // namespace detail

/// What stands behind a run of headers (VLAN tags, extension headers) and what the last of them says that it is; or
/// nothing, when the packet ends before, or the run is longer than the walk over it. Test it before use.
template <class Type, class Place>
class EBPFXX_ANNOTATE(EBPFXX_ABI_TESTED, "packet-bounds", "may be nothing here") [[nodiscard]] Carried {
 public:
  constexpr Carried(Place place, Type type, bool found) : place_(place), type_(type), found_(found) {}

  constexpr explicit operator bool() const { return found_; }

  constexpr Type type() const { return type_; }

  /// The header that starts here, if it is a `Header`, and all of it is in the packet.
  template <PacketHeader Header>
  constexpr auto as() const {
    return detail::is_called<Header>(type_) ? place_.template parse<Header>() : place_.template nothing<Header>();
  }

  /// The header that starts here, if all of it is in the packet; whatever its type.
  template <PacketHeader Header>
  constexpr auto parse() const {
    return place_.template parse<Header>();
  }

 private:
  Place place_;
  Type type_;
  bool found_;
};

}  // namespace ebpfxx
