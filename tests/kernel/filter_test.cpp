// Programs in the real language judge real packets; what they drop is counted on both sides.
#include <bpf/bpf.h>
#include <doctest/doctest.h>

#include <array>
#include <ebpfxx.hpp>
#include <string>
#include <vector>

#include "support/raw_packets.hpp"
#include "support/sockets.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;

struct Count {
  std::uint64_t packets, bytes;
};
inline PerCpu<Count> dropped, passed;
inline constexpr Config<std::uint16_t> port = 8080;
inline constexpr Config<Ipv4Address> from = Ipv4Address("10.0.0.3");

/// TCP segments to `port`, on their way out.
inline constexpr Program<Lwt::Out> drop_tcp_out = [](Lwt::Out::Packet packet) {
  using enum Lwt::Out::Verdict;
  auto count = [&](Count& total) {
    total.packets += 1;
    total.bytes += packet.length();
  };
  if (auto ip = packet.parse<Ipv4>())
    if (auto tcp = ip.next<Tcp>(); tcp && tcp->destination == port) {
      dropped.update(count);
      return Drop;
    }
  passed.update(count);
  return Ok;
};

/// UDP datagrams to `port`, on their way out.
inline constexpr Program<Lwt::Out> drop_udp_out = [](Lwt::Out::Packet packet) {
  using enum Lwt::Out::Verdict;
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Ok;
  auto udp = ip.next<Udp>();
  if (!udp || udp->destination != port) return Ok;
  dropped.update([&](Count& total) {
    total.packets += 1;
    total.bytes += packet.length();
  });
  return Drop;
};

/// TCP and UDP from `from` to `port`, on their way in.
inline constexpr Program<Lwt::In> drop_in = [](Lwt::In::Packet packet) {
  using enum Lwt::In::Verdict;
  auto ip = packet.parse<Ipv4>();
  if (!ip || ip->source != from) return Ok;
  auto udp = ip.payload<Udp>();  // TCP's ports are where UDP's are
  if (!udp || udp->destination != port) return Ok;
  dropped.update([&](Count& total) {
    total.packets += 1;
    total.bytes += packet.length();
  });
  return Drop;
};

/// Everything.
inline constexpr Program<Lwt::Xmit> drop_all = [](Lwt::Xmit::Packet packet) {
  dropped.update([&](Count& total) {
    total.packets += 1;
    total.bytes += packet.length();
  });
  return Lwt::Xmit::Verdict::Drop;
};

/// Moves one from the identification to the type of service.
inline constexpr Program<Lwt::Xmit> mark = [](Lwt::Xmit::Packet packet) {
  if (auto ip = packet.parse<Ipv4>(); ip && ip->id == 1u) {
    const auto marked = static_cast<std::uint8_t>(ip->type_of_service + 1);
    amend_checksum(packet, ip, replace<&Ipv4::type_of_service>(ip, marked) + replace<&Ipv4::id>(ip, std::uint16_t{0}));
  }
  return Lwt::Xmit::Verdict::Ok;
};

TEST_CASE("Lwt::Out: TCP to the configured port does not connect, to another it does" *
          doctest::test_suite("Lwt::Out")) {
  for (std::uint16_t closed : {8080, 9090}) {
    CAPTURE(closed);
    const std::uint16_t open = closed == 8080 ? 9090 : 8080;
    Network network;
    introduce(network, "10.0.0.2", "10.0.0.3");
    TcpListener at_open(network.right, "10.0.0.3", open), at_closed(network.right, "10.0.0.3", closed);
    auto object = Object::open(drop_tcp_out);
    object[port] = closed;
    object.load();
    Link link = network.left.run([&] { return object[drop_tcp_out].attach(Route("10.0.0.3/32").device("veth0")); });
    CHECK_FALSE(tcp_connects(network.left, "10.0.0.2", "10.0.0.3", closed));
    CHECK(tcp_connects(network.left, "10.0.0.2", "10.0.0.3", open));
    CHECK_FALSE(at_closed.connected());
    CHECK(at_open.connected());
    CHECK(object[dropped].sum().packets >= 1);
    link.detach();
    CHECK(tcp_connects(network.left, "10.0.0.2", "10.0.0.3", closed));
    CHECK(at_closed.connected());
  }
}

