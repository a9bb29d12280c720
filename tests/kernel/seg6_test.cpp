// Lwt::Seg6Local on real packets with segment routing headers: left sends them to a segment on the right, whose program
// runs before the right sends them back to the next segment on the left.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <ebpfxx.hpp>
#include <ebpfxx/context/seg6.hpp>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/protocols.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "support/expect_error.hpp"
#include "support/frames.hpp"
#include "support/sockets.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;
using Verdict = Lwt::Seg6Local::Verdict;

/// What the program saw, and what the kernel answered it.
struct Seen {
  Ipv6Address destination;
  std::uint32_t length, segments_left, last_entry, tlv_offset;
};
inline Map<std::uint32_t, Seen> seen;
inline constexpr Config<std::uint32_t> offset = 0, table = 254;
inline constexpr Config<bool> shrinks = false;

inline constexpr Program<Lwt::Seg6Local> look = [](Lwt::Seg6Local::Packet packet) {
  auto ip = packet.parse<Ipv6>();
  if (!ip) return Verdict::Drop;
  auto header = ip.next<SegmentRouting>();
  if (!header) return Verdict::Drop;
  seen.set(0, {ip->destination, packet.length(), header->segments_left, header->last_entry,
               static_cast<std::uint32_t>(header->tlv_offset().value())});
  auto udp = header.next<Udp>();
  return udp && udp->destination == 53 ? Verdict::Drop : Verdict::Ok;
};

/// 0x0104 at `offset`, or the packet goes.
inline constexpr Program<Lwt::Seg6Local> store = [](Lwt::Seg6Local::Packet packet) {
  return packet.store(offset, BigEndian<std::uint16_t>(std::uint16_t{0x0104})) ? Verdict::Ok : Verdict::Drop;
};

/// 8 bytes more with padding in them, or 8 bytes less.
struct Padding {
  std::uint8_t type = 4, length = 6;
  std::array<std::uint8_t, 6> zeros{};
};
inline constexpr Program<Lwt::Seg6Local> adjust = [](Lwt::Seg6Local::Packet packet) {
  if (shrinks) return packet.adjust_tlvs<-8>(offset) ? Verdict::Ok : Verdict::Drop;
  return packet.adjust_tlvs<8>(offset) && packet.store(offset, Padding()) ? Verdict::Ok : Verdict::Drop;
};

inline constexpr Program<Lwt::Seg6Local> forward = [](Lwt::Seg6Local::Packet packet) {
  return packet.forward_to("fd00::44") ? Verdict::Redirect : Verdict::Drop;
};
inline constexpr Program<Lwt::Seg6Local> look_up = [](Lwt::Seg6Local::Packet packet) {
  return packet.look_up_in(table) ? Verdict::Redirect : Verdict::Drop;
};
inline constexpr Program<Lwt::Seg6Local> decapsulate = [](Lwt::Seg6Local::Packet packet) {
  return packet.decapsulate_into(table) ? Verdict::Redirect : Verdict::Drop;
};
inline constexpr Program<Lwt::Seg6Local> fields = [](Lwt::Seg6Local::Packet packet) {
  packet.set_mark(packet.length());
  packet.set_priority(packet.mark() + packet.hash() + packet.ifindex());
  packet.set_control<4>(packet.control<0>() + 1);
  return packet.mark() >= 40 && packet.protocol() == EtherType::Ipv6 ? Verdict::Ok : Verdict::Drop;
};

namespace {

constexpr std::uint32_t header_at = sizeof(Ipv6), tag_at = header_at + 6, tlvs_at = header_at + 8 + 32;
constexpr Ipv6Address final_segment("fd00::2"), segment("fc00::b");

/// The right forwards, and knows how to reach fd00::44, who is not there.
struct SegmentNetwork : Network {
  FrameSocket left_frames{left, "veth0", EtherType::Ipv6};

  SegmentNetwork() {
    right.shell("sysctl -qw net.ipv6.conf.all.forwarding=1; ip -6 neigh add fd00::2 lladdr " + mac(left, "veth0") +
                " dev veth1; ip -6 neigh add fd00::44 lladdr 02:00:00:00:00:44 dev veth1; "
                "ip -6 route add fd00::2/128 via fd00::44 dev veth1 table 77");
    mac_of_right = MacAddress::from_text(mac(right, "veth1")).value();
  }

