// Programs in constant evaluation: verdicts, changes to the packet and to the fields beside it, and what each hook
// refuses.
#include <doctest/doctest.h>

#include <cstdint>

#include <ebpfxx/language.hpp>

using namespace ebpfxx;

namespace {

inline constexpr Program<Lwt::Out> drop_http = [](Lwt::Out::Packet packet) {
  using enum Lwt::Out::Verdict;
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Ok;
  auto tcp = ip.next<Tcp>();
  if (!tcp || tcp->destination != 8080 || ip->source == "10.0.0.9") return Ok;
  return Drop;
};
TEST_CASE("a program decides by header fields" * doctest::test_suite("Lwt::Out")) {
  static_assert(drop_http(ipv4() / tcp({.destination = 8080})) == Lwt::Out::Verdict::Drop);
  static_assert(drop_http(ipv4() / tcp({.destination = 8081})) == Lwt::Out::Verdict::Ok);
  static_assert(drop_http(ipv4() / udp({.destination = 8080})) == Lwt::Out::Verdict::Ok);
  static_assert(drop_http(ipv4({.source = "10.0.0.9"}) / tcp({.destination = 8080})) == Lwt::Out::Verdict::Ok);
  static_assert(drop_http(ipv6() / tcp({.destination = 8080})) == Lwt::Out::Verdict::Ok);
}

inline constexpr Program<Lwt::Xmit> rewrite = [](Lwt::Xmit::Packet packet) {
  using enum Lwt::Xmit::Verdict;
  auto ip = packet.parse<Ipv4>();
  if (!ip || --ip->ttl == 0) return Drop;
  ip->destination = "10.0.0.4";
  auto udp = ip.next<Udp>();
  if (udp) udp->destination = udp->destination.value() + 1U == 54 ? std::uint16_t{5353} : std::uint16_t{0};
  packet.set_mark(packet.mark() + 1);
  return Ok;
};

constexpr auto rewritten = run(rewrite, ipv4({.ttl = 2}) / udp({.destination = 53}), {.mark = 6});
TEST_CASE("a program rewrites headers" * doctest::test_suite("Lwt::Xmit")) {
  static_assert(rewritten == Lwt::Xmit::Verdict::Ok);
  static_assert(rewritten.at<Ipv4>().ttl == 1 && rewritten.at<Ipv4>().destination == "10.0.0.4");
  static_assert(rewritten.at<Udp, 20>().destination == 5353);
  static_assert(rewritten.context.mark == 7 && rewritten.context.len == 28 && rewritten.context.memory.data == nullptr);
  static_assert(run(rewrite, ipv4({.ttl = 1})) == Lwt::Xmit::Verdict::Drop);
  static_assert(run(rewrite, ipv4({.ttl = 1})).at<Ipv4>().ttl == 0);
  static_assert(rewrite(ipv4({.ttl = 2})) == Lwt::Xmit::Verdict::Ok);
}

// A packet that the program does not touch stays as it was.
inline constexpr Program<Lwt::Xmit> look = [](Lwt::Xmit::Packet packet) {
  auto ip = packet.parse<Ipv4>();
  return ip && ip->ttl > 1 ? Lwt::Xmit::Verdict::Ok : Lwt::Xmit::Verdict::Drop;
};
constexpr auto looked_at = ipv4({.id = 7}) / payload("unchanged");
TEST_CASE("what is not touched stays" * doctest::test_suite("Lwt::Xmit")) {
  static_assert(run(look, looked_at).packet == packet_bytes(looked_at));
}

// Both sides of an assignment look at the same header.
inline constexpr Program<Lwt::Xmit> turn_around = [](Lwt::Xmit::Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Lwt::Xmit::Verdict::Drop;
  const Ipv4Address source = ip->source;
  ip->source = ip->destination;
  ip->destination = source;
  ip->ttl = ip->ttl - 1;
  return Lwt::Xmit::Verdict::Ok;
};
constexpr auto turned = run(turn_around, ipv4({.ttl = 9, .source = "10.0.0.2", .destination = "10.0.0.3"})).at<Ipv4>();
TEST_CASE("a packet is turned around" * doctest::test_suite("Lwt::Xmit")) {
  static_assert(turned.source == "10.0.0.3" && turned.destination == "10.0.0.2" && turned.ttl == 8);
}

// The fields beside the bytes.
inline constexpr Program<Lwt::In> only_long_ipv6 = [](Lwt::In::Packet packet) {
  const bool wanted = packet.protocol() == EtherType::Ipv6 && packet.length() > 100;
  return wanted ? Lwt::In::Verdict::Ok : Lwt::In::Verdict::Drop;
};
TEST_CASE("fields beside the bytes" * doctest::test_suite("Lwt::In")) {
  static_assert(only_long_ipv6(ipv6() / payload<61>()) == Lwt::In::Verdict::Ok);
  static_assert(only_long_ipv6(ipv6() / payload<60>()) == Lwt::In::Verdict::Drop);
  static_assert(only_long_ipv6(ipv4() / payload<100>()) == Lwt::In::Verdict::Drop);
  static_assert(run(only_long_ipv6, ipv6(), {.len = 1500}) == Lwt::In::Verdict::Ok);  // not all of it is linear
}

// Each hook gives its own fields and verdicts.
template <class Packet>
concept SetsMark = requires(const Packet& packet) { packet.set_mark(1); };
template <class Packet>
concept SetsLength = requires(const Packet& packet) { packet.set_length(1); };
template <class Packet>
concept ReadsClass = requires(const Packet& packet) { packet.tc_classid(); };
template <class Packet>
concept WritesTtl = requires(const Packet& packet) { packet.template parse<Ipv4>()->ttl = 1; };
TEST_CASE("each hook gives its own fields" * doctest::test_suite("Lwt::In, Lwt::Out, Lwt::Xmit")) {
  static_assert(SetsMark<Lwt::Out::Packet> && !SetsLength<Lwt::Out::Packet> && !ReadsClass<Lwt::Out::Packet>);
  static_assert(WritesTtl<Lwt::Xmit::Packet> && !WritesTtl<Lwt::Out::Packet> && !WritesTtl<Lwt::In::Packet>);
}

template <class Hook, class Body>
concept ProgramOf = std::is_constructible_v<Program<Hook>, Body>;
constexpr auto good = [](Lwt::Out::Packet) { return Lwt::Out::Verdict::Ok; };
constexpr auto other_verdict = [](Lwt::Out::Packet) { return Lwt::In::Verdict::Ok; };
constexpr auto plain_number = [](Lwt::Out::Packet) { return 0; };
constexpr auto other_packet = [](Lwt::Xmit::Packet) { return Lwt::Out::Verdict::Ok; };
constexpr auto capturing = [number = 1](Lwt::Out::Packet) {
  return number == 1 ? Lwt::Out::Verdict::Ok : Lwt::Out::Verdict::Drop;
};
TEST_CASE("a program is of its hook" * doctest::test_suite("Lwt::Out")) {
  static_assert(ProgramOf<Lwt::Out, decltype(good)> && !ProgramOf<Lwt::Out, decltype(other_verdict)>);
  static_assert(!ProgramOf<Lwt::Out, decltype(plain_number)> && !ProgramOf<Lwt::Out, decltype(other_packet)>);
  static_assert(!ProgramOf<Lwt::Out, decltype(capturing)>);
}

// An outcome shows only what may be in the packet: with the room of the hook, 64 bytes at either end.
template <class Outcome, std::size_t At>
concept ShowsUdp = requires(const Outcome& outcome) { outcome.template at<Udp, At>(); };
static_assert(ShowsUdp<decltype(rewritten), 20 + 128> && !ShowsUdp<decltype(rewritten), 21 + 128>);

}  // namespace
