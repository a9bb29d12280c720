// What `transport()` and other walks of a bounded length found, tested before it is known that the packet could be read
// that far.
#include <ebpfxx/language.hpp>
#include <ebpfxx/protocols.hpp>

using namespace ebpfxx;
using enum Xdp::Verdict;
using Packet = Xdp::Packet;

#if CASE == 0  // accepted: every idiom by which it is asked

inline constexpr Program<Xdp> early_returns = [](Packet packet) {
  auto transport = packet.transport();
  if (transport.could_not_tell()) return Drop;
  if (!transport) return Pass;
  return transport.flow().destination_port == 22 ? Drop : Pass;
};

inline constexpr Program<Xdp> one_condition = [](Packet packet) {
  auto transport = packet.transport();
  if (transport.could_not_tell() || !transport) return Drop;
  return transport.flow().destination_port == 22 ? Drop : Pass;
};

inline constexpr Program<Xdp> by_outcome = [](Packet packet) {
  auto transport = packet.transport();
  if (transport.outcome() == TransportOutcome::LaterFragment) return Pass;
  if (!transport) return Drop;
  return transport.flow().destination_port == 22 ? Drop : Pass;
};

inline constexpr Program<Xdp> only_asked = [](Packet packet) {
  return packet.transport().could_not_tell() ? Drop : Pass;
};

inline constexpr Program<Xdp> copied = [](Packet packet) {
  const auto transport = packet.transport();
  const bool unread = transport.could_not_tell();
  const auto copy = transport;
  if (unread || !copy) return Drop;
  return copy.flow().destination_port == 22 ? Drop : Pass;
};

template <class Found>
bool goes_to(const Found& transport, std::uint16_t port) {
  return transport.flow().destination_port == port;
}
inline constexpr Program<Xdp> in_a_function = [](Packet packet) {
  auto transport = packet.transport();
  if (transport.could_not_tell()) return Drop;
  return transport && goes_to(transport, 22) ? Drop : Pass;
};

inline constexpr Program<Xdp> asked_on_both_paths = [](Packet packet) {
  auto transport = packet.transport();
  if (packet.ingress_ifindex() == 1) {
    if (transport.could_not_tell()) return Drop;
  } else if (transport.outcome() == TransportOutcome::Malformed) {
    return Drop;
  }
  return transport ? Drop : Pass;
};

// The header alone, without a test of the transport before: what was found of the one was found of the other.
inline constexpr Program<Xdp> header_alone = [](Packet packet) {
  auto transport = packet.transport();
  if (transport.could_not_tell()) return Drop;
  if (auto udp = transport.as<Udp>(); udp && udp->source == 53) return Drop;
  auto tcp = transport.as<Tcp>();
  return tcp && transport.flow().destination_port == 22 && tcp->syn() ? Drop : Pass;
};

// In the other walks.
inline constexpr Program<Xdp> behind_tags = [](Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return Pass;
  auto carried = skip_vlan_tags(ethernet);
  if (carried.could_not_tell()) return Drop;
  return carried.type() == EtherType::Ipv4 && carried.as<Ipv4>() ? Drop : Pass;
};

inline constexpr Program<Xdp> bottom_of_labels = [](Packet packet) {
  auto top = packet.parse<Ethernet>().next<Mpls>();
  if (!top) return Pass;
  auto bottom = bottom_label(top);
  if (bottom.could_not_tell()) return Drop;
  auto ip = bottom.payload<Ipv4>();
  return ip && bottom->label() == 3 ? Drop : Pass;
};

inline constexpr Program<Xdp> loop_over_options = [](Packet packet) {
  auto tcp = packet.parse<Ethernet>().next<Ipv4>().next<Tcp>();
  if (!tcp) return Pass;
  for (const auto option : tcp.options()) {
    if (option.could_not_tell()) break;
    if (option.kind() == TcpOptionKind::Timestamps) return Drop;
  }
  return Pass;
};

inline constexpr Program<Xdp> name_of_a_server = [](Packet packet) {
  auto hello = packet.parse<Ethernet>().next<Ipv4>().next<Tcp>().payload<TlsClientHello>();
  if (!hello) return Pass;
  auto name = read_server_name(hello);
  return name.could_not_tell() || (name && *name == HostName<>("example.org")) ? Drop : Pass;
};

#elif CASE == 1  // not asked
// kernel takes it: a packet that could not be read has no transport header for it
inline constexpr Program<Xdp> unasked = [](Packet packet) {
  auto transport = packet.transport();
  // error: 'transport' may be of a packet that could not be read; ask 'could_not_tell()' first [ebpfxx-could-not-tell]
  if (!transport) return Pass;
  return transport.flow().destination_port == 22 ? Drop : Pass;
};

#elif CASE == 2  // in a condition
// kernel takes it: as above
inline constexpr Program<Xdp> declared_in_the_condition = [](Packet packet) {
  // error: 'transport' may be of a packet that could not be read; ask 'could_not_tell()' first [ebpfxx-could-not-tell]
  if (auto transport = packet.transport()) return transport.flow().destination_port == 22 ? Drop : Pass;
  return Pass;
};