  Link attach(const ProgramHandle<Lwt::Seg6Local>& program) const {
    return right.run([&] { return program.attach(Route("fc00::b/128").device("veth1")); });
  }

  /// What comes back to the left of a packet that it sends to the segment, whatever else goes on there.
  template <class Source>
  std::optional<Frame> answer(const Source& packet) const {
    left_frames.receive(0);
    left_frames.send(ethernet({.destination = mac_of_right, .source = "02:00:00:00:00:01"}) / packet);
    for (int i = 0; i < 4; ++i)
      for (Frame& frame : left_frames.receive(1))
        if (frame.at<Ipv6>(14).source == Ipv6Address("fd00::9")) return std::move(frame);
    return std::nullopt;
  }

  MacAddress mac_of_right{};

 private:
  static std::string mac(const NetworkNamespace& place, const std::string& device) {
    const std::string text = place.shell("ip link show " + device);
    constexpr std::string_view before = "link/ether ";
    return text.substr(text.find(before) + before.size(), 17);
  }
};

/// From fd00::9 by way of the segment to fd00::2, with what follows the list.
template <std::size_t Tlvs, class Payload>
constexpr auto packet_with(const std::array<std::uint8_t, Tlvs>& tlvs, const Payload& payload) {
  HeaderOptions<32 + Tlvs> list;
  std::ranges::copy(segments<2>({final_segment, segment}).bytes, list.bytes.begin());
  std::ranges::copy(tlvs, list.bytes.begin() + 32);
  return ipv6({.source = "fd00::9", .destination = segment}) /
         segment_routing({.segments_left = 1, .last_entry = 1, .tag = 0xabcd}, list) / payload;
}
constexpr std::array<std::uint8_t, 0> no_tlvs{};
constexpr std::array<std::uint8_t, 8> padding{4, 6, 0, 0, 0, 0, 0, 0};
constexpr auto datagram = udp({.source = 7, .destination = 5000}) / payload("hello");

/// A packet as the program sees it: its destination is the next segment already.
template <class Source>
std::vector<std::uint8_t> at_segment(const Source& packet) {
  const auto sent = packet_bytes(packet);
  std::vector<std::uint8_t> bytes(sent.begin(), sent.end());
  std::ranges::copy(std::bit_cast<std::array<std::uint8_t, 16>>(final_segment),
                    bytes.begin() + offsetof(Ipv6, destination));
  bytes[header_at + offsetof(SegmentRouting, segments_left)] = 0;
  return bytes;
}

/// Whether a program on the segment makes of a packet what it makes of it natively: of what it drops nothing comes
/// back.
template <class Source>
bool same_natively(const SegmentNetwork& network, Native& native, const Program<Lwt::Seg6Local>& program,
                   const Source& packet) {
  const auto answer = network.answer(packet);
  auto outcome = native(program)(at_segment(packet));
  if (outcome != Verdict::Ok) return !answer;
  outcome.packet[offsetof(Ipv6, hop_limit)] -= 1;  // the right has forwarded it
  return answer && std::ranges::equal(std::span(answer->bytes).subspan(sizeof(Ethernet)), outcome.packet);
}

}  // namespace

TEST_SUITE_BEGIN("Lwt::Seg6Local");

