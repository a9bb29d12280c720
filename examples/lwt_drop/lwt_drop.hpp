#pragma once

/// The programs of lwt_drop: they drop TCP packets to one port.
#include <cstdint>
#include <ebpfxx.hpp>

using namespace ebpfxx;

struct Drops {
  std::uint64_t packets, bytes;
};
inline PerCpu<Drops> drops;

inline constexpr Config<std::uint16_t> port = 8080;
inline constexpr Config<Ipv4Address> from = Ipv4Address("10.0.0.3");

template <class Packet>
constexpr void count_drop(Packet packet) {
  drops.update([&](Drops& count) {
    count.packets += 1;
    count.bytes += packet.length();
  });
}

/// For every packet that leaves through the route.
inline constexpr Program<Lwt::Out> drop_egress = [](Lwt::Out::Packet packet) {
  using enum Lwt::Out::Verdict;
  auto tcp = packet.parse<Ipv4>().next<Tcp>();
  if (!tcp || tcp->destination != port) return Ok;

  print<"dropping egress packet to port {}">(port);
  count_drop(packet);
  return Drop;
};

/// For every packet that arrives for the route.
inline constexpr Program<Lwt::In> drop_ingress = [](Lwt::In::Packet packet) {
  using enum Lwt::In::Verdict;
  auto ip = packet.parse<Ipv4>();
  auto tcp = ip.next<Tcp>();
  if (!tcp || ip->source != from || tcp->destination != port) return Ok;

  print<"dropping ingress packet to port {}">(port);
  count_drop(packet);
  return Drop;
};

static_assert(drop_egress(ipv4() / tcp({.destination = 8080})) == Lwt::Out::Verdict::Drop);
static_assert(drop_egress(ipv4() / tcp({.destination = 9090})) == Lwt::Out::Verdict::Ok);
static_assert(drop_ingress(ipv4({.source = "10.0.0.3"}) / tcp({.destination = 8080})) == Lwt::In::Verdict::Drop);
static_assert(drop_ingress(ipv4({.source = "10.0.0.4"}) / tcp({.destination = 8080})) == Lwt::In::Verdict::Ok);
