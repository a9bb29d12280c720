// Headers of tunnels: room for them in the kernel's test runs, each compared with a native run, and on real packets.
#include <doctest/doctest.h>
#include <netinet/in.h>

#include <cstdint>
#include <ebpfxx.hpp>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/protocols.hpp>
#include <ebpfxx/runtime/in_kernel.hpp>
#include <span>
#include <utility>
#include <vector>

#include "support/frames.hpp"
#include "support/sockets.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;

enum class Headers : std::uint8_t { None, Ipv4, Ipv4Gre, Ipv4Udp, Ipv6, Ipv6Gre, Ipv6Udp };
struct RoomRequest {
  std::int32_t bytes = 0;
  Headers headers = Headers::None;
  std::uint8_t inner_link_bytes = 0, fixed_gso = 0, keep_checksum = 0;
};
inline constexpr Global<RoomRequest> room_request = RoomRequest{};

constexpr EncapsulationHeaders tunnel_of(const RoomRequest& wanted) {
  switch (wanted.headers) {
    case Headers::None:
      return {};
    case Headers::Ipv4:
      return EncapsulationHeaders::ipv4(wanted.inner_link_bytes);
    case Headers::Ipv4Gre:
      return EncapsulationHeaders::ipv4_gre(wanted.inner_link_bytes);
    case Headers::Ipv4Udp:
      return EncapsulationHeaders::ipv4_udp(wanted.inner_link_bytes);
    case Headers::Ipv6:
      return EncapsulationHeaders::ipv6(wanted.inner_link_bytes);
    case Headers::Ipv6Gre:
      return EncapsulationHeaders::ipv6_gre(wanted.inner_link_bytes);
    case Headers::Ipv6Udp:
      return EncapsulationHeaders::ipv6_udp(wanted.inner_link_bytes);
  }
  return {};
}

/// Makes the room, and leaves in the context what the kernel takes the packet for then, and what it refuses.
inline constexpr Program<Tc::Egress> make_room = [](Tc::Egress::Packet packet) {
  const RoomRequest wanted = room_request;
  const bool done = packet.adjust_room(
      wanted.bytes, EncapsulationBehind::LinkHeader,
      {.tunnel = tunnel_of(wanted), .fixed_gso = wanted.fixed_gso != 0, .keep_checksum = wanted.keep_checksum != 0});
  packet.set_mark(static_cast<std::uint16_t>(packet.protocol()));
  packet.set_control<0>(
      packet.adjust_room(20, EncapsulationBehind::LinkHeader, {.tunnel = EncapsulationHeaders::ipv4()}) ? 1 : 0);
  packet.set_control<1>(packet.change_tail(packet.length()) ? 1 : 0);
  return done ? Tc::Egress::Verdict::Ok : Tc::Egress::Verdict::Drop;
};

/// Puts TCP that is more than a few headers into a tunnel of IP in IP.
inline constexpr Program<Tc::Egress> tunnel_segments = [](Tc::Egress::Packet packet) {
  using enum Tc::Egress::Verdict;
  const auto ip = packet.load<Ipv4>(14);
  if (packet.protocol() != EtherType::Ipv4 || !ip || ip->protocol != IpProtocol::Tcp || packet.length() < 200)
    return Ok;
  const RoomRequest wanted = room_request;
  if (!packet.adjust_room(20, EncapsulationBehind::LinkHeader,
                          {.tunnel = EncapsulationHeaders::ipv4(), .fixed_gso = wanted.fixed_gso != 0}))
    return Drop;
  const Ipv4 outer{.total_length = static_cast<std::uint16_t>(packet.length() - 14),
                   .ttl = 9,
                   .protocol = IpProtocol::Ipv4,
                   .source = "10.0.0.2",
                   .destination = "10.0.0.4"};
  return packet.store(14, outer) ? Ok : Drop;
};