TEST_CASE("Lwt::Seg6Local: the program sees the packet on its way to the next segment, and decides") {
  const SegmentNetwork network;
  auto object = Object::open(look, fields);
  object.load();
  CHECK_FALSE(network.answer(packet_with(no_tlvs, datagram)));
  Link link = network.attach(object[look]);
  const auto passed = network.answer(packet_with(no_tlvs, datagram));
  REQUIRE(passed);
  CHECK(passed->at<Ipv6>(14).destination == final_segment);
  CHECK(passed->at<Ipv6>(14).hop_limit == 63);
  CHECK(passed->at<SegmentRouting>(54).segments_left == 0);
  CHECK(passed->at<SegmentRouting>(54).tag.value() == 0xabcd);
  const auto found = object[seen].find(0);
  REQUIRE(found);
  CHECK(found->destination == final_segment);
  CHECK(found->length == 40 + 8 + 32 + 8 + 5);
  CHECK(found->segments_left == 0);
  CHECK(found->last_entry == 1);
  CHECK(found->tlv_offset == 40);
  CHECK_FALSE(network.answer(packet_with(no_tlvs, udp({.destination = 53}) / payload("hello"))));
  link.detach();
  link = network.attach(object[fields]);
  CHECK(network.answer(packet_with(no_tlvs, datagram)));
  CHECK(network.right.shell("ip -6 route show fc00::b").find("action End.BPF endpoint ebpfxx:") != std::string::npos);
  link.detach();
  CHECK(network.right.shell("ip -6 route show fc00::b").empty());
}

TEST_CASE("Lwt::Seg6Local: store takes flags, tag and TLVs, to the byte") {
  const SegmentNetwork network;
  struct Row {
    std::uint32_t at;
    bool stored;
  };
  // Flags are at 45, the tag at 46 and 47, then two segments, and from 80 on 8 bytes of TLVs. Two bytes are stored;
  // in the TLVs the only place for a type and a length of 4 that end where the header does leaves 2 bytes in front,
  // which make a TLV of no bytes. The kernel takes the last 8 bytes of the list for TLVs too.
  for (const Row& row : {Row{header_at + 4, false},
                         {header_at + 5, true},
                         {tag_at, true},
                         {header_at + 7, false},
                         {tlvs_at - 9, false},
                         {tlvs_at - 8, true},
                         {tlvs_at + 2, true},
                         {tlvs_at + 6, true},
                         {tlvs_at + 7, false}}) {
    CAPTURE(row.at);
    auto object = Object::open(store);
    object[offset] = row.at;
    object.load();
    Link link = network.attach(object[store]);
    constexpr std::array<std::uint8_t, 8> four_tlvs{5, 0, 5, 4, 5, 0, 5, 0};
    constexpr std::array<std::uint8_t, 8> one_tlv{5, 6, 0, 0, 0, 0, 0, 0};
    const bool inside = row.at == tlvs_at + 6;
    const auto answer = network.answer(packet_with(inside ? one_tlv : four_tlvs, datagram));
    CHECK(answer.has_value() == row.stored);
    if (!answer) continue;
    CHECK(answer->at<BigEndian<std::uint16_t>>(14 + row.at).value() == 0x0104);
  }
}

TEST_CASE("Lwt::Seg6Local: TLVs grow and shrink, and the lengths with them") {
  const SegmentNetwork network;
  struct Row {
    std::uint32_t at;
    bool shrinks, done;
  };
  for (const Row& row : {Row{tlvs_at - 1, false, false},
                         {tlvs_at, false, true},
                         {tlvs_at + 8, false, true},
                         {tlvs_at + 9, false, false},
                         {tlvs_at - 1, true, false},
                         {tlvs_at, true, true},
                         {tlvs_at + 1, true, false}}) {
    CAPTURE(row.at);
    CAPTURE(row.shrinks);
    auto object = Object::open(adjust);
    object[offset] = row.at;
    object[shrinks] = row.shrinks;
    object.load();
    Link link = network.attach(object[adjust]);
    const auto answer = network.answer(packet_with(padding, datagram));
    CHECK(answer.has_value() == row.done);
    if (!answer) continue;
    const unsigned tlvs = row.shrinks ? 0 : 16;
    CHECK(answer->at<SegmentRouting>(54).extension_length == 4 + tlvs / 8);
    CHECK(answer->at<Ipv6>(14).payload_length.value() == 8 + 32 + tlvs + 13);
    CHECK(answer->at<Udp>(54 + 40 + tlvs).destination.value() == 5000);
    if (!row.shrinks) CHECK(answer->at<Padding>(14 + row.at).length == 6);
  }
}

