// Tc programs in constant evaluation: the VLAN tag beside the bytes, checksums, redirects, and what the hook gives.
#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>

#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using Packet = Tc::Ingress::Packet;
using Verdict = Tc::Ingress::Verdict;

namespace {

TEST_SUITE_BEGIN("Tc::Ingress");

constexpr std::uint32_t vlan = detail::number::swap_to_network(std::uint16_t{0x8100});
constexpr auto frame = ethernet({.destination = "02:00:00:00:00:01"}) / ipv4({.ttl = 9}) / tcp({.destination = 8080});
constexpr auto size = packet_bytes(frame).size();

constexpr Program<Tc::Ingress> only_tag_5 = [](Packet packet) {
  const auto tag = packet.vlan_tag();
  return tag && tag->id() == 5 && tag->priority() == 3 && !tag->drop_eligible() ? Verdict::Ok : Verdict::Drop;
};
TEST_CASE("the tag beside the bytes") {
  static_assert(run(only_tag_5, frame) == Verdict::Drop);
  static_assert(run(only_tag_5, frame, {.vlan_present = 1, .vlan_tci = 0x6005, .vlan_proto = vlan}) == Verdict::Ok);
  static_assert(run(only_tag_5, frame, {.vlan_present = 1, .vlan_tci = 0x7005, .vlan_proto = vlan}) == Verdict::Drop);
  static_assert(run(only_tag_5, frame, {.vlan_present = 0, .vlan_tci = 0x6005, .vlan_proto = vlan}) == Verdict::Drop);
}

constexpr Program<Tc::Ingress> push = [](Packet packet) {
  return packet.push_vlan({EtherType::ProviderBridging, 7}) ? Verdict::Ok : Verdict::Drop;
};
constexpr auto tagged = run(push, frame);
TEST_CASE("a pushed tag is beside the bytes") {
  static_assert(tagged == Verdict::Ok && tagged.packet == packet_bytes(frame) && tagged.context.len == size);
  static_assert(tagged.context.vlan_present == 1 && tagged.context.vlan_tci == 7 && tagged.context.vlan_proto != vlan);
}
constexpr auto twice = run(push, frame, {.vlan_present = 1, .vlan_tci = 5, .vlan_proto = vlan});
TEST_CASE("a second one moves the first into them") {
  static_assert(twice.packet.size() == size + 4 && twice.context.len == size + 4 && twice.context.vlan_tci == 7);
  static_assert(twice.at<Ethernet>().ether_type == EtherType::Vlan && twice.context.protocol == vlan);
  static_assert(twice.at<Ethernet>().destination == "02:00:00:00:00:01" && twice.packet[15] == 5);
  static_assert(twice.at<Ipv4, 18>().ttl == 9);
}

constexpr Program<Tc::Ingress> pop = [](Packet packet) { return packet.pop_vlan() ? Verdict::Ok : Verdict::Drop; };
TEST_CASE("a popped tag is gone") {
  static_assert(run(pop, frame) == Verdict::Ok && run(pop, frame).packet == packet_bytes(frame));
  static_assert(run(pop, frame, {.vlan_present = 1, .vlan_tci = 5, .vlan_proto = vlan}).context.vlan_present == 0);
}
// The inner tag of two comes out of the bytes.
constexpr auto inner = ethernet({.ether_type = EtherType::Vlan}) / payload<2>() / payload("\x08\x00") / ipv4();
constexpr auto popped = run(pop, inner, {.vlan_present = 1, .vlan_tci = 5, .vlan_proto = vlan});
TEST_CASE("the inner of two tags comes out of the bytes") {
  static_assert(popped.packet.size() == packet_bytes(inner).size() - 4 && popped.context.vlan_present == 1);
  static_assert(popped.context.vlan_tci == 0 && popped.at<Ethernet>().ether_type == EtherType::Ipv4);
  static_assert(popped.context.protocol == detail::number::swap_to_network(std::uint16_t{0x0800}));
}

constexpr Program<Tc::Ingress> rewrite = [](Packet packet) {
  constexpr std::uint32_t ip_at = 14, tcp_at = 34;
  auto ip = packet.load<Ipv4>(ip_at);
  auto tcp = packet.load<Tcp>(tcp_at);
  if (!ip || !tcp) return Verdict::Drop;
  const Ipv4Address before = ip->destination, after("192.168.1.77");
  const BigEndian<std::uint16_t> old_port = tcp->destination, port = 9090;
  const bool done =
      packet.store(ip_at + offsetof(Ipv4, destination), after) &&
      packet.replace_l3_checksum(ip_at + offsetof(Ipv4, checksum), before, after) &&
      packet.store(tcp_at + offsetof(Tcp, destination), port) &&
      packet.replace_l4_checksum(tcp_at + offsetof(Tcp, checksum), old_port, port) &&
      packet.replace_l4_checksum(tcp_at + offsetof(Tcp, checksum), before, after, L4Checksum::PseudoHeader);
  return done && !packet.replace_l4_checksum(size - 1, old_port, port) ? Verdict::Ok : Verdict::Drop;
};
constexpr auto wanted = ethernet({.destination = "02:00:00:00:00:01"}) /
                        ipv4({.ttl = 9, .destination = "192.168.1.77"}) / tcp({.destination = 9090});
TEST_CASE("a rewritten packet has right checksums") {
  static_assert(run(rewrite, frame) == Verdict::Ok && run(rewrite, frame).packet == packet_bytes(wanted));
  static_assert(run(rewrite, frame, {.linear = 20}).packet == packet_bytes(wanted));
}

// UDP's 0 is no checksum and stays; what would become 0 becomes its other spelling.
template <std::uint16_t Before, std::uint16_t After>
constexpr Program<Tc::Ingress> replace = [](Packet packet) {
  using Number = BigEndian<std::uint16_t>;
  return packet.replace_l4_checksum(0, Number(Before), Number(After), L4Checksum::Udp) ? Verdict::Ok : Verdict::Drop;
};
TEST_CASE("UDP without a checksum stays so") {
  static_assert(run(replace<1, 2>, payload("\x00\x00")).packet == packet_bytes(payload("\x00\x00")));
  static_assert(run(replace<1, 2>, payload("\x00\x01")).packet == packet_bytes(payload("\xff\xff")));
  static_assert(run(replace<1, 2>, payload("\x00\x02")).packet == packet_bytes(payload("\x00\x01")));
}

constexpr Program<Tc::Egress> forward = [](Tc::Egress::Packet packet) {
  return packet.clone_redirect(4) ? packet.redirect(5, InterfaceSide::Ingress) : Verdict::Drop;
};
TEST_CASE("a redirect says where to" * doctest::test_suite("Tc::Egress")) {
  static_assert(run(forward, frame) == Verdict::Redirect && run(forward, frame).context.redirected_ifindex == 5);
}

constexpr Program<Tc::Ingress> fields = [](Packet packet) {
  packet.set_timestamp(packet.timestamp() + 1);
  packet.set_tc_classid(packet.tc_classid() + 1);
  packet.set_queue_mapping(packet.wire_length());
  return packet.protocol() == EtherType::Ipv4 ? Verdict::Ok : Verdict::Drop;
};
constexpr auto touched = run(fields, frame, {.tc_classid = 3, .wire_len = 4, .tstamp = 5});
TEST_CASE("fields beside the bytes") {
  static_assert(touched == Verdict::Ok && touched.context.tstamp == 6 && touched.context.tc_classid == 4);
  static_assert(touched.context.queue_mapping == 4);
}

// Metadata comes in front of the packet, and is none of it.
struct [[gnu::packed]] Note {
  std::uint32_t number;
};
constexpr Program<Tc::Ingress> read_note = [](Packet packet) {
  auto note = packet.metadata().parse<Note>();
  return note && note->number == 0x01020304 && packet.parse<Ethernet>() ? Verdict::Ok : Verdict::Drop;
};
TEST_CASE("metadata is in front of the packet") {
  static_assert(run(read_note, payload("\x04\x03\x02\x01") / payload<14>(), {.metadata = 4}) == Verdict::Ok);
  static_assert(run(read_note, payload("\x04\x03\x02\x01") / payload<13>(), {.metadata = 4}) == Verdict::Drop);
  static_assert(run(read_note, payload("\x04\x03\x02\x01") / payload<14>()) == Verdict::Drop);
}

constexpr Program<Tc::Egress> of_user = [](Tc::Egress::Packet packet) {
  const bool nothing_else = random_number() == 0 && current_cpu() == 0;
  return nothing_else && packet.socket_uid() == 1000 && packet.socket_cookie() == 5 ? Verdict::Ok : Verdict::Drop;
};
template <class Packet>
concept KnowsSocket = requires(const Packet& packet) {
  packet.socket_cookie();
  packet.socket_uid();
};
TEST_CASE("the socket of a packet" * doctest::test_suite("Tc::Egress")) {
  static_assert(run(of_user, frame, {.socket_cookie = 5, .socket_uid = 1000}) == Verdict::Ok);
  static_assert(run(of_user, frame, {.socket_cookie = 5}) == Verdict::Drop);
  static_assert(KnowsSocket<Packet> && KnowsSocket<SocketFilter::Packet> && !KnowsSocket<Lwt::Out::Packet>);
}

template <class Packet>
concept SetsLength = requires(const Packet& packet) { packet.set_length(1); };
template <class Packet>
concept WritesTtl = requires(const Packet& packet) { packet.template parse<Ipv4>()->ttl = 1; };
TEST_CASE("what the hook gives" * doctest::test_suite("Tc::Ingress, Tc::Egress")) {
  static_assert(!SetsLength<Packet> && WritesTtl<Packet>);
}

TEST_SUITE_END();

}  // namespace