#elif CASE == 3  // asked on one path only
// kernel takes it: as above
inline constexpr Program<Xdp> on_one_path = [](Packet packet) {
  auto transport = packet.transport();
  if (packet.ingress_ifindex() == 1 && transport.could_not_tell()) return Drop;
  // error: 'transport' may be of a packet that could not be read; ask 'could_not_tell()' first [ebpfxx-could-not-tell]
  return transport ? Drop : Pass;
};

#elif CASE == 4  // asked of what it was before
// kernel takes it: as above
inline constexpr Program<Xdp> found_again = [](Packet packet) {
  auto transport = packet.transport();
  if (transport.could_not_tell()) return Drop;
  transport = packet.transport();
  // error: 'transport' may be of a packet that could not be read; ask 'could_not_tell()' first [ebpfxx-could-not-tell]
  return transport ? Drop : Pass;
};

#elif CASE == 5  // asked of another
// kernel takes it: as above
inline constexpr Program<Xdp> another = [](Packet packet) {
  auto transport = packet.transport();
  if (packet.transport().could_not_tell()) return Drop;
  // error: 'transport' may be of a packet that could not be read; ask 'could_not_tell()' first [ebpfxx-could-not-tell]
  return transport ? Drop : Pass;
};

#elif CASE == 6  // its flow, without any question
// kernel takes it: as above
inline constexpr Program<Xdp> flow_of_anything = [](Packet packet) {
  auto transport = packet.transport();
  // error: 'transport' may be of a packet that could not be read; ask 'could_not_tell()' first [ebpfxx-could-not-tell]
  return transport.flow().destination_port == 22 ? Drop : Pass;
};

#elif CASE == 7  // an option: it may be the 13th
// kernel takes it: as above
inline constexpr Program<Xdp> option = [](Packet packet) {
  auto scale = packet.parse<Ethernet>().next<Ipv4>().next<Tcp>().option<TcpWindowScale>();
  // error: 'scale' may be of a packet that could not be read; ask 'could_not_tell()' first [ebpfxx-could-not-tell]
  return scale && scale->shift > 14 ? Drop : Pass;
};

#elif CASE == 8  // options, one after the other
// kernel takes it: as above
inline constexpr Program<Xdp> options_in_a_loop = [](Packet packet) {
  auto tcp = packet.parse<Ethernet>().next<Ipv4>().next<Tcp>();
  if (!tcp) return Pass;
  for (const auto option : tcp.options())
    // error: 'option' may be options that could not be read; ask 'could_not_tell()' first [ebpfxx-could-not-tell]
    if (option.kind() == TcpOptionKind::Timestamps) return Drop;
  return Pass;
};

#elif CASE == 9  // what follows a run of headers
// kernel takes it: as above
inline constexpr Program<Xdp> behind_a_run = [](Packet packet) {
  auto ip = packet.parse<Ethernet>().next<Ipv6>();
  if (!ip) return Pass;
  auto carried = skip_extension_headers(ip);
  // error: 'carried' may be of a packet that could not be read; ask 'could_not_tell()' first [ebpfxx-could-not-tell]
  return carried.as<Udp>() ? Drop : Pass;
};

#elif CASE == 10  // what follows labels
// kernel takes it: as above
inline constexpr Program<Xdp> behind_labels = [](Packet packet) {
  auto top = packet.parse<Ethernet>().next<Mpls>();
  if (!top) return Pass;
  auto bottom = bottom_label(top);
  // error: 'bottom' may be of a packet that could not be read; ask 'could_not_tell()' first [ebpfxx-could-not-tell]
  return bottom.payload<Ipv4>() ? Drop : Pass;
};

#elif CASE == 11  // a name: it may be too long
// kernel takes it: as above
inline constexpr Program<Xdp> name = [](Packet packet) {
  auto dns = packet.parse<Ethernet>().next<Ipv4>().next<Udp>().payload<Dns>();
  if (!dns) return Pass;
  auto question = read_question(dns);
  // error: 'question' may be of a packet that could not be read; ask 'could_not_tell()' first [ebpfxx-could-not-tell]
  return question && question->name == HostName<>("example.org") ? Drop : Pass;
};

#elif CASE == 12  // an option, taken for a header that need not be asked
// kernel takes it: as above
template <PacketHeader Header, PacketAccess A, Interval Offset>
bool is_there(const Parsed<Header, A, Offset>& header) {
  return static_cast<bool>(header);
}
inline constexpr Program<Xdp> as_a_header = [](Packet packet) {
  auto scale = packet.parse<Ethernet>().next<Ipv4>().next<Tcp>().option<TcpWindowScale>();
  // error: 'scale' may be of a packet that could not be read; ask 'could_not_tell()' first [ebpfxx-could-not-tell]
  return is_there(scale) ? Drop : Pass;
};

#elif CASE == 13  // its header, without any question
// kernel takes it: as above
inline constexpr Program<Xdp> header_of_anything = [](Packet packet) {
  auto transport = packet.transport();
  // error: 'transport' may be of a packet that could not be read; ask 'could_not_tell()' first [ebpfxx-could-not-tell]
  auto udp = transport.as<Udp>();
  return udp && udp->source == 53 ? Drop : Pass;
};

#endif
