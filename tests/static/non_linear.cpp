// Packets of which only the first bytes are linear: views see those, `load` and `store` all, `pull` makes more linear.
#include <doctest/doctest.h>

#include <cstdint>

#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using Verdict = Lwt::Xmit::Verdict;
using Packet = Lwt::Xmit::Packet;

namespace {

TEST_SUITE_BEGIN("Lwt::Xmit");

constexpr auto tcp_packet = ipv4({.ttl = 3}) / tcp({.destination = 8080}) / payload("12345678");
constexpr std::uint32_t size = 48;
static_assert(packet_bytes(tcp_packet).size() == size);

struct Byte {
  std::uint8_t value;
};

template <std::size_t Bytes>
constexpr Program<Lwt::Xmit> drop_if_linear =
    [](Packet packet) { return packet.bytes().require<Bytes>() ? Verdict::Drop : Verdict::Ok; };
TEST_CASE("views see what is linear") {
  static_assert(run(drop_if_linear<20>, tcp_packet, {.linear = 20}) == Verdict::Drop);
  static_assert(run(drop_if_linear<21>, tcp_packet, {.linear = 20}) == Verdict::Ok);
  static_assert(run(drop_if_linear<size>, tcp_packet) == Verdict::Drop);
  static_assert(run(drop_if_linear<size>, tcp_packet, {.linear = size}) == Verdict::Drop);
  static_assert(run(drop_if_linear<size>, tcp_packet, {.linear = 1000}) == Verdict::Drop);
  static_assert(run(drop_if_linear<size>, tcp_packet, {.linear = size - 1}) == Verdict::Ok);
}

template <std::size_t Bytes>
constexpr Program<Lwt::Xmit> drop_if_pulled = [](Packet packet) {
  auto bytes = packet.pull<Bytes>();
  return bytes && bytes->template at<Byte, Bytes - 1>().value == '8' ? Verdict::Drop : Verdict::Ok;
};
TEST_CASE("pull makes more linear") {
  static_assert(run(drop_if_pulled<size>, tcp_packet, {.linear = 1}) == Verdict::Drop);
  static_assert(run(drop_if_pulled<size>, tcp_packet) == Verdict::Drop);
  static_assert(run(drop_if_pulled<size + 1>, tcp_packet, {.linear = 1}) == Verdict::Ok);
}

constexpr Program<Lwt::Xmit> pull_less_than_is_linear = [](Packet packet) {
  if (!packet.pull<1>()) return Verdict::Ok;
  return packet.parse<Ipv4>() ? Verdict::Drop : Verdict::Ok;
};
static_assert(run(pull_less_than_is_linear, tcp_packet, {.linear = 20}) == Verdict::Drop);

constexpr Program<Lwt::Xmit> pull_too_much = [](Packet packet) {
  if (packet.pull<size + 1>()) return Verdict::Ok;
  return packet.parse<Ipv4>() ? Verdict::Ok : Verdict::Drop;  // as the kernel: nothing is pulled
};
TEST_CASE("a pull of too much makes nothing linear") {
  static_assert(run(pull_too_much, tcp_packet, {.linear = 19}) == Verdict::Drop);
}

template <std::uint32_t Offset>
constexpr Program<Lwt::Xmit> drop_if_loaded =
    [](Packet packet) { return packet.load<Udp>(Offset) ? Verdict::Drop : Verdict::Ok; };
TEST_CASE("load reaches all") {
  static_assert(run(drop_if_loaded<size - 8>, tcp_packet, {.linear = 3}) == Verdict::Drop);
  static_assert(run(drop_if_loaded<size - 7>, tcp_packet, {.linear = 3}) == Verdict::Ok);
  static_assert(run(drop_if_loaded<size>, tcp_packet) == Verdict::Ok);
  static_assert(run(drop_if_loaded<0xffffffff>, tcp_packet) == Verdict::Ok);
}

constexpr Program<Lwt::Xmit> load_behind_header = [](Packet packet) {
  auto ip = packet.load<Ipv4>(0);
  return ip && packet.load<Tcp>(ip->header_length()) ? Verdict::Drop : Verdict::Ok;
};
TEST_CASE("load goes on behind a header") {
  static_assert(run(load_behind_header, tcp_packet, {.linear = 3}) == Verdict::Drop);
}

template <class Outer, class Inner>
constexpr Program<Lwt::Xmit> drop_if_copied = [](Packet packet) {
  auto outer = packet.load<Outer>(0);
  if (!outer) return Verdict::Ok;
  auto inner = outer.template next<Inner>();
  return inner && inner.offset() == outer->header_length().value() ? Verdict::Drop : Verdict::Ok;
};
TEST_CASE("copies go on behind headers") {
  static_assert(run(drop_if_copied<Ipv4, Tcp>, tcp_packet, {.linear = 25}) == Verdict::Drop);
  static_assert(run(drop_if_copied<Ipv4, Tcp>, ipv4() / tcp(), {.linear = 25}) == Verdict::Drop);
  static_assert(run(drop_if_copied<Ipv4, Tcp>, ipv4() / udp(), {.linear = 25}) == Verdict::Ok);
  static_assert(run(drop_if_copied<Ipv4, Udp>, ipv4({.flags_and_fragment_offset = 1}) / udp()) == Verdict::Ok);
  static_assert(run(drop_if_copied<Ipv4, Udp>, ipv4({.version_and_ihl = 0x44}) / udp()) == Verdict::Ok);
}

constexpr Program<Lwt::Xmit> store_port = [](Packet packet) {
  const Udp header{.source = 1, .destination = 2, .length = 3, .checksum = 4};
  return packet.store(20, header) ? Verdict::Ok : Verdict::Drop;
};
TEST_CASE("store reaches all") {
  static_assert(run(store_port, ipv4() / udp(), {.linear = 23}).at<Udp, 20>().checksum == 4);
  static_assert(run(store_port, ipv4() / udp(), {.linear = 23}) == Verdict::Ok);
  static_assert(run(store_port, ipv4() / payload("1234567")) == Verdict::Drop);
  static_assert(run(store_port, ipv4() / payload("1234567")).at<Byte, 20>().value == '1');
}

template <class Hook>
concept Pulls = requires(typename Hook::Packet packet) { packet.template pull<1>(); };
template <class Hook>
concept Stores = requires(typename Hook::Packet packet) { packet.store(0, Byte{}); };
TEST_CASE("which hooks pull and store" * doctest::test_suite("Lwt::In, Lwt::Out, Lwt::Xmit")) {
  static_assert(Pulls<Lwt::In> && Pulls<Lwt::Out> && Pulls<Lwt::Xmit>);
  static_assert(!Stores<Lwt::In> && !Stores<Lwt::Out> && Stores<Lwt::Xmit>);
}

TEST_SUITE_END();

}  // namespace
