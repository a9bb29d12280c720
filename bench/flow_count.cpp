/// Counts the packets of each IPv6 flow: a key of two addresses and a port, copied from the packet.
#include <ebpfxx/language.hpp>

using namespace ebpfxx;

struct Flow {
  Ipv6Address source, destination;
  BigEndian<std::uint16_t> port;
};
inline Map<Flow, Atomic<std::uint64_t>> flows;

inline constexpr Program<Lwt::Out> count_flows = [](Lwt::Out::Packet packet) {
  auto ip = packet.parse<Ipv6>();
  if (!ip) return Lwt::Out::Verdict::Ok;
  auto tcp = ip.next<Tcp>();
  if (!tcp) return Lwt::Out::Verdict::Ok;
  if (auto count = flows.find(Flow{ip->source, ip->destination, tcp->destination})) *count += 1;
  return Lwt::Out::Verdict::Ok;
};
