#include "blocked_port.hpp"
#include "programs.hpp"
#if !defined(CONSUMER_PRECOMPILES)
#include "shared.hpp"
#endif

using namespace ebpfxx;

inline PerCpu<std::uint64_t> dropped;

inline constexpr Program<Lwt::Out> drop_egress = [](Lwt::Out::Packet packet) {
  using enum Lwt::Out::Verdict;
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Ok;
  auto tcp = ip.next<Tcp>();
  if (!tcp || tcp->destination != blocked_port) return Ok;
  dropped.update([](std::uint64_t& count) { count += 1; });
  return Drop;
};

static_assert(drop_egress(ipv4() / tcp({.destination = blocked_port})) == Lwt::Out::Verdict::Drop);

void open_egress() { Object::open(drop_egress, consumer::shared::count_marks); }
