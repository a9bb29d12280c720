// Which header says that which other one follows it: each relation with a yes and a no, to the byte, by views and by
// copies, in constant evaluation and natively.
#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <ebpfxx/language.hpp>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/protocols.hpp>

#include "../static/bytes.hpp"

using namespace ebpfxx;
using ebpfxx_test::first;
using Packet = Lwt::Xmit::Packet;
using Verdict = Lwt::Xmit::Verdict;

namespace {

constexpr Verdict found_by(bool view, bool copy) {
  if (view != copy) return Verdict::Reroute;
  return view ? Verdict::Drop : Verdict::Ok;
}

template <class Header>
constexpr Program<Lwt::Xmit> parsed =
    [](Packet packet) { return found_by(bool(packet.parse<Header>()), bool(packet.load<Header>(0))); };
template <class Previous, class Next>
constexpr Program<Lwt::Xmit> followed = [](Packet packet) {
  auto view = packet.parse<Previous>();
  auto copy = packet.load<Previous>(0);
  if (!view || !copy) return Verdict::Reroute;
  return found_by(bool(view.template next<Next>()), bool(copy.template next<Next>()));
};
template <class Previous, class Next>
constexpr Program<Lwt::Xmit> carried = [](Packet packet) {
  auto view = packet.parse<Previous>();
  auto copy = packet.load<Previous>(0);
  if (!view || !copy) return Verdict::Reroute;
  return found_by(bool(view.template payload<Next>()), bool(copy.template payload<Next>()));
};
/// Behind VLAN tags: by the type of the last, or, as `Payload`, whatever that is.
template <class Next, bool Payload = false>
constexpr Program<Lwt::Xmit> behind_tags = [](Packet packet) {
  auto view = packet.parse<Ethernet>();
  auto copy = packet.load<Ethernet>(0);
  if (!view || !copy) return Verdict::Reroute;
  auto in_view = skip_vlan_tags(view);
  auto in_copy = skip_vlan_tags(copy);
  if (in_view.could_not_tell() || in_copy.could_not_tell()) return Verdict::Reroute;
  if constexpr (Payload)
    return found_by(bool(in_view.template payload<Next>()), bool(in_copy.template payload<Next>()));
  else
    return found_by(bool(in_view.template as<Next>()), bool(in_copy.template as<Next>()));
};

/// The packet without its last byte.
template <class Source>
constexpr auto one_short(const Source& source) {
  constexpr std::size_t size = std::tuple_size_v<decltype(packet_bytes(source))>;
  return first<size - 1>(packet_bytes(source));
}

#define EBPFXX_IS(wanted, program, ...)              \
  static_assert((program)(__VA_ARGS__) == (wanted)); \
  CHECK(Native()(program)(__VA_ARGS__) == (wanted))

// A packet that ends with the header that is looked for.
#define EBPFXX_YES(program, ...)                    \
  EBPFXX_IS(Verdict::Drop, (program), __VA_ARGS__); \
  EBPFXX_IS(Verdict::Ok, (program), one_short(__VA_ARGS__))
#define EBPFXX_NO(program, ...) EBPFXX_IS(Verdict::Ok, (program), __VA_ARGS__)

constexpr auto type(std::uint16_t number) { return ethernet({.ether_type = EtherType{number}}); }

}  // namespace

TEST_SUITE_BEGIN("Lwt::Xmit");

