// What makes packets longer and shorter: on real packets and in the kernel's test runs, each compared with a native
// run.
#include <bpf/bpf.h>
#include <doctest/doctest.h>
#include <linux/if_ether.h>

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <ebpfxx.hpp>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/protocols.hpp>
#include <span>
#include <string>
#include <system_error>
#include <vector>

#include "support/frames.hpp"
#include "support/sockets.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;

using Bytes = std::vector<std::uint8_t>;

enum class Change : std::uint32_t { Head, Tail, BehindLink, BehindIp };
struct Request {
  Change change;
  std::int32_t number;
};
inline constexpr Global<Request> request = Request{};
inline constexpr Config<std::uint32_t> target = 0;

/// Does what the request says; drops when that fails.
template <class Packet>
constexpr bool resize(Packet packet) {
  const Request wanted = request;
  if (wanted.change == Change::Head) return packet.change_head(static_cast<std::uint32_t>(wanted.number));
  if (wanted.change == Change::Tail) return packet.change_tail(static_cast<std::uint32_t>(wanted.number));
  if constexpr (std::same_as<Packet, Tc::Egress::Packet>)
    return packet.adjust_room(wanted.number, wanted.change == Change::BehindIp ? EncapsulationBehind::IpHeader
                                                                               : EncapsulationBehind::LinkHeader);
  else
    return false;
}
inline constexpr Program<Tc::Egress> resize_frame = [](Tc::Egress::Packet packet) {
  using enum Tc::Egress::Verdict;
  if (packet.protocol() != EtherType::Ipv4 && packet.protocol() != test_ether_type) return Ok;
  return resize(packet) ? Ok : Drop;
};
inline constexpr Program<Lwt::Xmit> resize_packet = [](Lwt::Xmit::Packet packet) {
  return resize(packet) ? Lwt::Xmit::Verdict::Ok : Lwt::Xmit::Verdict::Drop;
};

/// Gives a packet without a link header one, and sends it to an interface that has no such route.
inline constexpr Program<Lwt::Xmit> bridge = [](Lwt::Xmit::Packet packet) {
  using enum Lwt::Xmit::Verdict;
  const Ethernet header{
      .destination = "02:00:00:00:00:07", .source = "02:00:00:00:00:08", .ether_type = EtherType::Ipv4};
  if (!packet.change_head(sizeof(Ethernet)) || !packet.store(0, header)) return Drop;
  return packet.redirect(target);
};

/// Tunnels to 10.0.0.4 by GRE, and to fd00::3 without.
inline constexpr Program<Lwt::Xmit> tunnel = [](Lwt::Xmit::Packet packet) {
  using enum Lwt::Xmit::Verdict;
  return packet.push_encap(ipv4({.ttl = 9, .source = "10.0.0.2", .destination = "10.0.0.4"}) / gre()) ? Reroute : Drop;
};
inline constexpr Program<Lwt::Xmit> tunnel6 = [](Lwt::Xmit::Packet packet) {
  using enum Lwt::Xmit::Verdict;
  return packet.push_encap(ipv6({.source = "fd00::2", .destination = "fd00::3"})) ? Reroute : Drop;
};
inline constexpr Program<Lwt::In> tunnel_in = [](Lwt::In::Packet packet) {
  using enum Lwt::In::Verdict;
  return packet.push_encap(ipv4({.destination = "10.0.0.4"})) ? Reroute : Drop;
};

