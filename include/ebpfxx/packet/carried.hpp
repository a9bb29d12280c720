#pragma once

#include <cstdint>
#include <utility>

#include <ebpfxx/net/ether_type.hpp>
#include <ebpfxx/net/ip_protocol.hpp>
#include <ebpfxx/net/relation.hpp>
#include <ebpfxx/packet/position.hpp>

namespace ebpfxx {

/// What follows a run of headers (VLAN tags, extension headers) and what the last of them says that it is. Ask
/// first whether the walk over them could not tell:
///
///     auto carried = skip_vlan_tags(ethernet);
///     if (carried.could_not_tell()) return Drop;
///     if (auto ip = carried.as<Ipv4>()) ...
template <class Type, class Position>
class EBPFXX_ANNOTATE(EBPFXX_ABI_TESTED, "packet-bounds", "may be nothing here") [[nodiscard]] Carried {
 public:
  /// `found`: a header was there to say what follows it.
  constexpr Carried(Position position, Type type, bool found) : position_(position), type_(type), found_(found) {}

  /// Whether the packet ends before the run does, the run is longer than the walk, or the packet is a later fragment.
  EBPFXX_ANNOTATE(EBPFXX_ABI_ASKED_FIRST, "could-not-tell", "may be of a packet that could not be read")
  [[nodiscard]] constexpr bool could_not_tell() const { return !found_; }

  /// What the header before says that follows, in host order.
  constexpr Type type() const { return type_; }

  /// The header that starts here, if the type says that it is a `Header`, all of it is in the packet, and it can be
  /// one.
  template <PacketHeader Header>
    requires HasNumbers<Type, Header>
  constexpr auto as() const {
    return found_ && numbers_of<Type, Header>.has(type_) ? position_.template parse<Header>()
                                                         : position_.template nothing<Header>();
  }
  template <PacketHeader Header>
  constexpr decltype(std::declval<const Position&>().template nothing<Header>()) as() const
      EBPFXX_REFUSE("next-header", "asks for '%0', which no number of this kind announces; take it by 'payload<%0>()'",
                    static_cast<Header*>(nullptr));

  /// The same without looking at the type.
  template <PacketHeader Header>
  constexpr auto payload() const {
    return found_ ? position_.template parse<Header>() : position_.template nothing<Header>();
  }

 private:
  Position position_;
  Type type_;
  bool found_;
};

}  // namespace ebpfxx
