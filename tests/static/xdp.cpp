// Xdp programs in constant evaluation: verdicts, moved edges, metadata, and what the hook gives.
#include <doctest/doctest.h>

#include <cstdint>

#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using Verdict = Xdp::Verdict;

namespace {

TEST_SUITE_BEGIN("Xdp");

constexpr auto frame = ethernet() / ipv4() / udp({.destination = 53}) / payload("0123456789");
constexpr std::int32_t size = packet_bytes(frame).size();

constexpr Program<Xdp> drop_dns = [](Xdp::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return Verdict::Pass;
  auto ip = ethernet.next<Ipv4>();
  if (!ip) return Verdict::Pass;
  auto udp = ip.next<Udp>();
  return udp && udp->destination == 53 ? Verdict::Drop : Verdict::Pass;
};
TEST_CASE("a program decides by what the frame is") {
  static_assert(drop_dns(frame) == Verdict::Drop);
  static_assert(drop_dns(ethernet() / ipv4() / udp({.destination = 54})) == Verdict::Pass);
  static_assert(run(drop_dns, frame).packet == packet_bytes(frame));
}

// The edges: 216 bytes in front, 128 behind, and at least 14 left.
template <std::int32_t Delta>
constexpr Program<Xdp> move_head =
    [](Xdp::Packet packet) { return packet.adjust_head(Delta) ? Verdict::Pass : Verdict::Drop; };
template <std::int32_t Delta>
constexpr Program<Xdp> move_tail =
    [](Xdp::Packet packet) { return packet.adjust_tail(Delta) ? Verdict::Pass : Verdict::Drop; };
template <std::int32_t Delta>
constexpr Program<Xdp> move_metadata =
    [](Xdp::Packet packet) { return packet.adjust_metadata(Delta) ? Verdict::Pass : Verdict::Drop; };

TEST_CASE("the head moves 216 bytes and the tail 128, and 14 stay") {
  static_assert(run(move_head<-216>, frame) == Verdict::Pass && run(move_head<-217>, frame) == Verdict::Drop);
  static_assert(run(move_head<-216>, frame).packet.size() == size + 216);
  static_assert(run(move_head<size - 14>, frame) == Verdict::Pass && run(move_head<size - 13>, frame) == Verdict::Drop);
  static_assert(run(move_head<size - 14>, frame).packet[0] == packet_bytes(frame)[size - 14]);
  static_assert(run(move_head<size - 13>, frame).packet == packet_bytes(frame));
  static_assert(run(move_tail<128>, frame) == Verdict::Pass && run(move_tail<129>, frame) == Verdict::Drop);
  static_assert(run(move_tail<128>, frame).packet.size() == size + 128 && run(move_tail<128>, frame).packet[size] == 0);
  static_assert(run(move_tail<14 - size>, frame).packet.size() == 14);
  static_assert(run(move_tail<13 - size>, frame) == Verdict::Drop);
}

// Of a frame with fragments the end only moves forward, through the rest first.
TEST_CASE("of fragments only the end moves") {
  static_assert(run(move_tail<1>, frame, {.linear = 20}) == Verdict::Drop);
  static_assert(run(move_tail<10 - size>, frame, {.linear = 20}) == Verdict::Drop);
  static_assert(run(move_tail<16 - size>, frame, {.linear = 20}).packet.size() == 16);
  static_assert(run(move_tail<-1>, frame, {.linear = 20}).packet.size() == size - 1);
}

// Metadata: multiples of 4, up to 32 bytes.
TEST_CASE("metadata grows in steps of 4 up to 32 bytes") {
  static_assert(run(move_metadata<-32>, frame) == Verdict::Pass && run(move_metadata<-36>, frame) == Verdict::Drop);
  static_assert(run(move_metadata<-4>, frame) == Verdict::Pass && run(move_metadata<-3>, frame) == Verdict::Drop);
  static_assert(run(move_metadata<4>, frame) == Verdict::Drop);
  static_assert(run(move_metadata<-8>, frame).packet.metadata().size() == 8);
}

struct [[gnu::packed]] Note {
  std::uint32_t number;
};

// What is written before the frame stays there when the head moves, in both directions.
template <std::int32_t Delta>
constexpr Program<Xdp> annotate = [](Xdp::Packet packet) {
  if (packet.metadata().parse<Note>() || !packet.adjust_metadata(-4)) return Verdict::Aborted;
  auto room = packet.metadata().require<4>();
  if (!room) return Verdict::Aborted;
  room->write(Note{0x01020304});
  if (!packet.adjust_head(Delta)) return Verdict::Aborted;
  auto note = packet.metadata().parse<Note>();
  return note && note->number == 0x01020304 ? Verdict::Pass : Verdict::Drop;
};
TEST_CASE("metadata stays when the head moves") {
  static_assert(run(annotate<-14>, frame) == Verdict::Pass && run(annotate<14>, frame) == Verdict::Pass);
  static_assert(run(annotate<-2>, frame) == Verdict::Pass && run(annotate<2>, frame) == Verdict::Pass);
  static_assert(run(annotate<-14>, frame).packet.size() == size + 14);
  static_assert(run(annotate<14>, frame).packet.metadata()[0] == 4);
  static_assert(run(annotate<-212>, frame) == Verdict::Pass && run(annotate<-213>, frame) == Verdict::Aborted);
}

// A tag is put in: the header moves forward, and the new bytes are written.
constexpr Program<Xdp> tag = [](Xdp::Packet packet) {
  auto before = packet.parse<Ethernet>();
  if (!before) return Verdict::Pass;
  Ethernet header = *before;
  if (!packet.adjust_head(-4)) return Verdict::Aborted;
  auto start = packet.bytes().require<18>();
  if (!start) return Verdict::Aborted;
  header.ether_type = EtherType::Vlan;
  start->write(header);
  start->write<14>(BigEndian<std::uint16_t>(7));
  start->write<16>(BigEndian<EtherType>(EtherType::Ipv4));
  return Verdict::Tx;
};
TEST_CASE("a tag is put in") {
  static_assert(run(tag, frame).at<Ethernet>().ether_type == EtherType::Vlan);
  static_assert(run(tag, frame).at<Ipv4, 18>().protocol == IpProtocol::Udp);
  static_assert(run(tag, frame) == Verdict::Tx);
}

// load and store reach everything, linear or not.
constexpr Program<Xdp> set_port = [](Xdp::Packet packet) {
  constexpr std::uint32_t at = 14 + 20;
  auto udp = packet.load<Udp>(at);
  if (!udp || packet.length() != size) return Verdict::Drop;
  Udp changed = *udp;
  changed.destination = 5353;
  return packet.store(at, changed) && !packet.load<Udp>(size - 7) && !packet.store(size - 7, changed) ? Verdict::Pass
                                                                                                      : Verdict::Drop;
};
TEST_CASE("load and store reach what is not linear") {
  static_assert(run(set_port, frame, {.linear = 36}).at<Udp, 34>().destination == 5353);
  static_assert(run(set_port, frame) == Verdict::Pass);
}

constexpr Program<Xdp::Fragments> set_last_byte = [](Xdp::Fragments::Packet packet) {
  const std::uint32_t at = packet.length() - 1;
  if (packet.bytes().require<size>()) return Verdict::Aborted;
  return packet.store(at, std::uint8_t{7}) && !packet.store(at + 1, std::uint8_t{7}) ? Verdict::Pass : Verdict::Drop;
};
TEST_CASE("the last byte of a frame with fragments is stored, and no byte behind it" *
          doctest::test_suite("Xdp::Fragments")) {
  static_assert(run(set_last_byte, frame, {.linear = size - 1}) == Verdict::Pass);
  static_assert(run(set_last_byte, frame, {.linear = size - 1}).packet[size - 1] == 7);
  static_assert(run(set_last_byte, frame) == Verdict::Aborted);
}

constexpr Program<Xdp> forward = [](Xdp::Packet packet) {
  return packet.redirect(packet.ingress_ifindex() + packet.rx_queue_index());
};
TEST_CASE("a redirect says where to") {
  static_assert(run(forward, frame, {.ingress_ifindex = 3, .rx_queue_index = 4}) == Verdict::Redirect);
  static_assert(run(forward, frame, {.ingress_ifindex = 3, .rx_queue_index = 4}).context.redirected_ifindex == 7);
}

template <class Packet>
concept ReadsEgress = requires(const Packet& packet) { packet.egress_ifindex(); };
template <class Packet>
concept Pulls = requires(const Packet& packet) { packet.template pull<1>(); };
TEST_CASE("what the hook does not give" * doctest::test_suite("Xdp, Xdp::Fragments")) {
  static_assert(!ReadsEgress<Xdp::Packet> && !Pulls<Xdp::Packet> && !Pulls<Xdp::Fragments::Packet>);
}

TEST_SUITE_END();

}  // namespace