namespace {

constexpr auto datagram =
    ipv4({.source = "10.0.0.2", .destination = "10.0.0.3"}) / udp({.destination = 5000}) / payload("0123456789abcdef");
constexpr auto frame = ethernet({.destination = "02:00:00:00:00:01"}) / datagram;
constexpr std::int32_t frame_size = packet_bytes(frame).size();
constexpr std::int32_t longest = 16064;

struct Result {
  std::uint32_t verdict;
  Bytes packet;
};

/// A test run; the kernel puts Ethernet headers in front of what has none, and they are taken off again.
Result run_in_kernel(int program, Bytes bytes, bool is_frame) {
  const std::size_t added = is_frame ? 0 : sizeof(Ethernet);
  if (!is_frame) {
    const auto header = packet_bytes(ethernet({.ether_type = EtherType::Ipv4}));
    bytes.insert(bytes.begin(), header.begin(), header.end());
  }
  Bytes out(20000);
  bpf_test_run_opts options{};
  options.sz = sizeof options;
  options.data_in = bytes.data();
  options.data_size_in = static_cast<std::uint32_t>(bytes.size());
  options.data_out = out.data();
  options.data_size_out = static_cast<std::uint32_t>(out.size());
  REQUIRE(bpf_prog_test_run_opts(program, &options) == 0);
  return {options.retval, {out.begin() + static_cast<std::ptrdiff_t>(added), out.begin() + options.data_size_out}};
}

Bytes bytes_of(const auto& stack) {
  const auto bytes = packet_bytes(stack);
  return {bytes.begin(), bytes.end()};
}

/// What follows the first `bytes` bytes.
Bytes behind(const Bytes& packet, std::size_t bytes) {
  REQUIRE(packet.size() >= bytes);
  return {packet.begin() + static_cast<std::ptrdiff_t>(bytes), packet.end()};
}

/// The first frame of a protocol that arrives when a datagram to 10.0.0.3 goes along a route with `program`.
template <class Hook>
Bytes sent_along_route(const Program<Hook>& program, EtherType type, IpProtocol next) {
  Network network;
  introduce(network, "10.0.0.2", "10.0.0.4");
  network.left.shell("ping -6 -c 1 -W 2 fd00::3");
  auto object = Object::open(program);
  object.load();
  const FrameSocket right(network.right, "veth1", type);
  Link link = network.left.run([&] { return object[program].attach(Route("10.0.0.3/32").device("veth0")); });
  UdpSender(network.left, "10.0.0.2").send("10.0.0.3", 5000, 16);
  for (const Frame& received : right.receive(3)) {
    const Bytes packet = behind(received.bytes, sizeof(Ethernet));
    if (packet.at(type == EtherType::Ipv6 ? 6 : 9) == static_cast<std::uint8_t>(next)) return packet;
  }
  FAIL("no packet of the tunnel arrived");
  return {};
}

}  // namespace

TEST_CASE("Tc::Egress: frames that were resized arrive as a native run makes them" *
          doctest::test_suite("Tc::Egress")) {
  Network network;
  introduce(network, "10.0.0.2", "10.0.0.3");
  auto object = Object::open(resize_frame);
  object.load();
  const FrameSocket left(network.left, "veth0", EtherType::Ipv4), right(network.right, "veth1", EtherType::Ipv4);
  Link link = network.left.run([&] { return object[resize_frame].attach(Interface("veth0")); });
  struct Row {
    Change change;
    std::int32_t number;
    bool passes;
  };
  for (const Row& row : {Row{Change::Tail, frame_size - 16, true},
                         {Change::Tail, frame_size, true},
                         {Change::Tail, 34, true},
                         {Change::Tail, 33, false},
                         {Change::BehindIp, 4, true},
                         {Change::BehindIp, -8, true},
                         {Change::BehindIp, -24, true},
                         {Change::BehindIp, -25, false},
                         {Change::BehindIp, -4096, false},
                         {Change::BehindIp, 4096, false},
                         {Change::BehindIp, 0, true}}) {
    CAPTURE(static_cast<int>(row.change));
    CAPTURE(row.number);
    object[request] = Request{row.change, row.number};
    Native native;
    native[request] = Request{row.change, row.number};
    // A packet socket looks for the transport header of what it sends.
    const auto expected = native(resize_frame)(frame, {.transport_offset = 34});
    CHECK((expected == Tc::Egress::Verdict::Ok) == row.passes);
    right.receive(0);
    if (row.passes)
      left.send(frame);
    else
      CHECK_THROWS_AS(left.send(frame), std::system_error);
    const std::vector<Frame> frames = right.receive();
    REQUIRE(frames.size() == (row.passes ? 1 : 0));
    if (row.passes) CHECK(frames[0].bytes == expected.packet);
  }
}

