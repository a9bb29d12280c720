// A name of a header of ebpfxx that the source does not include.
#include <ebpfxx/language.hpp>

#if CASE == 0  // accepted: with the header
#include <ebpfxx/context/seg6.hpp>
#include <ebpfxx/protocol/gre.hpp>
#include <ebpfxx/protocol/skip.hpp>
#endif

using namespace ebpfxx;
using enum Xdp::Verdict;

#if CASE == 0

inline constexpr Program<Xdp> behind_tags = [](Xdp::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return Pass;
  auto carried = skip_vlan_tags(ethernet);
  if (carried.could_not_tell()) return Drop;
  auto ip = carried.as<Ipv4>();
  return ip.next<Gre>() ? Drop : Pass;
};

inline constexpr Program<Lwt::Seg6Local> segment = [](Lwt::Seg6Local::Packet packet) {
  return packet.mark() == 1 ? Lwt::Seg6Local::Verdict::Drop : Lwt::Seg6Local::Verdict::Ok;
};

#elif CASE == 1  // a type
// no object: the name means nothing
// host: refused
inline constexpr Program<Xdp> type = [](Xdp::Packet packet) {
  auto ip = packet.parse<Ethernet>().next<Ipv4>();
  // error: uses 'Gre' without its header; write '#include <ebpfxx/protocol/gre.hpp>' [ebpfxx-missing-include]
  return ip.next<Gre>() ? Drop : Pass;
};

#elif CASE == 2  // a function
// no object: the name means nothing
// host: refused
inline constexpr Program<Xdp> function = [](Xdp::Packet packet) {
  // error: uses 'skip_vlan_tags' without its header; write '#include <ebpfxx/protocol/skip.hpp>'
  // [ebpfxx-missing-include]
  return skip_vlan_tags(packet.parse<Ethernet>()) ? Drop : Pass;
};

#elif CASE == 3  // a header to build
// no object: the name means nothing
// host: refused
inline constexpr Program<Xdp> all = [](Xdp::Packet) { return Pass; };
// error: uses 'vxlan' without its header; write '#include <ebpfxx/protocol/vxlan.hpp>' [ebpfxx-missing-include]
static_assert(all(ethernet() / ipv4() / udp() / vxlan({.vni = 7}) / ethernet()) == Pass);

#elif CASE == 4  // a line of the log, of which a compiler has several complaints
// no object: the name means nothing
// host: refused
inline constexpr Program<Xdp> line = [](Xdp::Packet) {
  // error: uses 'LogLevel' without its header; write '#include <ebpfxx/logging.hpp>' [ebpfxx-missing-include]
  log<LogLevel::Info, "dropped">();
  return Drop;
};

#elif CASE == 5  // a packet that is declared only
// no object: the class has no members
// host: refused
// error: uses 'Seg6Packet' without its header; write '#include <ebpfxx/context/seg6.hpp>' [ebpfxx-missing-include]
inline constexpr Program<Lwt::Seg6Local> segment = [](Lwt::Seg6Local::Packet packet) {
  return packet.mark() == 1 ? Lwt::Seg6Local::Verdict::Drop : Lwt::Seg6Local::Verdict::Ok;
};

#elif CASE == 6  // a name that no header has stays clang's to report, and its note with it
// no object: the name means nothing
// host: refused
inline constexpr Program<Xdp> unknown = [](Xdp::Packet packet) {
  auto ip = packet.parse<Ethernet>().next<Ipv4>();
  // error: use of undeclared identifier 'Gue'
  return ip.next<Gue>() ? Drop : Pass;
};

#endif