TEST_CASE("Lwt::Out: every dropped datagram is counted, and none of them arrives" *
          doctest::test_suite("Lwt::Out, PerCpu")) {
  Network network;
  introduce(network, "10.0.0.2", "10.0.0.3");
  auto object = Object::open(drop_udp_out);
  object.load();
  Link link = network.left.run([&] { return object[drop_udp_out].attach(Route("10.0.0.3/32").device("veth0")); });
  UdpReceiver at_closed(network.right, "10.0.0.3", 8080), at_open(network.right, "10.0.0.3", 9090);
  UdpSender sender(network.left, "10.0.0.2");
  sender.send("10.0.0.3", 8080, 100, 25);
  sender.send("10.0.0.3", 9090, 200, 10);
  CHECK(at_open.receive(10) == std::vector<std::size_t>(10, 200));
  CHECK(at_closed.receive(1).empty());
  CHECK(object[dropped].sum().packets == 25);
  CHECK(object[dropped].sum().bytes == 25 * (20 + 8 + 100));
}

TEST_CASE("Lwt::In: the local route drops one source and passes the other" * doctest::test_suite("Lwt::In")) {
  Network network;
  introduce(network, "10.0.0.2", "10.0.0.3");
  introduce(network, "10.0.0.2", "10.0.0.4");
  auto object = Object::open(drop_in);
  object.load();
  Link link =
      network.left.run([&] { return object[drop_in].attach(Route("10.0.0.2/32").table("local").headroom(14).join()); });
  UdpReceiver at_closed(network.left, "10.0.0.2", 8080), at_open(network.left, "10.0.0.2", 9090);
  UdpSender refused(network.right, "10.0.0.3"), welcome(network.right, "10.0.0.4");
  refused.send("10.0.0.2", 8080, 64, 12);
  CHECK(at_closed.receive(1).empty());
  CHECK(object[dropped].sum().packets == 12);
  CHECK(object[dropped].sum().bytes == 12 * (20 + 8 + 64));
  refused.send("10.0.0.2", 9090, 64, 5);
  CHECK(at_open.receive(5).size() == 5);
  welcome.send("10.0.0.2", 8080, 64, 5);
  CHECK(at_closed.receive(5).size() == 5);
  CHECK(object[dropped].sum().packets == 12);

  TcpListener listener(network.left, "10.0.0.2", 8080);
  CHECK_FALSE(tcp_connects(network.right, "10.0.0.3", "10.0.0.2", 8080));
  CHECK(tcp_connects(network.right, "10.0.0.4", "10.0.0.2", 8080));
  link.detach();
  CHECK(tcp_connects(network.right, "10.0.0.3", "10.0.0.2", 8080));
}

TEST_CASE("Lwt::Xmit: drops what the route sends, in both families" * doctest::test_suite("Lwt::Xmit")) {
  for (const auto& [left, right, headers] : {std::tuple{"10.0.0.2", "10.0.0.3", 28u}, {"fd00::2", "fd00::3", 48u}}) {
    CAPTURE(right);
    Network network;
    introduce(network, left, right);
    auto object = Object::open(drop_all);
    object.load();
    UdpReceiver receiver(network.right, right, 5000);
    UdpSender sender(network.left, left);
    Link link = network.left.run([&] { return object[drop_all].attach(Route(right).device("veth0").headroom(14)); });
    sender.send(right, 5000, 32, 9);
    CHECK(receiver.receive(1).empty());
    CHECK(object[dropped].sum().packets == 9);
    CHECK(object[dropped].sum().bytes == 9 * (headers + 32));
    link.detach();
    sender.send(right, 5000, 32, 2);
    CHECK(receiver.receive(2).size() == 2);
  }
}

