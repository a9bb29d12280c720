// `transport()` of real packets, in views and in copies: what goes to a port, the bytes of flows, and each outcome.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <ebpfxx.hpp>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/protocols.hpp>
#include <ebpfxx/runtime/in_kernel.hpp>
#include <span>
#include <vector>

#include "support/network.hpp"
#include "support/sockets.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;

inline constexpr Config<std::uint16_t> closed_port = 9090;
inline Map<std::uint32_t, Atomic<std::uint64_t>, Array<6>> outcomes;
inline Map<PacketFlow, Atomic<std::uint64_t>> flow_bytes;

constexpr void note_outcome(TransportOutcome outcome) {
  if (auto count = outcomes.find(static_cast<std::uint32_t>(outcome))) *count += 1;
}

/// Drops what goes to `closed_port`, and what may.
inline constexpr Program<Xdp> close_port = [](Xdp::Packet packet) {
  using enum Xdp::Verdict;
  auto transport = packet.transport();
  note_outcome(transport.outcome());
  if (transport.could_not_tell()) return Drop;
  return transport && transport.flow().destination_port == closed_port ? Drop : Pass;
};

/// The same, of all of the packet, with other bounds; and the port is set to 0 in what is let through.
inline constexpr Program<Tc::Ingress> close_port_in_copies = [](Tc::Ingress::Packet packet) {
  using enum Tc::Ingress::Verdict;
  auto ethernet = packet.load<Ethernet>(0);
  if (!ethernet) return Drop;
  auto transport = ethernet.transport<TransportBounds{.vlan_tags = 1, .extension_headers = 3}>();
  note_outcome(transport.outcome());
  if (transport.could_not_tell()) return Drop;
  if (!transport) return Ok;
  auto udp = transport.as<Udp>();
  return udp && udp->destination == closed_port ? Drop : Ok;
};

inline constexpr Program<Tc::Ingress> count_flow_bytes = [](Tc::Ingress::Packet packet) {
  using enum Tc::Ingress::Verdict;
  auto transport = packet.transport();
  if (transport.could_not_tell() || !transport) return Ok;
  flow_bytes.update(transport.flow(), [&](auto& bytes) { bytes += packet.length(); });
  return Ok;
};

/// Of packets that start with the IP header; clears the destination port and the checksum of UDP.
inline constexpr Program<Lwt::Xmit> clear_port = [](Lwt::Xmit::Packet packet) {
  using enum Lwt::Xmit::Verdict;
  auto transport = packet.transport();
  if (transport.could_not_tell()) return Drop;
  if (!transport) return Ok;
  packet.set_mark(transport.flow().source_port.value());
  auto udp = transport.as<Udp>();
  if (udp) {
    udp->destination = 0;
    udp->checksum = 0;
  }
  return Ok;
};

namespace {

std::uint64_t count_of(const Object& object, TransportOutcome outcome) {
  return object[outcomes][static_cast<std::uint32_t>(outcome)];
}

std::vector<std::uint8_t> bytes_of(const auto& stack) {
  const auto bytes = packet_bytes(stack);
  return {bytes.begin(), bytes.end()};
}

constexpr auto closed = udp({.source = 7, .destination = 9090});
constexpr auto open = tcp({.source = 7, .destination = 80});

const std::vector<std::vector<std::uint8_t>>& frames() {
  static const std::vector<std::vector<std::uint8_t>> all = {
      bytes_of(ethernet() / ipv4() / closed),
      bytes_of(ethernet() / vlan() / ipv4() / open),
      bytes_of(ethernet() / vlan() / vlan() / ipv4() / closed),
      bytes_of(ethernet() / vlan() / vlan() / vlan() / ipv4() / closed),
      bytes_of(ethernet() / ipv4({}, options(std::array<std::uint8_t, 40>{})) / closed),
      bytes_of(ethernet() / ipv4({.version_and_ihl = 0x44}) / closed),
      bytes_of(ethernet() / ipv4({.flags_and_fragment_offset = 1}) / closed),
      bytes_of(ethernet() / ipv4() / icmp()),
      bytes_of(ethernet() / ipv6() / closed),
      bytes_of(ethernet() / vlan() / ipv6() / ipv6_hop_by_hop() / closed),
      bytes_of(ethernet() / ipv6() / ipv6_routing({}, options(std::array<std::uint8_t, 12>{})) / closed),
      bytes_of(ethernet() / ipv6() / ipv6_fragment() / open),
      bytes_of(ethernet() / ipv6() / ipv6_fragment({.offset_and_flags = 8}) / open),
      bytes_of(ethernet() / ipv6() / ah() / ipv6_destination_options() / ipv6_hop_by_hop() / ipv6_fragment() / ah() /
               ipv6_destination_options() / closed),
      bytes_of(ethernet() / ipv6() / ah() / ah() / ah() / ah() / ah() / ah() / ah() / closed),
      bytes_of(ethernet() / arp()),
  };
  return all;
}

/// The verdicts of `program` in the kernel are those of native runs, on each frame cut at each byte from `start` on.
template <class Hook>
void compare_on_every_cut(const Program<Hook>& program, std::size_t start, std::size_t least) {
  auto object = Object::open(program);
  object.load();
  for (const std::vector<std::uint8_t>& whole : frames()) {
    const std::vector<std::uint8_t> packet(whole.begin() + static_cast<std::ptrdiff_t>(start), whole.end());
    for (std::size_t size = std::min(least, packet.size()); size <= packet.size(); ++size) {
      CAPTURE(size);
      const std::span<const std::uint8_t> bytes(packet.data(), size);
      Native native;
      const auto natively = native(program)(bytes);
      const auto outcome = in_kernel(object, program)(bytes);
      REQUIRE(outcome.verdict == natively.verdict);
      REQUIRE(outcome.packet == natively.packet);
    }
  }
}

}  // namespace

