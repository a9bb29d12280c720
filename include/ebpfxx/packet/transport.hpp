#pragma once

#include <bit>
#include <cstdint>
#include <string_view>
#include <utility>

#include <ebpfxx/net/flow.hpp>
#include <ebpfxx/net/relation.hpp>
#include <ebpfxx/packet/position.hpp>
#include <ebpfxx/packet/transport_bounds.hpp>

namespace ebpfxx {

/// What came of looking for a packet's transport header.
enum class TransportOutcome : std::uint8_t {
  Found,
  None,            ///< the packet has none: a frame that carries no IP, or an IPv6 packet without a next header
  LaterFragment,   ///< the first fragment has it
  TooManyHeaders,  ///< it is behind more VLAN tags or extension headers than were to be walked over
  CutOff,          ///< the packet, or its linear part, ends before the header does
  Malformed,       ///< the IP header has another version than it should, or says that it is shorter than it can be
};

/// The name of an outcome, as "later fragment".
constexpr std::string_view name_of(TransportOutcome outcome) {
  switch (outcome) {
    case TransportOutcome::Found:
      return "found";
    case TransportOutcome::None:
      return "none";
    case TransportOutcome::LaterFragment:
      return "later fragment";
    case TransportOutcome::TooManyHeaders:
      return "too many headers";
    case TransportOutcome::CutOff:
      return "cut off";
    case TransportOutcome::Malformed:
      return "malformed";
  }
  return {};
}

namespace detail::packet {

/// A flow in the words that it is put together from, so that each is one store.
struct FlowWords {
  FlowAddress source, destination;
  std::uint32_t ports = 0;
  std::uint32_t rest = 0;
};

}  // namespace detail::packet

/// What `transport` found: the transport header of a packet and the flow that the packet belongs to, or nothing. Ask
/// first whether the packet could not be read that far, then whether it has such a header:
///
///     auto transport = packet.transport();
///     if (transport.could_not_tell()) return Drop;
///     if (!transport) return Pass;
///     const PacketFlow flow = transport.flow();
///
/// The compiler refuses a program that leaves out either question, so that a packet that could not be read is never
/// taken for one without a transport header.
template <class Position>
class EBPFXX_ANNOTATE(EBPFXX_ABI_TESTED, "packet-bounds", "may be nothing here") [[nodiscard]] FoundTransport {
 public:
  constexpr FoundTransport(TransportOutcome outcome, Position position, const detail::packet::FlowWords& flow = {})
      : position_(position), flow_(flow), outcome_(outcome) {}

  /// Whether the packet may have a transport header that was not found; `outcome()` says why.
  EBPFXX_ANNOTATE(EBPFXX_ABI_ASKED_FIRST, "could-not-tell", "may be of a packet that could not be read")
  [[nodiscard]] constexpr bool could_not_tell() const { return outcome_ > TransportOutcome::None; }

  /// Found, none, or why it could not be told.
  EBPFXX_ANNOTATE(EBPFXX_ABI_ASKED_FIRST, "could-not-tell", "may be of a packet that could not be read")
  [[nodiscard]] constexpr TransportOutcome outcome() const { return outcome_; }

  /// Whether the transport header was found: all of a TCP or UDP header, 8 bytes of another one with ports.
  constexpr explicit operator bool() const { return outcome_ == TransportOutcome::Found; }

  /// Its ports are those of TCP, UDP, UDP-Lite, SCTP and DCCP; for every other protocol they are 0.
  constexpr PacketFlow flow() const { return std::bit_cast<PacketFlow>(flow_); }

  /// The transport header, if it is a `Header`, and all of it is in the packet; none where no transport header is.
  template <PacketHeader Header>
    requires HasNumbers<IpProtocol, Header>
  EBPFXX_ANNOTATE(EBPFXX_ABI_TAKEN_FROM)
  constexpr auto as() const {
    return *this && numbers_of<IpProtocol, Header>.has(flow().protocol) ? position_.template parse<Header>()
                                                                        : position_.template nothing<Header>();
  }
  template <PacketHeader Header>
  constexpr decltype(std::declval<const Position&>().template nothing<Header>()) as() const
      EBPFXX_REFUSE("next-header", "asks for '%0', which no IP protocol number announces; ask for a transport header",
                    static_cast<Header*>(nullptr));

 private:
  Position position_;
  detail::packet::FlowWords flow_;
  TransportOutcome outcome_;
};

}  // namespace ebpfxx
