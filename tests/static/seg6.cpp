// Lwt::Seg6Local in constant evaluation: the segment routing header, what may be stored in it, and where packets go.
#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include <ebpfxx/context/seg6.hpp>
#include <ebpfxx/language.hpp>
#include <ebpfxx/protocols.hpp>

using namespace ebpfxx;
using Packet = Lwt::Seg6Local::Packet;
using Verdict = Lwt::Seg6Local::Verdict;

namespace {

TEST_SUITE_BEGIN("Lwt::Seg6Local");

// --- the header ---

constexpr auto list = segments<2>({Ipv6Address("fd00::2"), Ipv6Address("fc00::b")});
constexpr auto packet =
    ipv6({.destination = "fd00::2"}) / segment_routing({.tag = 0xabcd}, list) / udp() / payload<5>();
constexpr auto bytes = packet_bytes(packet);
constexpr auto header = detail::packet::copy_header<SegmentRouting>(bytes.data() + 40);
TEST_CASE("the segment routing header") {
  static_assert(detail::packet::copy_header<Ipv6>(bytes.data()).next_header == IpProtocol::Routing);
  static_assert(header.next_header == IpProtocol::Udp && header.extension_length == 4 && header.last_entry == 1);
  static_assert(header.header_length().value() == 40 && header.tlv_offset().value() == 40 && header.has_next());
  static_assert(header.routing_type == 4 && bytes[40 + 6] == 0xab && bytes[48] == 0xfd && bytes[64] == 0xfc);
  static_assert(!SegmentRouting{.next_header = IpProtocol::Udp, .routing_type = 0}.has_next());
  static_assert(!SegmentRouting{}.has_next() &&
                SegmentRouting{.extension_length = 255}.header_length().value() == 2048);
  static_assert(SegmentRouting{.last_entry = 255}.tlv_offset().value() == 8 + 256 * 16);
}

constexpr Program<Lwt::Seg6Local> parse = [](Packet packet) {
  auto ip = packet.parse<Ipv6>();
  if (!ip) return Verdict::Drop;
  auto routing = ip.next<SegmentRouting>();
  if (!routing) return Verdict::Drop;
  auto udp = routing.next<Udp>();
  return udp && udp->length == 13 ? Verdict::Ok : Verdict::Drop;
};
TEST_CASE("headers are parsed behind it") { static_assert(parse(packet) == Verdict::Ok); }

// --- store: flags, tag, TLVs and the 8 bytes before them, to the byte ---

using Two = BigEndian<std::uint16_t>;
template <std::uint32_t Offset>
constexpr Program<Lwt::Seg6Local> store =
    [](Packet packet) { return packet.store(Offset, Two(std::uint16_t{0x0102})) ? Verdict::Ok : Verdict::Drop; };
constexpr auto with_tlvs = [] {
  HeaderOptions<40> all;
  for (std::size_t i = 0; i < 32; ++i) all.bytes[i] = list.bytes[i];
  return ipv6() / segment_routing({.last_entry = 1}, all) / udp();
}();
TEST_CASE("store takes flags, tag and TLVs, to the byte") {
  static_assert(run(store<44>, packet) == Verdict::Drop && run(store<44>, packet).packet == bytes);
  static_assert(run(store<45>, packet) == Verdict::Ok && run(store<45>, packet).at<SegmentRouting, 40>().flags == 1);
  static_assert(run(store<46>, packet).at<SegmentRouting, 40>().tag == 0x0102);
  static_assert(run(store<47>, packet) == Verdict::Drop && run(store<71>, packet) == Verdict::Drop);
  static_assert(run(store<72>, packet) == Verdict::Ok && run(store<79>, packet) == Verdict::Drop);
  static_assert(run(store<80>, packet) == Verdict::Drop && run(store<80>, with_tlvs) == Verdict::Ok);
  static_assert(run(store<86>, with_tlvs).at<Two, 86>() == 0x0102 && run(store<87>, with_tlvs) == Verdict::Drop);
  static_assert(run(store<46>, ipv6() / udp()) == Verdict::Drop);
}

// --- TLVs come and go ---

template <std::int32_t Bytes, std::uint32_t Offset>
constexpr Program<Lwt::Seg6Local> adjust =
    [](Packet packet) { return packet.adjust_tlvs<Bytes>(Offset) ? Verdict::Ok : Verdict::Drop; };
constexpr auto longer = run(adjust<16, 80>, packet);
TEST_CASE("TLVs grow") {
  static_assert(longer == Verdict::Ok && longer.packet.size() == bytes.size() + 16);
  static_assert(longer.context.len == bytes.size() + 16 && longer.at<Ipv6>().payload_length == 40 + 16 + 13);
  static_assert(longer.at<SegmentRouting, 40>().extension_length == 6 && longer.packet[79] == 0x0b);
  static_assert(longer.at<Udp, 80 + 16>().length == 13 && longer.at<Ipv6>().destination == "fd00::2");
}
constexpr auto shorter = run(adjust<-8, 80>, with_tlvs);
TEST_CASE("TLVs shrink, and only whole") {
  static_assert(shorter == Verdict::Ok && shorter.packet.size() == packet_bytes(with_tlvs).size() - 8);
  static_assert(shorter.at<SegmentRouting, 40>().extension_length == 4 && shorter.at<Udp, 80>().length == 8);
  static_assert(run(adjust<8, 79>, packet) == Verdict::Drop && run(adjust<8, 81>, packet) == Verdict::Drop);
  static_assert(run(adjust<8, 88>, with_tlvs) == Verdict::Ok && run(adjust<8, 89>, with_tlvs) == Verdict::Drop);
  static_assert(run(adjust<-8, 80>, packet) == Verdict::Drop && run(adjust<-8, 81>, with_tlvs) == Verdict::Drop);
  static_assert(run(adjust<-16, 80>, with_tlvs) == Verdict::Drop);
}

// --- where the packet goes ---

constexpr Program<Lwt::Seg6Local> forward = [](Packet packet) {
  return packet.forward_to("fd00::4") ? Verdict::Redirect : Verdict::Drop;
};
constexpr Program<Lwt::Seg6Local> look_up = [](Packet packet) {
  return packet.look_up_in(77) ? Verdict::Redirect : Verdict::Drop;
};
constexpr Program<Lwt::Seg6Local> decapsulate = [](Packet packet) {
  return packet.decapsulate_into(77) ? Verdict::Redirect : Verdict::Drop;
};
TEST_CASE("where the packet goes") {
  static_assert(run(forward, packet) == Verdict::Redirect && run(forward, packet).context.seg6.next_hop == "fd00::4");
  static_assert(run(look_up, packet).context.seg6.table == 77 && run(look_up, ipv6() / udp()) == Verdict::Drop);
}
constexpr auto outer = ipv6() / segment_routing({}, list) / ipv6({.hop_limit = 9}) / udp();
constexpr auto inner = run(decapsulate, outer);
TEST_CASE("without its outer header") {
  static_assert(inner == Verdict::Redirect && inner.packet.size() == 48 && inner.context.len == 48);
  static_assert(inner.at<Ipv6>().hop_limit == 9 && inner.context.seg6.table == 77);
  static_assert(run(decapsulate, packet) == Verdict::Drop && run(decapsulate, packet).packet == bytes);
}

TEST_SUITE_END();

}  // namespace