TEST_CASE("what can be a header at the start of a packet") {
  EBPFXX_YES(parsed<Ipv4>, ipv4());
  EBPFXX_NO(parsed<Ipv4>, exactly(Ipv4{.version_and_ihl = 0x44}));
  EBPFXX_YES(parsed<Ipv4>, exactly(Ipv4{.version_and_ihl = 0x45}));
  EBPFXX_YES(parsed<Ipv4>, exactly(Ipv4{.version_and_ihl = 0x4f}));
  EBPFXX_NO(parsed<Ipv4>, exactly(Ipv4{.version_and_ihl = 0x50}));
  EBPFXX_NO(parsed<Ipv4>, exactly(Ipv4{.version_and_ihl = 0x00}));
  EBPFXX_NO(parsed<Ipv4>, exactly(Ipv4{.version_and_ihl = 0xff}));
  EBPFXX_NO(parsed<Ipv4>, ipv6());
  EBPFXX_YES(parsed<Ipv6>, ipv6());
  EBPFXX_NO(parsed<Ipv6>, exactly(Ipv6{.version_class_and_flow = 0x5fffffff}));
  EBPFXX_YES(parsed<Ipv6>, exactly(Ipv6{.version_class_and_flow = 0x6fffffff}));
  EBPFXX_NO(parsed<Ipv6>, exactly(Ipv6{.version_class_and_flow = 0x70000000}));
  EBPFXX_YES(parsed<Gre>, gre());
  EBPFXX_NO(parsed<Gre>, gre({.flags_and_version = std::uint16_t{1}}));
  EBPFXX_YES(parsed<Geneve>, geneve());
  EBPFXX_NO(parsed<Geneve>, geneve({.version_and_options_length = 0x40}));
  EBPFXX_YES(parsed<SegmentRouting>, layer(SegmentRouting{}));
  EBPFXX_NO(parsed<SegmentRouting>, layer(SegmentRouting{.routing_type = 3}));
  EBPFXX_YES(parsed<NeighborSolicitation>, neighbor_solicitation());
  EBPFXX_NO(parsed<NeighborSolicitation>, neighbor_advertisement());
  EBPFXX_YES(parsed<Tcp>, exactly(Tcp{.data_offset_and_reserved = 0}));
  EBPFXX_YES(parsed<Udp>, exactly(Udp{}));
}

TEST_CASE("behind Ethernet and VLAN tags, by the type") {
  EBPFXX_YES((followed<Ethernet, Ipv4>), ethernet() / ipv4());
  EBPFXX_NO((followed<Ethernet, Ipv4>), type(0x0801) / ipv4());
  EBPFXX_NO((followed<Ethernet, Ipv4>), type(0x0806) / ipv4());
  EBPFXX_NO((followed<Ethernet, Ipv4>), type(20) / ipv4());
  EBPFXX_NO((followed<Ethernet, Ipv4>), type(0x0800) / ipv6());
  EBPFXX_YES((followed<Ethernet, Ipv6>), ethernet() / ipv6());
  EBPFXX_NO((followed<Ethernet, Ipv6>), type(0x0800) / ipv6());
  EBPFXX_NO((followed<Ethernet, Ipv6>), type(0x86dd) / ipv4() / payload<40>());
  EBPFXX_YES((followed<Ethernet, Arp>), ethernet() / arp());
  EBPFXX_NO((followed<Ethernet, Arp>), type(0x0800) / arp());
  EBPFXX_YES((followed<Ethernet, Vlan>), ethernet() / vlan());
  EBPFXX_YES((followed<Ethernet, Vlan>), type(0x88a8) / vlan());
  EBPFXX_NO((followed<Ethernet, Vlan>), type(0x9100) / vlan());
  EBPFXX_YES((followed<Ethernet, Mpls>), ethernet() / mpls());
  EBPFXX_YES((followed<Ethernet, Mpls>), type(0x8848) / mpls());
  EBPFXX_NO((followed<Ethernet, Mpls>), type(0x8849) / mpls());
  EBPFXX_YES((followed<Vlan, Ipv4>), vlan() / ipv4());
  EBPFXX_NO((followed<Vlan, Ipv4>), vlan({.ether_type = EtherType::Ipv6}) / ipv4());
  EBPFXX_YES((followed<Vlan, Vlan>), vlan() / vlan());
  EBPFXX_NO((followed<Vlan, Vlan>), vlan({.ether_type = EtherType{4}}) / vlan());
}