/// Sends what comes in for a network along a tunnel to this machine itself.
inline constexpr Program<Lwt::In> tunnel_home = [](Lwt::In::Packet packet) {
  using enum Lwt::In::Verdict;
  return packet.push_encap(ipv4({.ttl = 9, .source = "10.0.0.2", .destination = "10.0.0.4"}) / gre()) ? Reroute : Drop;
};

namespace {

constexpr auto datagram =
    ipv4({.source = "10.0.0.2", .destination = "10.0.0.3"}) / udp({.destination = 5000}) / payload("0123456789abcdef");
constexpr auto frame = ethernet() / datagram;
constexpr auto frame6 = ethernet() / ipv6() / payload("0123456789abcdef");

}  // namespace

TEST_CASE("Tc::Egress: room for a tunnel, as the kernel takes it and as it refuses it" *
          doctest::test_suite("Tc::Egress")) {
  auto object = Object::open(make_room);
  object.load();
  struct Row {
    RoomRequest wanted;
    bool passes;
    EtherType protocol;
    bool is_tunnel;
    std::uint32_t gso_size = 0;
  };
  using enum Headers;
  for (const Row& row : {Row{{20, Ipv4, 0, 0, 0}, true, EtherType::Ipv4, true},
                         {{24, Ipv4Gre, 0, 1, 0}, true, EtherType::Ipv4, true},
                         {{28, Ipv4Udp, 0, 1, 1}, true, EtherType::Ipv4, true},
                         {{40, Ipv6, 0, 0, 0}, true, EtherType::Ipv6, true},
                         {{44, Ipv6Gre, 0, 0, 1}, true, EtherType::Ipv6, true},
                         {{62, Ipv6Udp, 14, 0, 0}, true, EtherType::Ipv6, true},
                         {{20, Ipv4, 20, 0, 0}, true, EtherType::Ipv4, true},
                         {{20, Ipv4, 21, 0, 0}, false, EtherType::Ipv4, false},
                         {{255, Ipv4, 255, 0, 0}, true, EtherType::Ipv4, true},
                         {{0, Ipv4, 0, 0, 0}, true, EtherType::Ipv4, true},
                         {{-1, Ipv4, 0, 0, 0}, false, EtherType::Ipv4, false},
                         {{-1, None, 0, 1, 1}, true, EtherType::Ipv4, false},
                         {{4, None, 0, 1, 1}, true, EtherType::Ipv4, false},
                         {{4, None, 0, 0, 0}, false, EtherType::Ipv4, false, 8},
                         {{4, None, 0, 1, 0}, false, EtherType::Ipv4, false, 8},
                         {{-4, None, 0, 0, 0}, false, EtherType::Ipv4, false, 8}}) {
    CAPTURE(row.wanted.bytes);
    CAPTURE(static_cast<int>(row.wanted.headers));
    CAPTURE(row.gso_size);
    object[room_request] = row.wanted;
    Native native;
    native[room_request] = row.wanted;
    const auto compare = [&](const auto& packet, EtherType protocol) {
      const auto kernels = in_kernel(object, make_room)(packet, {.gso_size = row.gso_size});
      const auto natively = native(make_room)(packet, {.gso_size = row.gso_size});
      CHECK((kernels == Tc::Egress::Verdict::Ok) == row.passes);
      CHECK(natively == kernels.verdict);
      CHECK(natively.packet == kernels.packet);
      CHECK(kernels.context.mark == static_cast<std::uint32_t>(protocol));
      CHECK(natively.context.mark == kernels.context.mark);
      CHECK(kernels.context.cb[0] == (row.is_tunnel || row.gso_size != 0 ? 0 : 1));
      CHECK(natively.context.cb[0] == kernels.context.cb[0]);
      CHECK(natively.context.cb[1] == kernels.context.cb[1]);
    };
    compare(frame, row.protocol);
    if (row.wanted.headers != None && row.passes) compare(frame6, row.protocol);
  }
}

