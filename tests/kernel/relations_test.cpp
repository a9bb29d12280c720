// What `parse` and `next` take for a header, in the kernel as natively; and headers that a program has just put there.
#include <doctest/doctest.h>

#include <cstdint>
#include <ebpfxx.hpp>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/protocols.hpp>
#include <ebpfxx/runtime/in_kernel.hpp>
#include <string>
#include <utility>
#include <vector>

using namespace ebpfxx;

/// TCP to port 80 in a frame of either hook: a chain with one test, at its end.
constexpr bool is_http(auto packet) {
  auto tcp = next<Tcp>(next<Ipv4>(parse<Ethernet>(packet)));
  return tcp && tcp->destination == 80;
}
inline constexpr Program<Xdp> drop_http = [](Xdp::Packet packet) {
  return is_http(packet) ? Xdp::Verdict::Drop : Xdp::Verdict::Pass;
};
inline constexpr Program<Tc::Ingress> drop_http_in = [](Tc::Ingress::Packet packet) {
  return is_http(packet) ? Tc::Ingress::Verdict::Drop : Tc::Ingress::Verdict::Ok;
};

/// DNS behind UDP, which nothing announces, in the same words.
constexpr bool asks_something(auto packet) {
  auto ip = next<Ipv4>(parse<Ethernet>(packet));
  auto udp = next<Udp>(ip);
  auto dns = payload<Dns>(udp);
  return dns && udp->destination == Dns::port && ip->ttl > 1 && dns->questions > 0;
}
inline constexpr Program<Xdp> drop_questions = [](Xdp::Packet packet) {
  return asks_something(packet) ? Xdp::Verdict::Drop : Xdp::Verdict::Pass;
};

/// IPv4 behind VLAN tags; or, as `Payload`, an IPv4 header whatever the last tag says.
template <bool Payload>
constexpr Xdp::Verdict found_behind_tags(Xdp::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return Xdp::Verdict::Aborted;
  auto carried = skip_vlan_tags(ethernet);
  if (carried.could_not_tell()) return Xdp::Verdict::Aborted;
  if constexpr (Payload)
    return carried.template payload<Ipv4>() ? Xdp::Verdict::Drop : Xdp::Verdict::Pass;
  else
    return carried.template as<Ipv4>() ? Xdp::Verdict::Drop : Xdp::Verdict::Pass;
}
inline constexpr Program<Xdp> drop_tagged_ip = [](Xdp::Packet packet) { return found_behind_tags<false>(packet); };
inline constexpr Program<Xdp> drop_tagged_payload = [](Xdp::Packet packet) { return found_behind_tags<true>(packet); };

/// Puts an IPv4 header in front of the one that is there: pushed, written, and its checksum computed.
inline constexpr Program<Xdp> encapsulate = [](Xdp::Packet packet) {
  using enum Xdp::Verdict;
  if (!packet.parse<Ethernet>().next<Ipv4>() || !packet.adjust_head(-20)) return Drop;
  auto before = packet.bytes().skip<20>().unchecked<Ethernet>();
  auto ethernet = packet.unchecked<Ethernet>();
  auto ip = ethernet.unchecked<Ipv4>();
  if (!ip || !before) return Aborted;
  ethernet.bytes().write(Ethernet(*before));
  ip.bytes().write(Ipv4{.total_length = static_cast<std::uint16_t>(packet.length() - sizeof(Ethernet)),
                        .protocol = IpProtocol::Ipv4,
                        .source = "10.0.0.2",
                        .destination = "10.0.0.4"});
  ip->checksum = checksum_field<Ipv4>(checksum_of(*ip) + ChecksumParts<OptionBytes>::of(0));
  return packet.parse<Ethernet>().next<Ipv4>().next<Ipv4>() ? Tx : Aborted;
};

constexpr auto inner = ipv4({.source = "10.0.0.9", .destination = "10.0.0.3"}) / udp({.destination = 53});
constexpr auto tunnelled = ethernet() / ipv4({.source = "10.0.0.2", .destination = "10.0.0.4"}) / inner;
static_assert(run(encapsulate, ethernet() / inner) == Xdp::Verdict::Tx);
static_assert(run(encapsulate, ethernet() / inner).packet == packet_bytes(tunnelled));

namespace {

using Frame = std::vector<std::uint8_t>;

Frame frame(const auto& stack) {
  const auto bytes = packet_bytes(stack);
  return {bytes.begin(), bytes.end()};
}

constexpr auto http = tcp({.destination = 80});
constexpr EtherType arp_type = EtherType::Arp;

}  // namespace

