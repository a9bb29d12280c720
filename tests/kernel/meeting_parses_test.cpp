// Two parses that meet: UDP behind IPv4 or IPv6, found by either and used as one. The verifier follows each shape, and
// each finds what it finds natively, to the byte.
#include <doctest/doctest.h>

#include <cstdint>
#include <ebpfxx.hpp>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/protocols.hpp>
#include <ebpfxx/runtime/in_kernel.hpp>
#include <span>
#include <utility>
#include <vector>

using namespace ebpfxx;

namespace {

using Packet = Xdp::Packet;
using enum Xdp::Verdict;

/// UDP behind an IPv4 header of any length or an IPv6 header.
using AnyUdp = Parsed<Udp, PacketAccess::ReadWrite, Interval{34, 74}>;

}  // namespace

/// By a choice between both.
inline constexpr Program<Xdp> chosen = [](Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return Pass;
  auto ipv4 = ethernet.next<Ipv4>();
  auto ipv6 = ethernet.next<Ipv6>();
  const AnyUdp udp = ipv4 ? AnyUdp(ipv4.next<Udp>()) : ipv6 ? AnyUdp(ipv6.next<Udp>()) : AnyUdp();
  return udp && udp->destination == 53 ? Drop : Pass;
};

/// By a variable that either assigns.
inline constexpr Program<Xdp> assigned = [](Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return Pass;
  AnyUdp udp;
  if (auto ipv4 = ethernet.next<Ipv4>())
    udp = ipv4.next<Udp>();
  else if (auto ipv6 = ethernet.next<Ipv6>())
    udp = ipv6.next<Udp>();
  return udp && udp->destination == 53 ? Drop : Pass;
};

/// By a function that returns either.
constexpr AnyUdp find_udp(const Parsed<Ethernet, PacketAccess::ReadWrite, Interval{}>& ethernet) {
  if (!ethernet) return {};
  if (auto ipv4 = ethernet.next<Ipv4>()) return ipv4.next<Udp>();
  if (auto ipv6 = ethernet.next<Ipv6>()) return ipv6.next<Udp>();
  return {};
}
inline constexpr Program<Xdp> returned = [](Packet packet) {
  auto udp = find_udp(packet.parse<Ethernet>());
  return udp && udp->destination == 53 ? Drop : Pass;
};

/// By two reads of the same field, one in each branch, whose results meet.
inline constexpr Program<Xdp> read_twice = [](Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return Pass;
  std::uint16_t port = 0;
  if (auto ipv4 = ethernet.next<Ipv4>()) {
    auto udp = ipv4.next<Udp>();
    if (!udp) return Pass;
    port = udp->destination.value();
  } else if (auto ipv6 = ethernet.next<Ipv6>()) {
    auto udp = ipv6.next<Udp>();
    if (!udp) return Pass;
    port = udp->destination.value();
  }
  return port == 53 ? Drop : Pass;
};

/// By a variable that either assigns, with what follows it parsed after they have met, and written.
inline constexpr Program<Xdp> gone_on_from = [](Packet packet) {
  auto udp = find_udp(packet.parse<Ethernet>());
  if (!udp || udp->destination != 53) return Pass;
  auto dns = udp.payload<Dns>();
  if (!dns) return Pass;
  dns->id = std::uint16_t{0x1234};
  udp->checksum = std::uint16_t{0};
  return Drop;
};

namespace {

std::vector<std::uint8_t> frame(const auto& stack) {
  const auto bytes = packet_bytes(stack);
  return {bytes.begin(), bytes.end()};
}

}  // namespace

TEST_CASE("two parses that meet keep their proof") {
  auto object = Object::open(chosen, assigned, returned, read_twice, gone_on_from);
  object.load();
  const std::vector<std::vector<std::uint8_t>> frames = {
      frame(ethernet() / ipv4() / udp({.destination = 53}) / dns()),
      frame(ethernet() / ipv4({}, options({1, 1, 1, 1, 1})) / udp({.destination = 53}) / dns()),
      frame(ethernet() / ipv6() / udp({.destination = 53}) / dns()),
      frame(ethernet() / ipv4() / udp({.destination = 54}) / dns()),
      frame(ethernet() / ipv6() / tcp({.destination = 53})),
  };
  for (const auto& [name, program] :
       {std::pair("chosen", &chosen), std::pair("assigned", &assigned), std::pair("returned", &returned),
        std::pair("read twice", &read_twice), std::pair("gone on from", &gone_on_from)}) {
    CAPTURE(name);
    std::size_t dropped = 0;
    for (const std::vector<std::uint8_t>& whole : frames)
      for (std::size_t size = 14; size <= whole.size(); ++size) {
        CAPTURE(size);
        const std::span<const std::uint8_t> bytes(whole.data(), size);
        const auto outcome = in_kernel(object, *program)(bytes);
        Native native;
        const auto natively = native(*program)(bytes);
        REQUIRE(outcome.verdict == natively.verdict);
        REQUIRE(outcome.packet == natively.packet);
        dropped += outcome.verdict == Drop;
      }
    CHECK(dropped >= 3);
  }
}
