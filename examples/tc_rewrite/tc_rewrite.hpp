#pragma once

/// The programs of tc_rewrite: they put one port in the place of another, both ways.
#include <cstddef>
#include <cstdint>
#include <ebpfxx.hpp>

using namespace ebpfxx;

inline PerCpu<std::uint64_t> requests, answers;

inline constexpr Config<std::uint16_t> port = 80, to = 8080;

/// Where the TCP checksum is, in bytes from the start of the packet.
constexpr std::uint32_t checksum_behind(auto ip) {
  return static_cast<std::uint32_t>(sizeof(Ethernet) + ip->header_length().value() + offsetof(Tcp, checksum));
}

/// For every packet that arrives.
inline constexpr Program<Tc::Ingress> rewrite_requests = [](Tc::Ingress::Packet packet) {
  using enum Tc::Ingress::Verdict;
  auto ip = packet.parse<Ethernet>().next<Ipv4>();
  auto tcp = ip.next<Tcp>();
  if (!tcp || tcp->destination != port) return Ok;

  const BigEndian<std::uint16_t> before = tcp->destination, after = to.value();
  tcp->destination = after;
  requests.update([](std::uint64_t& count) { count += 1; });
  return packet.replace_l4_checksum(checksum_behind(ip), before, after) ? Ok : Drop;
};

/// For every packet that leaves.
inline constexpr Program<Tc::Egress> rewrite_answers = [](Tc::Egress::Packet packet) {
  using enum Tc::Egress::Verdict;
  auto ip = packet.parse<Ethernet>().next<Ipv4>();
  auto tcp = ip.next<Tcp>();
  if (!tcp || tcp->source != to) return Ok;

  const BigEndian<std::uint16_t> before = tcp->source, after = port.value();
  tcp->source = after;
  answers.update([](std::uint64_t& count) { count += 1; });
  return packet.replace_l4_checksum(checksum_behind(ip), before, after) ? Ok : Drop;
};

constexpr auto request = ethernet() / ipv4() / tcp({.source = 1024, .destination = 80});
constexpr auto rewritten = ethernet() / ipv4() / tcp({.source = 1024, .destination = 8080});
static_assert(run(rewrite_requests, request).packet == packet_bytes(rewritten));
static_assert(run(rewrite_requests, rewritten).packet == packet_bytes(rewritten));
static_assert(run(rewrite_answers, ethernet() / ipv4() / tcp({.source = 8080})).at<Tcp, 34>().source == 80);