TEST_CASE("Tc::Egress: each of many segments gets the tunnel's headers, and is as much smaller" *
          doctest::test_suite("Tc::Egress")) {
  for (const bool fixed : {false, true}) {
    CAPTURE(fixed);
    Network network;
    introduce(network, "10.0.0.2", "10.0.0.3");
    segment_in_software(network.left, "veth0");
    network.right.shell("ip link set veth1 mtu 2000");
    auto object = Object::open(tunnel_segments);
    object[room_request] = RoomRequest{.fixed_gso = fixed};
    object.load();
    Native native;
    native[room_request] = RoomRequest{.fixed_gso = fixed};
    constexpr std::uint32_t mss = 1500 - 20 - 32;
    const auto natively = native(tunnel_segments)(ethernet() / ipv4() / tcp() / payload<200>(),
                                                  {.gso_segs = 4, .gso_size = mss, .gso_type = GsoType::Tcp});
    CHECK(natively.context.gso_size == (fixed ? mss : mss - 20));
    CHECK(natively.context.gso_segs == 0);

    const TcpListener listener(network.right, "10.0.0.3", 8080);
    const FrameSocket right(network.right, "veth1", EtherType::Ipv4);
    Link link = network.left.run([&] { return object[tunnel_segments].attach(Interface("veth0")); });
    Endpoint far_end("10.0.0.3", 8080);
    const Socket sender(network.left, AF_INET, SOCK_STREAM);
    REQUIRE(connect(sender.fd(), far_end.address(), far_end.size) == 0);
    const std::vector<char> text(8 * mss, 'x');
    REQUIRE(send(sender.fd(), text.data(), text.size(), MSG_DONTWAIT) > 0);
    std::vector<Frame> segments;
    for (Frame& received : right.receive(8))
      if (received.at<Ipv4>(14).protocol == IpProtocol::Ipv4) segments.push_back(std::move(received));
    REQUIRE(segments.size() >= 2);
    constexpr std::size_t inner = 14 + 20, in_front = inner + 20 + 32;
    for (const Frame& segment : {segments[0], segments[1]}) {
      CHECK(segment.at<Ipv4>(14).total_length == segment.bytes.size() - 14);
      CHECK(segment.at<Ipv4>(inner).total_length == segment.bytes.size() - inner);
    }
    CHECK(segments[0].bytes.size() - in_front == natively.context.gso_size);
    CHECK(segments[1].at<Tcp>(inner + 20).sequence.value() - segments[0].at<Tcp>(inner + 20).sequence.value() ==
          natively.context.gso_size);
  }
}

TEST_CASE("Lwt::In: a packet that is routed in goes on inside a tunnel" * doctest::test_suite("Lwt::In")) {
  Network network;
  introduce(network, "10.0.0.2", "10.0.0.3");
  network.left.shell("ip route add 10.0.9.0/24 via 10.0.0.3");
  network.right.shell("sysctl -qw net.ipv4.ip_forward=1");
  auto object = Object::open(tunnel_home);
  object.load();
  Link link = network.right.run([&] { return object[tunnel_home].attach(Route("10.0.9.0/24").device("veth1")); });
  const Socket far_end(network.right, AF_INET, SOCK_RAW, IPPROTO_GRE);
  UdpSender(network.left, "10.0.0.2").send("10.0.9.9", 5000, 16);
  REQUIRE(far_end.readable(1000));
  std::vector<std::uint8_t> packet(2048);
  const ssize_t size = recv(far_end.fd(), packet.data(), packet.size(), 0);
  REQUIRE(size == 20 + 4 + 20 + 8 + 16);
  packet.resize(static_cast<std::size_t>(size));
  CHECK((ebpfxx::detail::packet::copy_header<Ipv4>(packet.data() + 24).destination == "10.0.9.9"));
  CHECK(InternetChecksum().add(std::span(packet).first(20)).value() == 0);
  Native native;
  const auto expected = native(tunnel_home)(std::span<const std::uint8_t>(packet).subspan(24));
  CHECK(expected == Lwt::In::Verdict::Reroute);
  CHECK(expected.packet == packet);
  link.detach();
  UdpSender(network.left, "10.0.0.2").send("10.0.9.9", 5000, 16);
  CHECK_FALSE(far_end.readable(100));
}