TEST_CASE("inside tunnels") {
  EBPFXX_YES((followed<Gre, Ipv4>), gre() / ipv4());
  EBPFXX_YES((followed<Gre, Ipv6>), gre({}, GreKey{}) / ipv6());
  EBPFXX_YES((followed<Gre, Ethernet>), gre() / ethernet());
  EBPFXX_NO((followed<Gre, Ethernet>), gre({.protocol = EtherType::Ipv4}) / ethernet());
  EBPFXX_NO((followed<Gre, Ipv4>), gre({.flags_and_version = std::uint16_t{0x4000}}) / ipv4());
  EBPFXX_NO((followed<Gre, Ipv4>), gre({.protocol = EtherType::TransparentEthernet}) / ipv4());
  EBPFXX_YES((followed<Geneve, Ethernet>), geneve() / ethernet());
  EBPFXX_YES((followed<Geneve, Ipv4>), geneve({}, options({1, 2, 0, 0})) / ipv4());
  EBPFXX_NO((followed<Geneve, Ethernet>), geneve({.protocol = EtherType::Ipv4}) / ethernet());
  EBPFXX_YES((followed<Vxlan, Ethernet>), vxlan() / ethernet());
  EBPFXX_NO((followed<Vxlan, Ethernet>), vxlan({.flags = 0xf7}) / ethernet());
  EBPFXX_YES((followed<Mpls, Mpls>), mpls() / mpls());
  EBPFXX_NO((followed<Mpls, Mpls>), mpls(Mpls::of(1, 64, 0, true)) / mpls());
}

TEST_CASE("behind IPv4, by the protocol") {
  EBPFXX_YES((followed<Ipv4, Tcp>), ipv4() / tcp());
  EBPFXX_YES((followed<Ipv4, Tcp>), ipv4({}, options({1, 1, 1, 1})) / tcp());
  EBPFXX_NO((followed<Ipv4, Tcp>), ipv4({.protocol = IpProtocol::Udp}) / tcp());
  EBPFXX_NO((followed<Ipv4, Tcp>), ipv4({.flags_and_fragment_offset = 1}) / tcp());
  EBPFXX_YES((followed<Ipv4, Udp>), ipv4() / udp());
  EBPFXX_NO((followed<Ipv4, Udp>), ipv4({.protocol = IpProtocol::Tcp}) / udp());
  EBPFXX_YES((followed<Ipv4, Icmp>), ipv4() / icmp());
  EBPFXX_NO((followed<Ipv4, Icmp>), ipv4({.protocol = IpProtocol::Icmpv6}) / icmp());
  EBPFXX_YES((followed<Ipv4, Gre>), ipv4() / gre());
  EBPFXX_NO((followed<Ipv4, Gre>), ipv4() / gre({.flags_and_version = std::uint16_t{1}}));
  EBPFXX_NO((followed<Ipv4, Gre>), ipv4({.protocol = IpProtocol::Esp}) / gre());
  EBPFXX_YES((followed<Ipv4, Ipv4>), ipv4() / ipv4());
  EBPFXX_NO((followed<Ipv4, Ipv4>), ipv4({.protocol = IpProtocol::Ipv4}) / ipv6());
  EBPFXX_YES((followed<Ipv4, Ipv6>), ipv4() / ipv6());
  EBPFXX_NO((followed<Ipv4, Ipv6>), ipv4({.protocol = IpProtocol::Ipv4}) / ipv6());
}