TEST_CASE("Lwt::Seg6Local: packets are stored into, and grow and shrink, as natively") {
  const SegmentNetwork network;
  constexpr std::array<std::uint8_t, 8> tlvs{5, 0, 5, 4, 5, 0, 5, 0};
  for (const std::uint32_t at : {header_at + 5, tlvs_at - 8, tlvs_at, tlvs_at + 2, tlvs_at + 8}) {
    CAPTURE(at);
    auto object = Object::open(store, adjust);
    Native native;
    object[offset] = at;
    native[offset] = at;
    object[shrinks] = at == tlvs_at;
    native[shrinks] = at == tlvs_at;
    object.load();
    Link link = network.attach(object[store]);
    CHECK(same_natively(network, native, store, packet_with(tlvs, datagram)));
    CHECK(same_natively(network, native, store, packet_with(padding, datagram)));
    link.detach();
    link = network.attach(object[adjust]);
    CHECK(same_natively(network, native, adjust, packet_with(padding, datagram)));
    CHECK(same_natively(network, native, adjust, packet_with(no_tlvs, datagram)));
  }
}

TEST_CASE("Lwt::Seg6Local: the packet goes to a neighbour, by another table, or without its outer header") {
  const SegmentNetwork network;
  constexpr MacAddress neighbours("02:00:00:00:00:44");
  const auto destination_of = [&](const std::optional<Frame>& frame) { return frame->at<Ethernet>(0).destination; };
  auto object = Object::open(forward, look_up, decapsulate);
  object[table] = 77;
  object.load();
  // The left is not fd00::44, but sees the frame on the wire.
  network.left.shell("ip link set veth0 promisc on");
  Link link = network.attach(object[forward]);
  const auto forwarded = network.answer(packet_with(no_tlvs, datagram));
  REQUIRE(forwarded);
  CHECK(destination_of(forwarded) == neighbours);
  CHECK(forwarded->at<Ipv6>(14).destination == final_segment);
  link.detach();

  link = network.attach(object[look_up]);
  const auto looked_up = network.answer(packet_with(no_tlvs, datagram));
  REQUIRE(looked_up);
  CHECK(destination_of(looked_up) == neighbours);
  link.detach();

  link = network.attach(object[decapsulate]);
  const auto inner = ipv6({.hop_limit = 9, .source = "fd00::9", .destination = "fd00::2"}) / datagram;
  const auto decapsulated = network.answer(packet_with(padding, inner));
  REQUIRE(decapsulated);
  CHECK(destination_of(decapsulated) == neighbours);
  CHECK(decapsulated->at<Ipv6>(14).hop_limit == 8);
  CHECK(decapsulated->at<Udp>(54).destination.value() == 5000);
  CHECK(decapsulated->bytes.size() == 14 + 40 + 8 + 5);
  CHECK_FALSE(network.answer(packet_with(padding, datagram)));
}

TEST_CASE("Lwt::Seg6Local: attaching to a route says what is wrong, and restores a route that was there") {
  const SegmentNetwork network;
  auto object = Object::open(look, forward);
  object.load();
  const auto attach = [&](const Route& route) { return network.right.run([&] { return object[look].attach(route); }); };
  expect_error(EAFNOSUPPORT,
               "cannot attach look to route 10.9.0.0/24 dev veth1: segment routing is for IPv6; give an IPv6 route",
               [&] { return attach(Route("10.9.0.0/24").device("veth1")); });
  network.right.shell("ip -6 route add fc00::e encap seg6local action End dev veth1");
  expect_error(EEXIST, "cannot attach look to route fc00::e: it carries another encapsulation (seg6local)",
               [&] { return attach(Route("fc00::e").join()); });
  const auto busy = [&](const Route& route) {
    return network.right.run([&] { return object[forward].attach(route); });
  };
  network.right.shell("ip -6 route add fc00::b/128 dev veth1 metric 5");
  const auto routes = [&] { return network.right.shell("ip -6 route show fc00::b"); };
  const std::string before = routes();
  Link link = attach(Route("fc00::b").join());
  CHECK(routes().find("End.BPF") != std::string::npos);
  CHECK(routes().find("metric 5") != std::string::npos);
  CHECK(network.answer(packet_with(no_tlvs, datagram)));
  CHECK_THROWS_AS(busy(Route("fc00::b").join()), Error);
  link.detach();
  CHECK(routes() == before);
}

TEST_SUITE_END();
