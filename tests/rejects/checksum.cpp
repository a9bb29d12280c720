// Checksums that would not come out right.
#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Xdp::Verdict;
using Packet = Xdp::Packet;

#if CASE == 0  // accepted: sums over what a checksum covers, and changes of fields that it covers

inline constexpr Program<Xdp> in_any_order = [](Packet packet) {
  auto ip = packet.load<Ipv4>(0);
  auto udp = packet.load<Udp>(20);
  if (!ip || !udp) return Pass;
  auto payload = sum_bytes<PayloadBytes>(packet, 28, packet.length() - 28);
  if (!payload) return Pass;
  auto sum = *payload + pseudo_header(*ip, IpProtocol::Udp, 8) + checksum_of(*udp);
  return checksum_field<Udp>(sum) == udp->checksum ? Pass : Drop;
};

inline constexpr Program<Xdp> address = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Pass;
  auto udp = ip.next<Udp>();
  if (!udp) return Pass;
  auto change = replace<&Ipv4::source>(ip, Ipv4Address("10.0.0.4"));
  amend_checksum(packet, ip, change);
  amend_checksum(packet, udp, change);
  return Pass;
};

inline constexpr Program<Xdp> two_fields = [](Packet packet) {
  auto tcp = packet.parse<Tcp>();
  if (!tcp) return Pass;
  amend_checksum(packet, tcp,
                 replace<&Tcp::source>(tcp, std::uint16_t{1}) + replace<&Tcp::destination>(tcp, std::uint16_t{2}));
  return Pass;
};

#elif CASE == 1  // without the pseudo header
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Xdp> incomplete = [](Packet packet) {
  auto udp = packet.load<Udp>(20);
  if (!udp) return Pass;
  auto payload = sum_bytes<PayloadBytes>(packet, 28, packet.length() - 28);
  if (!payload) return Pass;
  auto sum = checksum_of(*udp) + *payload;
  // error: takes a sum of 2 parts for a checksum that covers others; add up what 'checksum_covers' says
  // [ebpfxx-checksum]
  return checksum_field<Udp>(sum) == udp->checksum ? Pass : Drop;
};

#elif CASE == 2  // a part twice
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Xdp> twice = [](Packet packet) {
  auto udp = packet.load<Udp>(20);
  if (!udp) return Pass;
  // error: adds a part to a checksum that covers it already; add every part once [ebpfxx-checksum]
  auto sum = checksum_of(*udp) + checksum_of(*udp);
  return sum.value() == 0 ? Pass : Drop;
};

#elif CASE == 3  // a field that the other header's checksum does not cover
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Xdp> not_covered = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Pass;
  auto udp = ip.next<Udp>();
  if (!udp) return Pass;
  auto change = replace<&Ipv4::ttl>(ip, 1);
  // error: amends a checksum for a field that it does not cover; amend the one of the field's header [ebpfxx-checksum]
  amend_checksum(packet, udp, change);
  return Pass;
};
#endif