TEST_CASE("what the kernel knows of headers is not cut off" * doctest::test_suite("Tc::Egress, Lwt::Xmit")) {
  Network network;
  introduce(network, "10.0.0.2", "10.0.0.3");
  auto object = Object::open(resize_frame, resize_packet);
  object.load();
  const FrameSocket right(network.right, "veth1", EtherType::Ipv4);
  const auto arrives_cut_to = [&](const auto& program, const auto& packet, const auto& context, std::int32_t length) {
    CAPTURE(length);
    object[request] = Request{Change::Tail, length};
    Native native;
    native[request] = Request{Change::Tail, length};
    right.receive(0);
    UdpSender(network.left, "10.0.0.2").send("10.0.0.3", 5000, 16);
    const std::vector<Frame> frames = right.receive();
    const auto natively = native(program)(packet, context);
    CHECK((static_cast<int>(natively.verdict) == 0) == !frames.empty());
    if (!frames.empty()) {
      const std::size_t link = frames[0].bytes.size() - natively.packet.size();
      CHECK(link == packet_bytes(frame).size() - packet_bytes(packet).size());
    }
    return !frames.empty();
  };
  const auto frame_is_cut_to = [&](std::int32_t length) {
    Link link = network.left.run([&] { return object[resize_frame].attach(Interface("veth0")); });
    return arrives_cut_to(resize_frame, frame, SkbContext{.transport_offset = 34}, length);
  };
  const auto packet_is_cut_to = [&](std::int32_t length) {
    Link link = network.left.run([&] { return object[resize_packet].attach(Route("10.0.0.3/32").device("veth0")); });
    return arrives_cut_to(resize_packet, datagram, SkbContext{.transport_offset = 20}, length);
  };
  // The device is to compute the checksum, which ends at byte 42: from there down to 34 kernels differ.
  CHECK(frame_is_cut_to(42));
  CHECK_FALSE(frame_is_cut_to(33));
  CHECK(packet_is_cut_to(28));
  CHECK_FALSE(packet_is_cut_to(19));
  checksum_in_software(network.left, "veth0");
  CHECK(frame_is_cut_to(34));
  CHECK_FALSE(frame_is_cut_to(33));
  CHECK(packet_is_cut_to(20));
  CHECK_FALSE(packet_is_cut_to(19));
}

TEST_CASE("what makes packets longer and shorter, at the kernel's limits" *
          doctest::test_suite("Tc::Egress, Lwt::Xmit")) {
  auto object = Object::open(resize_frame, resize_packet);
  object.load();
  struct Row {
    Change change;
    std::int32_t number;
    bool passes_frame, passes_packet;
  };
  constexpr std::int32_t packet_size = frame_size - 14;
  for (const Row& row : {Row{Change::Head, 0, true, true},
                         {Change::Head, 1, true, true},
                         {Change::Head, 300, true, true},
                         {Change::Head, longest - frame_size, true, true},
                         {Change::Head, longest - frame_size + 1, false, true},
                         {Change::Head, longest - packet_size, false, true},
                         {Change::Head, longest - packet_size + 1, false, false},
                         {Change::Head, -1, false, false},
                         {Change::Tail, longest, true, true},
                         {Change::Tail, longest + 1, false, false},
                         {Change::Tail, -1, false, false},
                         {Change::Tail, frame_size + 100, true, true},
                         {Change::Tail, 20, true, true},
                         {Change::Tail, 14, true, true},
                         {Change::Tail, 13, false, true},
                         {Change::BehindLink, 20, true, false},
                         {Change::BehindLink, 4095, true, false},
                         {Change::BehindLink, 4096, false, false},
                         {Change::BehindLink, -20, true, false},
                         {Change::BehindLink, -24, true, false},
                         {Change::BehindLink, -25, false, false},
                         {Change::BehindIp, 20, true, false}}) {
    CAPTURE(static_cast<int>(row.change));
    CAPTURE(row.number);
    object[request] = Request{row.change, row.number};
    Native native;
    native[request] = Request{row.change, row.number};
    const auto compare = [&](const Result& result, const auto& expected, bool passes) {
      CHECK((result.verdict == 0) == passes);
      CHECK(static_cast<int>(result.verdict) == static_cast<int>(expected.verdict));
      CHECK(result.packet.size() == expected.packet.size());
      // What comes behind a packet is not defined.
      const std::size_t defined = row.change == Change::Tail
                                      ? std::min<std::size_t>(packet_size, expected.packet.size())
                                      : expected.packet.size();
      CHECK(std::equal(expected.packet.begin(), expected.packet.begin() + static_cast<std::ptrdiff_t>(defined),
                       result.packet.begin(),
                       result.packet.end() - static_cast<std::ptrdiff_t>(expected.packet.size() - defined)));
    };
    compare(run_in_kernel(object[resize_frame].fd(), bytes_of(frame), true), native(resize_frame)(frame),
            row.passes_frame);
    compare(run_in_kernel(object[resize_packet].fd(), bytes_of(datagram), false), native(resize_packet)(datagram),
            row.passes_packet);
  }
}