TEST_CASE("behind IPv6 and its extension headers, by the next header") {
  EBPFXX_YES((followed<Ipv6, Tcp>), ipv6() / tcp());
  EBPFXX_NO((followed<Ipv6, Tcp>), ipv6({.next_header = IpProtocol::Udp}) / tcp());
  EBPFXX_YES((followed<Ipv6, Udp>), ipv6() / udp());
  EBPFXX_NO((followed<Ipv6, Udp>), ipv6() / ipv6_hop_by_hop() / udp());
  EBPFXX_YES((followed<Ipv6, Icmpv6>), ipv6() / icmpv6());
  EBPFXX_NO((followed<Ipv6, Icmpv6>), ipv6({.next_header = IpProtocol::Icmp}) / icmpv6());
  EBPFXX_YES((followed<Ipv6, NeighborSolicitation>), ipv6() / neighbor_solicitation());
  EBPFXX_NO((followed<Ipv6, NeighborSolicitation>), ipv6() / neighbor_advertisement());
  EBPFXX_YES((followed<Ipv6, NeighborAdvertisement>), ipv6() / neighbor_advertisement());
  EBPFXX_NO((followed<Ipv6, NeighborAdvertisement>), ipv6() / neighbor_solicitation());
  EBPFXX_YES((followed<Ipv6, RouterSolicitation>), ipv6() / router_solicitation());
  EBPFXX_NO((followed<Ipv6, RouterSolicitation>), ipv6() / icmpv6());
  EBPFXX_YES((followed<Ipv6, RouterAdvertisement>), ipv6() / router_advertisement());
  EBPFXX_NO((followed<Ipv6, RouterAdvertisement>), ipv6() / icmpv6() / payload<8>());
  EBPFXX_YES((followed<Ipv6, Ipv6Fragment>), ipv6() / ipv6_fragment());
  EBPFXX_NO((followed<Ipv6, Ipv6Fragment>), ipv6({.next_header = IpProtocol::Routing}) / ipv6_fragment());
  EBPFXX_YES((followed<Ipv6, Ipv6Routing>), ipv6() / layer(Ipv6Routing{}));
  EBPFXX_YES((followed<Ipv6, Ipv6Routing>), ipv6({.next_header = IpProtocol::Routing}) / payload<4>());
  EBPFXX_YES((followed<Ipv6, SegmentRouting>), ipv6() / layer(SegmentRouting{}));
  EBPFXX_NO((followed<Ipv6, SegmentRouting>), ipv6() / layer(SegmentRouting{.routing_type = 2}));
  EBPFXX_NO((followed<Ipv6, SegmentRouting>), ipv6({.next_header = IpProtocol::Ah}) / layer(SegmentRouting{}));
  EBPFXX_YES((followed<Ipv6, Ah>), ipv6() / layer(Ah{}));
  EBPFXX_NO((followed<Ipv6, Ah>), ipv6({.next_header = IpProtocol::Esp}) / layer(Ah{}));
  EBPFXX_YES((followed<Ipv6, Ipv6HopByHop>), ipv6() / layer(Ipv6HopByHop{}));
  EBPFXX_NO((followed<Ipv6, Ipv6HopByHop>), ipv6() / layer(Ipv6DestinationOptions{}));
  EBPFXX_YES((followed<Ipv6, Ipv6DestinationOptions>), ipv6() / layer(Ipv6DestinationOptions{}));
  EBPFXX_NO((followed<Ipv6, Ipv6DestinationOptions>), ipv6() / layer(Ipv6HopByHop{}));

  EBPFXX_YES((followed<Ipv6HopByHop, Udp>), ipv6_hop_by_hop() / udp());
  EBPFXX_NO((followed<Ipv6HopByHop, Udp>), ipv6_hop_by_hop({.next_header = IpProtocol::Tcp}) / udp());
  EBPFXX_YES((followed<Ipv6DestinationOptions, Udp>), ipv6_destination_options() / udp());
  EBPFXX_NO((followed<Ipv6DestinationOptions, Udp>),
            ipv6_destination_options({.next_header = IpProtocol::Tcp}) / udp());
  EBPFXX_YES((followed<Ipv6Routing, Udp>), ipv6_routing({}, HeaderOptions<4>{}) / udp());
  EBPFXX_NO((followed<Ipv6Routing, Udp>), ipv6_routing({.next_header = IpProtocol::Tcp}, HeaderOptions<4>{}) / udp());
  EBPFXX_YES((followed<SegmentRouting, Udp>), segment_routing({}, segments<1>({Ipv6Address("fd00::2")})) / udp());
  EBPFXX_NO((followed<SegmentRouting, Udp>),
            segment_routing({.next_header = IpProtocol::Tcp}, segments<1>({Ipv6Address("fd00::2")})) / udp());
  EBPFXX_YES((followed<Ipv6Fragment, Udp>), ipv6_fragment() / udp());
  EBPFXX_NO((followed<Ipv6Fragment, Udp>), ipv6_fragment({.offset_and_flags = 8}) / udp());
  EBPFXX_NO((followed<Ipv6Fragment, Udp>), ipv6_fragment({.next_header = IpProtocol::Tcp}) / udp());
  EBPFXX_YES((followed<Ah, Udp>), ah() / udp());
  EBPFXX_NO((followed<Ah, Udp>), ah({.next_header = IpProtocol::Tcp}) / udp());
}

