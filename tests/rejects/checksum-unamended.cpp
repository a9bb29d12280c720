// Fields that a checksum covers, written with nothing that amends it.
#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Xdp::Verdict;
using Packet = Xdp::Packet;

#if CASE == 0  // accepted: what amends the checksum, or leaves it right

inline constexpr Program<Xdp> replaced = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Pass;
  amend_checksum(packet, ip, replace<&Ipv4::ttl>(ip, static_cast<std::uint8_t>(ip->ttl - 1)));
  return Pass;
};

inline constexpr Program<Xdp> added_up_anew = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Pass;
  ip->ttl -= 1;
  ip->checksum = checksum_field<Ipv4>(checksum_of(*ip));
  return Pass;
};

inline constexpr Program<Xdp> taken_away = [](Packet packet) {
  auto udp = packet.parse<Udp>();
  if (!udp) return Pass;
  udp->checksum = 0;
  udp->destination = 53;
  return Pass;
};

inline constexpr Program<Xdp> exchanged = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Pass;
  const Ipv4Address source = ip->source;
  ip->source = ip->destination;
  ip->destination = source;
  return Tx;
};

inline constexpr Program<Xdp> stored = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Pass;
  ip->ttl -= 1;
  return packet.store(10, BigEndian<std::uint16_t>(0)) ? Pass : Drop;
};

inline void count_down(auto ip) { ip->ttl -= 1; }
inline void amend_sum(auto ip) { ip->checksum = static_cast<std::uint16_t>(ip->checksum.value() + 0x100); }
inline constexpr Program<Xdp> in_functions = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Pass;
  count_down(ip);
  amend_sum(ip);
  return Pass;
};

inline constexpr Program<Xdp> no_checksum = [](Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return Pass;
  ethernet->ether_type = EtherType::Arp;
  if (auto ip = ethernet.payload<Ipv6>()) ip->hop_limit -= 1;
  return Pass;
};

inline Map<std::uint32_t, Ipv4> headers;
inline constexpr Program<Xdp> not_in_the_packet = [](Packet packet) {
  if (auto header = headers.find(7)) header->ttl = 9;
  auto ip = packet.load<Ipv4>(0);
  if (!ip) return Pass;
  Ipv4 copy = *ip;
  copy.ttl -= 1;
  return headers.set(7, copy) ? Pass : Drop;
};

inline constexpr Program<Xdp> change_handed_on = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Pass;
  auto change = replace<&Ipv4::ttl>(ip, 7);
  static_cast<void>(replace<&Ipv4::id>(ip, ip->id));
  [[maybe_unused]] auto of_no_interest = replace<&Ipv4::id>(ip, ip->id);
  const auto amend = [&] { amend_checksum(packet, ip, change); };
  amend();
  return Pass;
};

#elif CASE == 1  // a field counted down
// kernel takes it: the packet goes out, and whoever receives it drops it
inline constexpr Program<Xdp> counted_down = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Pass;
  // warning: writes 'ttl', which the checksum of 'Ipv4' covers, and amends it on no path; use 'amend_checksum' with the
  // change that 'replace<&Ipv4::ttl>' returns [ebpfxx-checksum-unamended]
  ip->ttl -= 1;
  return Pass;
};

#elif CASE == 2  // a field of more than one byte, assigned
// kernel takes it: the packet goes out, and whoever receives it drops it
inline constexpr Program<Xdp> assigned = [](Packet packet) {
  auto udp = packet.parse<Udp>();
  if (!udp) return Pass;
  // warning: writes 'destination', which the checksum of 'Udp' covers, and amends it on no path; use 'amend_checksum'
  // with the change that 'replace<&Udp::destination>' returns [ebpfxx-checksum-unamended]
  udp->destination = 53;
  return Pass;
};

#elif CASE == 3  // amended on another path only
// kernel takes it: the packet goes out, and whoever receives it drops it
inline constexpr Program<Xdp> on_another_path = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Pass;
  if (ip->protocol == IpProtocol::Tcp) {
    amend_checksum(packet, ip, replace<&Ipv4::ttl>(ip, 7));
    return Pass;
  }
  // warning: writes 'ttl', which the checksum of 'Ipv4' covers, and amends it on no path; use 'amend_checksum' with the
  // change that 'replace<&Ipv4::ttl>' returns [ebpfxx-checksum-unamended]
  ip->ttl = 7;
  return Pass;
};

#elif CASE == 4  // the checksum of another header amended
// kernel takes it: the packet goes out, and whoever receives it drops it
inline constexpr Program<Xdp> of_another_header = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  auto udp = ip.next<Udp>();
  if (!udp) return Pass;
  // warning: writes 'source', which the checksum of 'Ipv4' covers, and amends it on no path; use 'amend_checksum' with
  // the change that 'replace<&Ipv4::source>' returns [ebpfxx-checksum-unamended]
  ip->source = "10.0.0.4";
  amend_checksum(packet, udp, replace<&Udp::source>(udp, std::uint16_t{7}));
  return Pass;
};

#elif CASE == 5  // in a function, which another program amends behind
// kernel takes it: the packet goes out, and whoever receives it drops it
inline void count_down(auto ip) {
  // warning: writes 'ttl', which the checksum of 'Ipv4' covers, and amends it on no path; use 'amend_checksum' with the
  // change that 'replace<&Ipv4::ttl>' returns [ebpfxx-checksum-unamended]
  ip->ttl -= 1;
}
inline constexpr Program<Xdp> amends = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Pass;
  count_down(ip);
  ip->checksum = checksum_field<Ipv4>(checksum_of(*ip));
  return Pass;
};
// note: in this program
inline constexpr Program<Xdp> forgets = [](Packet packet) {
  if (auto ip = packet.parse<Ipv4>()) count_down(ip);
  return Pass;
};

#elif CASE == 6  // the change of a replaced field, dropped
// kernel takes it: the packet goes out, and whoever receives it drops it
inline constexpr Program<Xdp> dropped = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Pass;
  // warning: drops what a replaced field changes in a checksum; hand it to 'amend_checksum' [ebpfxx-checksum-unamended]
  if (ip->ttl > 7) replace<&Ipv4::ttl>(ip, 7);
  amend_checksum(packet, ip, replace<&Ipv4::id>(ip, std::uint16_t{1}));
  return Pass;
};

#elif CASE == 7  // the change of a replaced field in a variable that nobody reads
// kernel takes it: the packet goes out, and whoever receives it drops it
inline constexpr Program<Xdp> kept_for_nothing = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Pass;
  // warning: drops what a replaced field changes in a checksum; hand it to 'amend_checksum' [ebpfxx-checksum-unamended]
  const auto change = replace<&Ipv4::destination>(ip, "10.0.0.9");
  return Pass;
};
#endif
