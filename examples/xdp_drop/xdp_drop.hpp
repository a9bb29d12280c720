#pragma once

/// The program of xdp_drop: it drops TCP packets from one address to one port.
#include <cstdint>
#include <ebpfxx.hpp>

using namespace ebpfxx;

struct Drops {
  std::uint64_t packets, bytes;
};
inline PerCpu<Drops> drops;

inline constexpr Config<std::uint16_t> port = 8080;
inline constexpr Config<Ipv4Address> from = Ipv4Address("10.0.0.3");

inline constexpr Program<Xdp> drop_tcp = [](Xdp::Packet packet) {
  using enum Xdp::Verdict;
  auto ip = packet.parse<Ethernet>().next<Ipv4>();
  auto tcp = ip.next<Tcp>();
  if (!tcp || ip->source != from || tcp->destination != port) return Pass;

  drops.update([&](Drops& count) {
    count.packets += 1;
    count.bytes += packet.length();
  });
  return Drop;
};

static_assert(drop_tcp(ethernet() / ipv4({.source = "10.0.0.3"}) / tcp({.destination = 8080})) == Xdp::Verdict::Drop);
static_assert(drop_tcp(ethernet() / ipv4({.source = "10.0.0.3"}) / tcp({.destination = 9090})) == Xdp::Verdict::Pass);
static_assert(drop_tcp(ethernet() / ipv4({.source = "10.0.0.4"}) / tcp({.destination = 8080})) == Xdp::Verdict::Pass);
