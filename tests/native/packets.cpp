#include <doctest/doctest.h>

#include <cerrno>
#include <span>
#include <sstream>
#include <stdexcept>
#include <vector>

#include <ebpfxx/language.hpp>
#include <ebpfxx/native/native.hpp>

using namespace ebpfxx;

namespace {

constexpr auto tcp_to(std::uint16_t port) { return packet_bytes(ipv4() / tcp({.destination = port})); }

struct Drops {
  std::uint64_t packets, bytes;
};
PerCpu<Drops> drops;
constexpr Config<std::uint16_t> port = 8080;

constexpr Program<Lwt::Out> drop_egress = [](Lwt::Out::Packet packet) {
  using enum Lwt::Out::Verdict;
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Ok;
  auto tcp = ip.next<Tcp>();
  if (!tcp || tcp->destination != port) return Ok;
  drops.update([&](Drops& count) {
    count.packets += 1;
    count.bytes += packet.length();
  });
  print<"dropping egress packet to port {}">(tcp->destination);
  return Drop;
};

constexpr Program<Lwt::Xmit> change = [](Lwt::Xmit::Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Lwt::Xmit::Verdict::Drop;
  ip->ttl -= 1;
  packet.set_mark(packet.mark() + 1);
  packet.set_priority(packet.ifindex());
  return Lwt::Xmit::Verdict::Reroute;
};

EtherType seen_protocol;
std::uint32_t seen_length;

constexpr Program<Lwt::In> look = [](Lwt::In::Packet packet) {
  seen_protocol = packet.protocol();
  seen_length = packet.length();
  return packet.bytes().require<1>() ? Lwt::In::Verdict::Ok : Lwt::In::Verdict::Drop;
};

constexpr Program<Lwt::Xmit> move_and_change = [](Lwt::Xmit::Packet packet) {
  using enum Lwt::Xmit::Verdict;
  if (packet.parse<Ipv4>()) return Drop;  // not linear yet
  auto ip = packet.load<Ipv4>(0);
  if (!ip || !packet.pull<24>()) return Drop;
  auto pulled = packet.parse<Ipv4>();
  if (!pulled) return Drop;
  pulled->ttl = 7;
  return packet.store(36, BigEndian<std::uint32_t>(ip->ttl)) ? Ok : Drop;
};

TEST_CASE("a packet that is not linear is moved, and comes back whole" * doctest::test_suite("Lwt::Xmit")) {
  Native native;
  for (std::uint32_t linear : {1U, 19U}) {
    const auto outcome = native(move_and_change)(tcp_to(8080), {.linear = linear});
    CHECK(outcome == Lwt::Xmit::Verdict::Ok);
    REQUIRE(outcome.packet.size() == 40);
    CHECK(outcome.at<Ipv4>().ttl == 7);
    CHECK(outcome.at<Tcp, 20>().destination.value() == 8080);
    CHECK(outcome.at<BigEndian<std::uint32_t>, 36>().value() == 64);
  }
  CHECK(native(move_and_change)(tcp_to(8080), {.linear = 20}) == Lwt::Xmit::Verdict::Drop);
}

TEST_CASE("a filter is called like a function" * doctest::test_suite("Lwt::Out")) {
  Native native;
  CHECK(native(drop_egress)(tcp_to(8080)) == Lwt::Out::Verdict::Drop);
  CHECK(native(drop_egress)(tcp_to(8081)) == Lwt::Out::Verdict::Ok);
  CHECK(native(drop_egress)(tcp_to(8081)) != Lwt::Out::Verdict::Drop);
  CHECK(native[drops].sum().packets == 1);
  CHECK(native[drops].sum().bytes == 40);
  CHECK(native.trace() == std::vector<std::string>{"dropping egress packet to port 8080"});
}

TEST_CASE("a Config is the default of the source until it is set, for each Native by itself" *
          doctest::test_suite("Config")) {
  Native native;
  CHECK(native[port].value() == 8080);
  native[port] = 9090;
  CHECK(native[port].value() == 9090);
  CHECK(native(drop_egress)(tcp_to(9090)) == Lwt::Out::Verdict::Drop);
  CHECK(native(drop_egress)(tcp_to(8080)) == Lwt::Out::Verdict::Ok);
  CHECK(Native()(drop_egress)(tcp_to(8080)) == Lwt::Out::Verdict::Drop);
  CHECK(port.value() == 8080);

  Native other;
  other[port] = native[port];
  CHECK(other[port].value() == 9090);
}

TEST_CASE("a packet is a stack of headers, or any contiguous bytes" * doctest::test_suite("Lwt::In, Lwt::Out")) {
  Native native;
  CHECK(native(drop_egress)(ipv4() / tcp({.destination = 8080})) == Lwt::Out::Verdict::Drop);
  CHECK(native(drop_egress)(ipv4() / udp({.destination = 8080})) == Lwt::Out::Verdict::Ok);
  const auto array = tcp_to(8080);
  const std::vector<std::uint8_t> vector(array.begin(), array.end());
  CHECK(native(drop_egress)(vector) == Lwt::Out::Verdict::Drop);
  CHECK(native(drop_egress)(std::span(vector)) == Lwt::Out::Verdict::Drop);
  CHECK(native(drop_egress)(std::span(vector).first(39)) == Lwt::Out::Verdict::Ok);
  CHECK(native(look)(std::span(vector).first(1)) == Lwt::In::Verdict::Ok);
  CHECK(native(look)(std::span(vector).first(0)) == Lwt::In::Verdict::Drop);
}

TEST_CASE("a program's changes are in the outcome, not in the packet it was given" * doctest::test_suite("Lwt::Xmit")) {
  Native native;
  const auto packet = tcp_to(8080);
  const auto outcome = native(change)(packet, {.mark = 6, .ifindex = 3});
  CHECK(outcome == Lwt::Xmit::Verdict::Reroute);
  CHECK(outcome.packet.size() == packet.size());
  CHECK(outcome.at<Ipv4>().ttl == 63);
  CHECK(outcome.at<Tcp, 20>().destination.value() == 8080);
  CHECK_THROWS_WITH_AS((outcome.at<Tcp, 21>()), "cannot read 20 bytes at offset 21: the packet has 40", Error);
  CHECK(packet[8] == 64);
  CHECK(outcome.context.mark == 7);
  CHECK(outcome.context.priority == 3);
  CHECK(outcome.context.ifindex == 3);
  CHECK(outcome.context.memory.data == nullptr);
  CHECK(native(change)(packet).context.mark == 1);
  CHECK(native(change)(std::span(packet).first(19)) == Lwt::Xmit::Verdict::Drop);

  std::ostringstream printed;
  printed << outcome;
  CHECK(printed.str() == "verdict 128, 40 bytes");
}

TEST_CASE("a packet is as long as its bytes, or longer where a part is not linear" * doctest::test_suite("Lwt::In")) {
  Native native;
  native(look)(tcp_to(1));
  CHECK(seen_length == 40);
  native(look)(tcp_to(1), {.len = 1500});
  CHECK(seen_length == 1500);
  CHECK(native(drop_egress)(tcp_to(8080), {.len = 40}) == Lwt::Out::Verdict::Drop);
  CHECK_THROWS_WITH_AS(native(look)(tcp_to(1), {.len = 39}),
                       "cannot run a program on 40 bytes: the context's len says 39", Error);
}

TEST_CASE("the protocol follows from the first byte unless it is given" * doctest::test_suite("Lwt::In")) {
  Native native;
  native(look)(std::vector<std::uint8_t>{0x45});
  CHECK(seen_protocol == EtherType::Ipv4);
  native(look)(std::vector<std::uint8_t>{0x60});
  CHECK(seen_protocol == EtherType::Ipv6);
  native(look)(std::vector<std::uint8_t>{0x50});
  CHECK(static_cast<std::uint16_t>(seen_protocol) == 0);
  native(look)(std::vector<std::uint8_t>{});
  CHECK(static_cast<std::uint16_t>(seen_protocol) == 0);
  native(look)(std::vector<std::uint8_t>{0x45}, {.protocol = 0xdd86});
  CHECK(seen_protocol == EtherType::Ipv6);
}

}  // namespace
