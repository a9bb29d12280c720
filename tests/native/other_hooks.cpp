// Hooks that see no packet memory, no packet at all, or a routing header: natively.
#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

#include <ebpfxx/context/seg6.hpp>
#include <ebpfxx/language.hpp>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/protocols.hpp>

using namespace ebpfxx;

namespace {

constexpr Config<std::uint16_t> port = 53;
PerCpu<std::uint64_t> kept, connects;

constexpr Program<SocketFilter> keep_port = [](SocketFilter::Packet packet) {
  auto udp = packet.parse<Udp>();
  if (!udp || udp->destination != port) return SocketFilter::Drop;
  kept.update([&](std::uint64_t& bytes) { bytes += packet.length(); });
  packet.set_control<1>(7);
  return SocketFilter::Keep{udp->length.value()};
};

constexpr Program<Cgroup::Connect4> rewrite4 = [](Cgroup::Connect4::Connection connection) {
  connects.update([](std::uint64_t& count) { count += 1; });
  if (connection.port() != port) return Cgroup::Connect4::Verdict::Deny;
  connection.set_port(5353);
  connection.set_destination("127.0.0.1");
  return Cgroup::Connect4::Verdict::Allow;
};

constexpr Program<Cgroup::Connect6> rewrite6 = [](Cgroup::Connect6::Connection connection) {
  connects.update([](std::uint64_t& count) { count += 1; });
  if (connection.destination() != "fd00::3") return Cgroup::Connect6::Verdict::Deny;
  connection.set_port(std::uint16_t{port});
  connection.set_destination("::1");
  return Cgroup::Connect6::Verdict::Allow;
};

constexpr Program<Lwt::Seg6Local> tag = [](Lwt::Seg6Local::Packet packet) {
  using enum Lwt::Seg6Local::Verdict;
  const auto before = packet.parse<Ipv6>();
  if (!before) return Drop;
  constexpr std::uint32_t tag_at = sizeof(Ipv6) + offsetof(SegmentRouting, tag);
  if (!packet.adjust_tlvs<8>(56 + 8) || !packet.store(tag_at, BigEndian<std::uint16_t>(std::uint16_t{port})))
    return Drop;
  return packet.forward_to("fd00::4") ? Redirect : Drop;
};

constexpr Program<SocketFilter> keep_user = [](SocketFilter::Packet packet) {
  return packet.socket_uid() == 1000 && packet.socket_cookie() == 5 ? SocketFilter::Keep::All : SocketFilter::Drop;
};
constexpr Program<Cgroup::Connect4> allow_socket = [](Cgroup::Connect4::Connection connection) {
  return connection.socket_cookie() == 5 ? Cgroup::Connect4::Verdict::Allow : Cgroup::Connect4::Verdict::Deny;
};

}  // namespace

TEST_CASE("the socket of a packet and of a connect(2) is what the context says" *
          doctest::test_suite("SocketFilter, Cgroup::Connect4")) {
  Native native;
  CHECK(native(keep_user)(udp(), {.socket_cookie = 5, .socket_uid = 1000}) == SocketFilter::Keep::All);
  CHECK(native(keep_user)(udp(), {.socket_cookie = 5, .socket_uid = 1001}) == SocketFilter::Drop);
  CHECK(native(keep_user)(udp(), {.socket_cookie = 6, .socket_uid = 1000}) == SocketFilter::Drop);
  CHECK(native(allow_socket)({.socket_cookie = 5}) == Cgroup::Connect4::Verdict::Allow);
  CHECK(native(allow_socket)({}) == Cgroup::Connect4::Verdict::Deny);
}

TEST_CASE("a SocketFilter copies from linear parts and others, and its verdict counts bytes" *
          doctest::test_suite("SocketFilter")) {
  Native native;
  native[port] = 5000;
  const auto datagram = udp({.destination = 5000}) / payload("hello");
  for (const std::uint32_t linear : {0u, 1u, 7u, 8u, 13u}) {
    const auto outcome = native(keep_port)(datagram, {.linear = linear});
    CHECK(outcome == SocketFilter::Keep{13});
    CHECK(outcome.context.cb[1] == 7);
  }
  CHECK(native[kept].sum() == 5 * 13);
  CHECK(native(keep_port)(udp({.destination = 53})) == SocketFilter::Drop);
  const auto bytes = packet_bytes(datagram);
  CHECK(native(keep_port)(std::span(bytes).first(8)) == SocketFilter::Keep{13});
  CHECK(native(keep_port)(std::span(bytes).first(7)) == SocketFilter::Drop);
}

TEST_CASE("a program of Connect4 changes a copy of the context it is called with" *
          doctest::test_suite("Cgroup::Connect4")) {
  Native native;
  const Cgroup::Connect4::Connection::Context before{.destination = "10.0.0.3", .port = 53};
  const auto outcome = native(rewrite4)(before);
  CHECK(outcome == Cgroup::Connect4::Verdict::Allow);
  CHECK((outcome.context.destination == "127.0.0.1"));
  CHECK(outcome.context.port.value() == 5353);
  CHECK(before.port.value() == 53);
  CHECK(native(rewrite4)({.port = 54}) == Cgroup::Connect4::Verdict::Deny);
  CHECK(native[connects].sum() == 2);
}

TEST_CASE("a program of Connect6 sees and changes all 16 bytes of the address" *
          doctest::test_suite("Cgroup::Connect6")) {
  Native native;
  native[port] = 5353;
  const auto outcome = native(rewrite6)({.destination = "fd00::3", .port = 53});
  CHECK(outcome == Cgroup::Connect6::Verdict::Allow);
  CHECK((outcome.context.destination == "::1"));
  CHECK(outcome.context.port.value() == 5353);
  const auto denied = native(rewrite6)({.destination = "fd01::3", .port = 53});
  CHECK(denied == Cgroup::Connect6::Verdict::Deny);
  CHECK((denied.context.destination == "fd01::3"));
  CHECK(native[connects].sum() == 2);
}

TEST_CASE("a program of Seg6Local changes its header, and says where the packet goes" *
          doctest::test_suite("Lwt::Seg6Local")) {
  Native native;
  const auto packet = ipv6() / segment_routing({}, segments<1>({Ipv6Address("fd00::2")})) / udp();
  const auto outcome = native(tag)(packet);
  CHECK(outcome == Lwt::Seg6Local::Verdict::Redirect);
  CHECK(outcome.packet.size() == packet_bytes(packet).size() + 8);
  CHECK(outcome.at<SegmentRouting, 40>().tag.value() == 53);
  CHECK(outcome.at<Udp, 72>().length.value() == 8);
  CHECK((outcome.context.seg6.next_hop == "fd00::4"));
}