TEST_CASE("behind messages") {
  EBPFXX_YES((followed<Icmp, Ipv4>), icmp({.type = IcmpType::TimeExceeded}) / ipv4());
  EBPFXX_NO((followed<Icmp, Ipv4>), icmp({.type = IcmpType::EchoRequest}) / ipv4());
  EBPFXX_YES((followed<Icmpv6, Ipv6>), icmpv6({.type = Icmpv6Type::PacketTooBig}) / ipv6());
  EBPFXX_NO((followed<Icmpv6, Ipv6>), icmpv6({.type = Icmpv6Type::EchoRequest}) / ipv6());
  EBPFXX_YES((followed<DnsLength, Dns>), dns_length() / dns());
  EBPFXX_NO((followed<DnsLength, Dns>), dns_length({.length = 11}) / dns());
}

TEST_CASE("payload does not look at the type, and at all else") {
  EBPFXX_YES((carried<Ethernet, Ipv4>), type(0x0806) / ipv4());
  EBPFXX_NO((carried<Ethernet, Ipv4>), type(0x0806) / ipv6());
  EBPFXX_NO((carried<Ethernet, Ipv4>), type(20) / ipv4());
  EBPFXX_YES((carried<Ipv4, Udp>), ipv4({.protocol = IpProtocol::Tcp}) / udp());
  EBPFXX_NO((carried<Ipv4, Udp>), ipv4({.flags_and_fragment_offset = 1}) / udp());
  EBPFXX_YES((carried<Udp, Dns>), udp() / dns());
  EBPFXX_NO((carried<Udp, Dns>), udp({.length = 7}) / dns());
  EBPFXX_YES((carried<Tcp, DnsLength>), tcp() / dns_length());
  EBPFXX_NO((carried<Tcp, DnsLength>), tcp({.data_offset_and_reserved = 0x40}) / dns_length());
  EBPFXX_YES((carried<Mpls, Ipv4>), mpls() / ipv4());
  EBPFXX_NO((carried<Mpls, Ipv4>), mpls() / ipv6());
}

TEST_CASE("what a walk arrives at is taken by its type, or as payload") {
  EBPFXX_YES((behind_tags<Arp>), ethernet() / vlan() / arp());
  EBPFXX_NO((behind_tags<Arp>), ethernet() / vlan({.ether_type = EtherType::Ipv4}) / arp());
  EBPFXX_YES((behind_tags<Ipv4>), ethernet() / ipv4());
  EBPFXX_NO((behind_tags<Ipv4>), type(0x0806) / ipv4());
  EBPFXX_NO((behind_tags<Ipv4>), ethernet() / vlan({.ether_type = EtherType::Arp}) / ipv4());
  EBPFXX_NO((behind_tags<Ipv4>), ethernet() / vlan({.ether_type = EtherType::Ipv4}) / ipv6());
  EBPFXX_YES((behind_tags<Ipv4, true>), ethernet() / vlan({.ether_type = EtherType::Arp}) / ipv4());
  EBPFXX_NO((behind_tags<Ipv4, true>), ethernet() / vlan({.ether_type = EtherType::Arp}) / ipv6());
  EBPFXX_IS(Verdict::Reroute, (behind_tags<Ipv4, true>), ethernet() / vlan() / vlan() / vlan() / ipv4());
  EBPFXX_IS(Verdict::Reroute, (behind_tags<Ipv4, true>), first<17>(packet_bytes(ethernet() / vlan() / ipv4())));
}

// A header of one's own.
namespace {

struct Report {
  static constexpr IpProtocol ip_protocol{253};
  std::uint8_t kind = 1;
  IpProtocol about{};

  constexpr Bounded<2, 2> header_length() const { return Bounded<2, 2>::proven(2); }
  constexpr bool has_next() const { return true; }
  constexpr IpProtocol next_type() const { return about; }
  constexpr bool is_plausible() const { return kind == 1; }
};

}  // namespace

TEST_CASE("a header of one's own takes part") {
  EBPFXX_YES((followed<Ipv4, Report>), ipv4() / layer(Report{}));
  EBPFXX_NO((followed<Ipv4, Report>), ipv4() / layer(Report{.kind = 2}));
  EBPFXX_YES((followed<Report, Udp>), layer(Report{.about = IpProtocol::Udp}) / udp());
  EBPFXX_NO((followed<Report, Udp>), layer(Report{}) / udp());
}

TEST_SUITE_END();