TEST_CASE("what is no TCP over IPv4 is not taken for it" * doctest::test_suite("Xdp, Tc::Ingress")) {
  static_assert(drop_http(ethernet() / ipv4() / http) == Xdp::Verdict::Drop);
  static_assert(drop_http(ethernet({.ether_type = arp_type}) / ipv4() / http) == Xdp::Verdict::Pass);
  auto object = Object::open(drop_http, drop_http_in);
  object.load();
  struct Row {
    const char* what;
    Frame frame;
    bool drops;
  };
  const std::vector<Row> rows = {
      {"TCP", frame(ethernet() / ipv4() / http), true},
      {"TCP behind options", frame(ethernet() / ipv4({}, options({1, 1, 1, 1})) / http), true},
      {"ARP", frame(ethernet() / arp() / payload<40>()), false},
      {"ARP whose bytes look like TCP over IPv4", frame(ethernet({.ether_type = arp_type}) / ipv4() / http), false},
      {"UDP", frame(ethernet() / ipv4() / udp({.destination = 80}) / payload<12>()), false},
      {"a later fragment", frame(ethernet() / ipv4({.flags_and_fragment_offset = 1}) / http), false},
      {"a header that is too short", frame(ethernet() / ipv4({.version_and_ihl = 0x44}) / http), false},
      {"another version", frame(ethernet() / ipv4({.version_and_ihl = 0x55}) / http), false},
      {"IPv6", frame(ethernet() / ipv6() / http), false},
      {"a tag in the bytes", frame(ethernet() / vlan() / ipv4() / http), false},
  };
  Native native;
  for (const Row& row : rows) {
    CAPTURE(std::string(row.what));
    const auto verdict = row.drops ? Xdp::Verdict::Drop : Xdp::Verdict::Pass;
    CHECK(native(drop_http)(row.frame) == verdict);
    CHECK(in_kernel(object, drop_http)(row.frame) == verdict);
    const auto verdict_in = row.drops ? Tc::Ingress::Verdict::Drop : Tc::Ingress::Verdict::Ok;
    CHECK(native(drop_http_in)(row.frame) == verdict_in);
    CHECK(in_kernel(object, drop_http_in)(row.frame) == verdict_in);
  }
  Frame short_by_one = frame(ethernet() / ipv4() / http);
  short_by_one.pop_back();
  CHECK(in_kernel(object, drop_http)(short_by_one) == Xdp::Verdict::Pass);
}

TEST_CASE("what no type field announces is asked for as payload" * doctest::test_suite("Xdp")) {
  auto object = Object::open(drop_questions);
  object.load();
  constexpr auto to_dns = ethernet() / ipv4() / udp({.destination = Dns::port});
  static_assert(drop_questions(to_dns / dns({.questions = 1})) == Xdp::Verdict::Drop);
  CHECK(in_kernel(object, drop_questions)(to_dns / dns({.questions = 1})) == Xdp::Verdict::Drop);
  CHECK(in_kernel(object, drop_questions)(to_dns / dns()) == Xdp::Verdict::Pass);
  CHECK(in_kernel(object, drop_questions)(ethernet() / ipv4() / udp() / dns({.questions = 1})) == Xdp::Verdict::Pass);
  CHECK(in_kernel(object, drop_questions)(ethernet() / ipv4() / tcp({.destination = Dns::port}) / payload<12>()) ==
        Xdp::Verdict::Pass);
}

TEST_CASE("what follows VLAN tags is taken by the type, or as payload" * doctest::test_suite("Xdp")) {
  using enum Xdp::Verdict;
  auto object = Object::open(drop_tagged_ip, drop_tagged_payload);
  object.load();
  Native native;
  const auto expect = [&](const Frame& bytes, Xdp::Verdict by_type, Xdp::Verdict as_payload) {
    CHECK(native(drop_tagged_ip)(bytes) == by_type);
    CHECK(in_kernel(object, drop_tagged_ip)(bytes) == by_type);
    CHECK(native(drop_tagged_payload)(bytes) == as_payload);
    CHECK(in_kernel(object, drop_tagged_payload)(bytes) == as_payload);
  };
  const auto behind = [](EtherType type, const auto& header) {
    return frame(ethernet() / vlan() / vlan({.ether_type = type}) / header);
  };
  Frame packet = behind(EtherType::Ipv4, ipv4());
  expect(packet, Drop, Drop);
  expect(behind(arp_type, ipv4()), Pass, Drop);
  expect(behind(EtherType::Ipv4, ipv6()), Pass, Pass);
  packet.pop_back();
  expect(packet, Pass, Pass);
  packet.resize(sizeof(Ethernet) + 2 * sizeof(Vlan));
  expect(packet, Pass, Pass);
  packet.pop_back();
  expect(packet, Aborted, Aborted);
}

TEST_CASE("a header that was just pushed is written before it can be one" * doctest::test_suite("Xdp")) {
  auto object = Object::open(encapsulate);
  object.load();
  Native native;
  for (const auto& outcome :
       {native(encapsulate)(ethernet() / inner), in_kernel(object, encapsulate)(ethernet() / inner)}) {
    CHECK(outcome == Xdp::Verdict::Tx);
    CHECK(outcome.packet == frame(tunnelled));
  }
}