TEST_CASE("Tc::Egress: only IP has headers to make room behind" * doctest::test_suite("Tc::Egress")) {
  auto object = Object::open(resize_frame);
  object.load();
  const auto other = ethernet({.ether_type = test_ether_type}) / payload<60>();
  const auto six = ethernet() / ipv6() / payload<10>();
  for (const Request& wanted :
       {Request{Change::BehindLink, 4}, Request{Change::BehindIp, -10}, Request{Change::BehindIp, -11}}) {
    CAPTURE(wanted.number);
    object[request] = wanted;
    Native native;
    native[request] = wanted;
    CHECK(run_in_kernel(object[resize_frame].fd(), bytes_of(other), true).verdict == TC_ACT_SHOT);
    CHECK(native(resize_frame)(other) == Tc::Egress::Verdict::Drop);
    const Result result = run_in_kernel(object[resize_frame].fd(), bytes_of(six), true);
    CHECK(result.verdict == 0);  // not looked at, as no IPv4
    CHECK(result.packet == native(resize_frame)(six).packet);
  }
}

TEST_CASE("Lwt::Xmit: a packet with a new link header leaves by another interface" * doctest::test_suite("Lwt::Xmit")) {
  Network network;
  network.left.shell(
      "ip link add veth2 index 203 type veth peer name veth3 index 204; ip link set veth2 up; ip link set veth3 up");
  auto object = Object::open(bridge);
  object[target] = 203;
  object.load();
  const FrameSocket other(network.left, "veth3", EtherType::Ipv4);
  Link link = network.left.run([&] { return object[bridge].attach(Route("10.0.0.3/32").device("veth0")); });
  UdpSender(network.left, "10.0.0.2").send("10.0.0.3", 5000, 16);
  const std::vector<Frame> frames = other.receive();
  REQUIRE(frames.size() == 1);
  Native native;
  native[target] = 203;
  const auto expected = native(bridge)(behind(frames[0].bytes, sizeof(Ethernet)));
  CHECK(expected == Lwt::Xmit::Verdict::Redirect);
  CHECK(expected.context.redirected_ifindex == 203);
  CHECK(frames[0].bytes == expected.packet);
  CHECK((frames[0].at<Ethernet>(0).destination == "02:00:00:00:00:07"));
  CHECK((frames[0].at<Ipv4>(14).destination == "10.0.0.3"));
}

TEST_CASE("Lwt::Xmit: a packet leaves inside GRE, with lengths and checksums right" *
          doctest::test_suite("Lwt::Xmit")) {
  const Bytes packet = sent_along_route(tunnel, EtherType::Ipv4, IpProtocol::Gre);
  Native native;
  CHECK(native(tunnel)(behind(packet, 24)).packet == packet);
  const auto outer = ebpfxx::detail::packet::copy_header<Ipv4>(packet.data());
  CHECK(outer.total_length == 24 + 20 + 8 + 16u);
  CHECK(InternetChecksum().add(std::span(packet).first(20)).value() == 0);
  CHECK((ebpfxx::detail::packet::copy_header<Gre>(packet.data() + 20).protocol == EtherType::Ipv4));
  CHECK((ebpfxx::detail::packet::copy_header<Ipv4>(packet.data() + 24).destination == "10.0.0.3"));
}

TEST_CASE("Lwt::Xmit: an IPv4 packet leaves inside IPv6" * doctest::test_suite("Lwt::Xmit")) {
  const Bytes packet = sent_along_route(tunnel6, EtherType::Ipv6, IpProtocol::Ipv4);
  Native native;
  const auto expected = native(tunnel6)(behind(packet, 40));
  CHECK(expected.packet == packet);
  CHECK(expected.context.protocol == ebpfxx::detail::number::swap_to_network(std::uint16_t{ETH_P_IPV6}));
  CHECK(ebpfxx::detail::packet::copy_header<Ipv6>(packet.data()).payload_length == 20 + 8 + 16u);
}

TEST_CASE("Lwt::In: headers in front of a packet that comes in" * doctest::test_suite("Lwt::In")) {
  auto object = Object::open(tunnel_in);
  object.load();
  const Result result = run_in_kernel(object[tunnel_in].fd(), bytes_of(datagram), false);
  CHECK(result.verdict == static_cast<std::uint32_t>(Lwt::In::Verdict::Reroute));
  Native native;
  CHECK(result.packet == native(tunnel_in)(datagram).packet);
  CHECK(result.packet == bytes_of(ipv4({.destination = "10.0.0.4"}) / datagram));
}