TEST_CASE("Lwt::Xmit: what a program writes arrives" * doctest::test_suite("Lwt::Xmit")) {
  Network network;
  introduce(network, "10.0.0.2", "10.0.0.3");
  auto object = Object::open(mark);
  object.load();
  // Behind the kernel's own check of the header's checksum.
  Socket receiver(network.right, AF_INET, SOCK_RAW, IPPROTO_TCP);
  auto type_of_service = [&] {
    send_raw(network.left, {.payload = tcp_segment(5000, 20)});
    REQUIRE(receiver.readable(500));
    std::array<std::uint8_t, 128> bytes{};
    REQUIRE(recv(receiver.fd(), bytes.data(), bytes.size(), 0) == 40);
    return int{bytes[1]};
  };
  CHECK(type_of_service() == 0);
  Link link = network.left.run([&] { return object[mark].attach(Route("10.0.0.3/32").device("veth0")); });
  CHECK(type_of_service() == 1);
  link.detach();
  CHECK(type_of_service() == 0);
}

TEST_CASE("one byte enough and one byte short, options, fragments: judged by what really is in the packet" *
          doctest::test_suite("Lwt::Out")) {
  struct Row {
    const char* what;
    RawIpv4 packet;
    bool drops;
  };
  const std::vector<Row> rows = {
      {"a TCP header", {.payload = tcp_segment(8080, 20)}, true},
      {"more than a TCP header", {.payload = tcp_segment(8080, 21)}, true},
      {"one byte short of a TCP header", {.payload = tcp_segment(8080, 19)}, false},
      {"no TCP header at all", {.payload = {}}, false},
      {"another port", {.payload = tcp_segment(8081, 20)}, false},
      {"the port's bytes swapped", {.payload = tcp_segment(0x901f, 20)}, false},
      {"options", {.ihl = 6, .payload = tcp_segment(8080, 20)}, true},
      {"the most options", {.ihl = 15, .payload = tcp_segment(8080, 20)}, true},
      {"the most options, one byte short", {.ihl = 15, .payload = tcp_segment(8080, 19)}, false},
      {"the first fragment", {.fragment = 0x2000, .payload = tcp_segment(8080, 24)}, true},
      {"a later fragment", {.fragment = 0x0001, .payload = tcp_segment(8080, 24)}, false},
      {"do not fragment", {.fragment = 0x4000, .payload = tcp_segment(8080, 20)}, true},
      {"not TCP", {.protocol = IPPROTO_UDP, .payload = tcp_segment(8080, 20)}, false},
  };
  Network network;
  introduce(network, "10.0.0.2", "10.0.0.3");
  auto object = Object::open(drop_tcp_out);
  object.load();
  Link link = network.left.run([&] { return object[drop_tcp_out].attach(Route("10.0.0.3/32").device("veth0")); });
  PacketListener listener(network.right, "veth1");
  for (const Row& row : rows) {
    CAPTURE(std::string(row.what));
    object[dropped].set({});
    object[passed].set({});
    send_raw(network.left, row.packet);
    const std::uint64_t bytes = row.packet.bytes().size();
    const Count out = object[dropped].sum(), through = object[passed].sum();
    CHECK(out.packets == (row.drops ? 1 : 0));
    CHECK(out.bytes == (row.drops ? bytes : 0));
    CHECK(through.packets == (row.drops ? 0 : 1));
    CHECK(through.bytes == (row.drops ? 0 : bytes));
    CHECK(listener.received() == std::vector<std::size_t>(row.drops ? 0 : 1, bytes));
  }
}

TEST_CASE("an IP header that claims less than its own 20 bytes is not looked behind" *
          doctest::test_suite("Lwt::Out")) {
  // No socket sends such a packet, so the kernel's test run has to.
  auto object = Object::open(drop_tcp_out);
  object.load();
  for (std::uint8_t ihl : {4, 5}) {
    std::vector<std::uint8_t> frame(14);
    frame[12] = 8;  // EtherType IPv4
    RawIpv4 packet{.ihl = ihl, .payload = tcp_segment(8080, 20)};
    for (std::uint8_t byte : packet.bytes()) frame.push_back(byte);
    bpf_test_run_opts options{};
    options.sz = sizeof options;
    options.data_in = frame.data();
    options.data_size_in = static_cast<std::uint32_t>(frame.size());
    REQUIRE(bpf_prog_test_run_opts(object[drop_tcp_out].fd(), &options) == 0);
    CHECK(options.retval == static_cast<std::uint32_t>(ihl == 4 ? Lwt::Out::Verdict::Ok : Lwt::Out::Verdict::Drop));
  }
}
