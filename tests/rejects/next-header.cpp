// A header asked for by `next` behind one that never says that it follows.
#include <ebpfxx/language.hpp>
#include <ebpfxx/protocols.hpp>

using namespace ebpfxx;
using enum Xdp::Verdict;
using Packet = Xdp::Packet;

#if CASE == 0  // accepted: headers that are announced, and `payload` for the others

inline constexpr Program<Xdp> announced = [](Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return Pass;
  auto ip = ethernet.next<Ipv4>();
  if (!ip) return Pass;
  auto gre = ip.next<Gre>();
  if (!gre) return Pass;
  return gre.next<Ethernet>() ? Drop : Pass;
};

inline constexpr Program<Xdp> not_announced = [](Packet packet) {
  auto udp = packet.load<Udp>(34);
  if (!udp || udp->destination != Dns::port) return Pass;
  return udp.payload<Dns>() ? Drop : Pass;
};

inline constexpr Program<Xdp> behind_a_run = [](Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return Pass;
  auto carried = skip_vlan_tags(ethernet);
  if (carried.could_not_tell()) return Drop;
  return carried.type() == EtherType{0x88cc} && carried.payload<std::uint8_t>() ? Drop : Pass;
};

#elif CASE == 1  // UDP says nothing about what it carries
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Xdp> dns = [](Packet packet) {
  auto udp = packet.bytes().skip<34>().parse<Udp>();
  if (!udp) return Pass;
  // error: asks for 'ebpfxx::Dns' behind 'ebpfxx::Udp', which never announces it; take it by 'payload<ebpfxx::Dns>()'
  // [ebpfxx-next-header]
  return udp.next<Dns>() ? Drop : Pass;
};

#elif CASE == 2  // a header that was skipped
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Xdp> skipped = [](Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return Pass;
  // error: asks for 'ebpfxx::Tcp' behind 'ebpfxx::Ethernet', which never announces it; take it by
  // 'payload<ebpfxx::Tcp>()' [ebpfxx-next-header]
  return ethernet.next<Tcp>() ? Drop : Pass;
};

#elif CASE == 3  // of a copy
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Xdp> copy = [](Packet packet) {
  auto label = packet.load<Mpls>(14);
  if (!label) return Pass;
  // error: asks for 'ebpfxx::Ipv4' behind 'ebpfxx::Mpls', which never announces it; take it by
  // 'payload<ebpfxx::Ipv4>()' [ebpfxx-next-header]
  return label.next<Ipv4>() ? Drop : Pass;
};

#elif CASE == 4  // behind a run of headers
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Xdp> behind_tags = [](Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return Pass;
  auto carried = skip_vlan_tags(ethernet);
  if (carried.could_not_tell()) return Drop;
  // error: asks for 'ebpfxx::Tcp', which no number of this kind announces; take it by 'payload<ebpfxx::Tcp>()'
  // [ebpfxx-next-header]
  return carried.as<Tcp>() ? Drop : Pass;
};

#elif CASE == 5  // a transport header that IP never announces
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Xdp> no_transport_header = [](Xdp::Packet packet) {
  auto transport = packet.transport();
  if (transport.could_not_tell() || !transport) return Xdp::Verdict::Pass;
  // error: asks for 'ebpfxx::Dns', which no IP protocol number announces; ask for a transport header
  // [ebpfxx-next-header]
  return transport.as<Dns>() ? Xdp::Verdict::Drop : Xdp::Verdict::Pass;
};

#elif CASE == 6  // by a function that several hooks share
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Xdp> shared = [](Packet packet) {
  auto ethernet = parse<Ethernet>(packet);
  // error: asks for 'ebpfxx::Tcp' behind 'ebpfxx::Ethernet', which never announces it; take it by
  // 'payload<ebpfxx::Tcp>()' [ebpfxx-next-header]
  return next<Tcp>(ethernet) ? Drop : Pass;
};
#endif