TEST_CASE("transport: every cut of frames comes out as natively" * doctest::test_suite("Xdp")) {
  compare_on_every_cut(close_port, 0, 14);
}

// A test run of a socket buffer refuses frames that end inside the IP header of their type, and none is shorter than
// 14 bytes.
TEST_CASE("transport: copies from every cut of frames come out as natively" * doctest::test_suite("Tc::Ingress")) {
  compare_on_every_cut(close_port_in_copies, 0, 14 + 40);
}

TEST_CASE("transport: a closed port, and fragments that may go to it" * doctest::test_suite("Xdp")) {
  for (const auto& [left, right] : {std::pair("10.0.0.2", "10.0.0.3"), std::pair("fd00::2", "fd00::3")}) {
    CAPTURE(left);
    Network network;
    introduce(network, left, right);
    auto object = Object::open(close_port);
    object.load();
    UdpReceiver at_closed(network.right, right, 9090), at_open(network.right, right, 8080);
    UdpSender sender(network.left, left);
    Link link = network.right.run([&] { return object[close_port].attach(Interface("veth1")); });
    sender.send(right, 9090, 100, 5);
    sender.send(right, 8080, 200, 10);
    CHECK(at_open.receive(10) == std::vector<std::size_t>(10, 200));
    CHECK(at_closed.receive(1).empty());
    CHECK(count_of(object, TransportOutcome::Found) >= 15);
    CHECK(count_of(object, TransportOutcome::LaterFragment) == 0);
    sender.send(right, 8080, 4000);  // three fragments
    CHECK(at_open.receive(1).empty());
    CHECK(count_of(object, TransportOutcome::LaterFragment) == 2);
    CHECK(count_of(object, TransportOutcome::CutOff) == 0);
    CHECK(count_of(object, TransportOutcome::Malformed) == 0);
  }
}

TEST_CASE("transport: the bytes of each flow" * doctest::test_suite("Tc::Ingress, Hash")) {
  Network network;
  introduce(network, "10.0.0.2", "10.0.0.3");
  introduce(network, "fd00::2", "fd00::3");
  auto object = Object::open(count_flow_bytes);
  object.load();
  Link link = network.right.run([&] { return object[count_flow_bytes].attach(Interface("veth1")); });
  UdpReceiver receiver(network.right, "10.0.0.3", 9090), receiver6(network.right, "fd00::3", 9090);
  UdpSender(network.left, "10.0.0.2").send("10.0.0.3", 9090, 100, 5);
  UdpSender(network.left, "fd00::2").send("fd00::3", 9090, 100, 3);
  CHECK(receiver.receive(5).size() == 5);
  CHECK(receiver6.receive(3).size() == 3);
  std::uint64_t bytes = 0, bytes6 = 0;
  for (const auto& [flow, count] : object[flow_bytes]) {
    if (flow.protocol != IpProtocol::Udp || flow.destination_port != 9090) continue;
    if (flow.version == IpVersion::Ipv4 && flow.source.ipv4() == "10.0.0.2" && flow.destination.ipv4() == "10.0.0.3")
      bytes += count;
    if (flow.version == IpVersion::Ipv6 && flow.source.ipv6() == "fd00::2" && flow.destination.ipv6() == "fd00::3")
      bytes6 += count;
  }
  CHECK(bytes == 5 * (14 + 20 + 8 + 100));
  CHECK(bytes6 == 3 * (14 + 40 + 8 + 100));
}
