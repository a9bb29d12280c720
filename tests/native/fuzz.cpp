// libFuzzer on programs of hooks that change packets: what holds for every packet, however it is cut and fragmented.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include <ebpfxx/language.hpp>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/protocols.hpp>

using namespace ebpfxx;

namespace {

Map<Ipv4Address, Atomic<std::uint64_t>, LruHash<8>> sources;

/// Puts IPv4 packets into a tunnel, and cuts what follows their own length.
constexpr Program<Lwt::Xmit> tunnel = [](Lwt::Xmit::Packet packet) {
  using enum Lwt::Xmit::Verdict;
  if (!packet.pull<sizeof(Ipv4)>()) return Drop;
  auto ip = packet.parse<Ipv4>();
  if (!ip || !ip->has_next() || ip->total_length > packet.length() || ip->total_length < 20u) return Drop;
  if (!sources.update(ip->source, [](auto& count) { count += 1; })) return Drop;
  auto udp = ip.next<Udp>();
  if (udp) udp->checksum = 0;
  const std::uint32_t length = ip->total_length.value();
  if (!packet.change_tail(length)) return Drop;
  return packet.push_encap(ipv4({.destination = "10.0.0.4"}) / gre()) ? Reroute : Drop;
};

/// Takes four bytes behind the Ethernet header away and puts them in again.
constexpr Program<Tc::Egress> there_and_back = [](Tc::Egress::Packet packet) {
  using enum Tc::Egress::Verdict;
  if (!packet.adjust_room(-4, EncapsulationBehind::LinkHeader)) return Ok;
  return packet.adjust_room(4, EncapsulationBehind::LinkHeader) ? Ok : Drop;
};

void expect(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

/// The first byte says how much of the packet is linear.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::uint32_t linear = data[0];
  const std::span packet(data + 1, size - 1);
  Native native;
  const auto tunneled = native(tunnel)(packet, {.linear = linear});
  if (tunneled == Lwt::Xmit::Verdict::Reroute) {
    const auto outer = tunneled.at<Ipv4>();
    const auto inner = tunneled.at<Ipv4, 24>();
    expect(outer.total_length.value() == tunneled.packet.size());
    expect(outer.total_length.value() == inner.total_length.value() + 24U);
    expect(InternetChecksum().add(std::span(tunneled.packet).first(20)).value() == 0);
    expect(native[sources].find(inner.source) == std::uint64_t{1});
  }
  const auto moved = native(there_and_back)(packet, {.linear = linear});
  expect(moved == Tc::Egress::Verdict::Ok);
  expect(moved.packet.size() == packet.size() && moved.context.len == packet.size());
  return 0;
}
