// Headers one by one: their fields, what follows them, one byte enough, one byte short.
#include <cstdint>

#include <ebpfxx/language.hpp>
#include <ebpfxx/protocols.hpp>

#include "whole.hpp"

using namespace ebpfxx;
using ebpfxx_test::first;
using ebpfxx_test::hex;
using ebpfxx_test::holds;
using ebpfxx_test::needs_all;
using ebpfxx_test::needs_all_but;

namespace {

// VLAN: the TCI's three parts, from the wire.
constexpr auto tag = std::bit_cast<Vlan>(hex<"b00a0800">());
static_assert(tag.priority() == 5 && tag.drop_eligible() && tag.id() == 10 && tag.ether_type == EtherType::Ipv4);

constexpr auto behind_tags = [](Xdp::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return false;
  auto carried = skip_vlan_tags(ethernet);
  if (carried.could_not_tell()) return false;
  auto ip = carried.as<Ipv4>();
  return ip && ip->ttl == 7;
};
constexpr auto ip_with_ttl = ipv4({.ttl = 7});
constexpr auto twice = ethernet({.ether_type = EtherType::ProviderBridging}) /
                       vlan({.control_information = std::uint16_t{100}}) /
                       vlan({.control_information = std::uint16_t{200}}) / ip_with_ttl;
static_assert(needs_all<behind_tags>(ethernet() / ip_with_ttl));
static_assert(needs_all<behind_tags>(ethernet() / vlan() / ip_with_ttl));
static_assert(needs_all<behind_tags>(twice));
static_assert(!holds<behind_tags>(ethernet() / ipv6()));
static_assert(first<22>(packet_bytes(twice)) == hex<"00000000000000000000000088a80064810000c80800">());

// With a tag more than the walk goes over, or one that is cut off, it could not be told.
template <std::size_t Tags>
constexpr auto untold_behind_tags = [](Xdp::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  return ethernet && skip_vlan_tags<Tags>(ethernet).could_not_tell();
};
static_assert(holds<untold_behind_tags<2>>(ethernet() / vlan() / vlan() / vlan() / ip_with_ttl));
static_assert(holds<untold_behind_tags<1>>(ethernet() / vlan() / vlan() / ipv4()));
static_assert(!holds<untold_behind_tags<2>>(ethernet() / vlan() / vlan() / ipv4()));
static_assert(holds<untold_behind_tags<0>>(ethernet() / vlan() / ipv4()));
static_assert(holds<untold_behind_tags<2>>(first<17>(packet_bytes(ethernet() / vlan() / ipv4()))));
static_assert(!holds<untold_behind_tags<2>>(first<18>(packet_bytes(ethernet() / vlan() / ipv4()))));

// Behind a tag stands what `next` asks for, where the type is one and not a length.
constexpr auto ids = [](Xdp::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return false;
  auto outer = ethernet.next<Vlan>();
  if (!outer) return false;
  auto inner = outer.next<Vlan>();
  return inner && outer->id() == 100 && inner->id() == 200;
};
static_assert(needs_all_but<ids, 20>(twice));
static_assert(!holds<ids>(ethernet() / vlan({.control_information = std::uint16_t{100}, .ether_type = EtherType{100}}) /
                          vlan({.control_information = std::uint16_t{200}}) / ipv4()));

// ARP.
constexpr auto asks_for = [](Xdp::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return false;
  auto arp = ethernet.next<Arp>();
  return arp && arp->is_ipv4_over_ethernet() && arp->operation == ArpOperation::Request &&
         arp->target_protocol == Ipv4Address("10.0.0.3");
};
static_assert(needs_all<asks_for>(ethernet() / arp({.target_protocol = "10.0.0.3"})));
static_assert(!holds<asks_for>(ethernet() / arp({.operation = ArpOperation::Reply, .target_protocol = "10.0.0.3"})));
static_assert(!holds<asks_for>(ethernet() / arp({.hardware_length = 8, .target_protocol = "10.0.0.3"})));
static_assert(!holds<asks_for>(ethernet() / arp({.protocol_type = EtherType::Ipv6, .target_protocol = "10.0.0.3"})));
static_assert(name_of(ArpOperation::Reply) == "reply" && name_of(ArpOperation{99}).empty());

// MPLS: the four parts of an entry, from the wire, and a stack of them.
constexpr auto entry = std::bit_cast<Mpls>(hex<"000c9b3f">());
static_assert(entry.label() == 201 && entry.traffic_class() == 5 && entry.bottom() && entry.ttl() == 63);
static_assert(detail::packet::bytes_of(Mpls::of(201, 63, 5, true)) == hex<"000c9b3f">());
static_assert(Mpls::of(0xfffff, 255, 7, true).entry == 0xffffffff && Mpls::of(0x100000, 0).entry == 0);

template <std::size_t Most>
constexpr auto bottom_is_300 = [](Xdp::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return false;
  auto top = ethernet.next<Mpls>();
  if (!top) return false;
  auto bottom = bottom_label<Most>(top);
  if (!bottom || bottom->label() != 300) return false;
  auto ip = bottom.template payload<Ipv4>();
  return ip && ip->ttl == 7;
};
constexpr auto labels = ethernet() / mpls(Mpls::of(100)) / mpls(Mpls::of(200)) / mpls(Mpls::of(300)) / ip_with_ttl;
static_assert(needs_all<bottom_is_300<3>>(labels) && needs_all<bottom_is_300<8>>(labels));
template <std::size_t Most>
constexpr auto untold_bottom = [](Xdp::Packet packet) {
  auto top = packet.bytes().skip<sizeof(Ethernet)>().parse<Mpls>();
  return top && bottom_label<Most>(top).could_not_tell();
};
static_assert(holds<untold_bottom<2>>(labels) && !holds<untold_bottom<3>>(labels));
static_assert(holds<untold_bottom<3>>(first<25>(packet_bytes(labels))));
static_assert(!holds<untold_bottom<3>>(first<26>(packet_bytes(labels))));
static_assert(needs_all<bottom_is_300<1>>(ethernet() / mpls(Mpls::of(300)) / ip_with_ttl));

// GRE: its parts are where the flags before them put them.
constexpr auto bare = gre();
constexpr auto with_key = gre({.flags_and_version = std::uint16_t{Gre::HasKey}}, options({0, 0, 0, 7}));
constexpr auto with_all = gre({.flags_and_version = std::uint16_t{Gre::HasChecksum | Gre::HasKey | Gre::HasSequence}},
                              options({0x12, 0x34, 0, 0, 0, 0, 0, 7, 0, 0, 0, 9}));
template <class Part>
constexpr auto part_of_gre = [](auto packet) {
  auto ethernet = packet.template parse<Ethernet>();
  if (!ethernet) return Parsed<Part, PacketAccess::ReadWrite, Interval{0, 65000}>();
  auto ip = ethernet.template next<Ipv4>();
  if (!ip) return Parsed<Part, PacketAccess::ReadWrite, Interval{0, 65000}>();
  auto gre = ip.template next<Gre>();
  if (!gre) return Parsed<Part, PacketAccess::ReadWrite, Interval{0, 65000}>();
  return Parsed<Part, PacketAccess::ReadWrite, Interval{0, 65000}>(gre.template part<Part>());
};
constexpr auto key_is_7 = [](Xdp::Packet packet) {
  auto part = part_of_gre<GreKey>(packet);
  return part && part->key == 7;
};
constexpr auto sequence_is_9 = [](Xdp::Packet packet) {
  auto part = part_of_gre<GreSequence>(packet);
  return part && part->sequence == 9;
};
constexpr auto checksum_is_1234 = [](Xdp::Packet packet) {
  auto part = part_of_gre<GreChecksum>(packet);
  return part && part->checksum == 0x1234;
};
static_assert(!holds<key_is_7>(ethernet() / ipv4() / bare / ip_with_ttl));
static_assert(needs_all<key_is_7>(ethernet() / ipv4() / with_key));
static_assert(needs_all_but<key_is_7, 4>(ethernet() / ipv4() / with_all));
static_assert(needs_all<sequence_is_9>(ethernet() / ipv4() / with_all));
static_assert(needs_all_but<checksum_is_1234, 8>(ethernet() / ipv4() / with_all));
static_assert(!holds<sequence_is_9>(ethernet() / ipv4() / with_key));
static_assert(!holds<key_is_7>(ethernet() / ipv4() /
                               gre({.flags_and_version = std::uint16_t{Gre::HasKey | 1}}, options({0, 0, 0, 7}))));

constexpr auto behind_gre = [](Xdp::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return false;
  auto ip = ethernet.next<Ipv4>();
  if (!ip) return false;
  auto gre = ip.next<Gre>();
  if (!gre) return false;
  auto inner = gre.next<Ipv4>();
  return inner && inner->ttl == 7;
};
static_assert(needs_all<behind_gre>(ethernet() / ipv4() / bare / ip_with_ttl));
static_assert(needs_all<behind_gre>(ethernet() / ipv4() / with_key / ip_with_ttl));
static_assert(needs_all<behind_gre>(ethernet() / ipv4() / with_all / ip_with_ttl));
static_assert(!holds<behind_gre>(ethernet() / ipv4() / gre({.flags_and_version = std::uint16_t{0x4000}}) /
                                 ip_with_ttl));
static_assert(first<38>(packet_bytes(ethernet() / ipv4() / bare / ip_with_ttl))[36] == 0x08);
static_assert(first<38>(packet_bytes(ethernet() / ipv4() / bare / ethernet()))[36] == 0x65);

// VXLAN.
constexpr auto in_network_42 = [](Xdp::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return false;
  auto ip = ethernet.next<Ipv4>();
  if (!ip) return false;
  auto udp = ip.next<Udp>();
  if (!udp || udp->destination != Vxlan::port) return false;
  auto vxlan = udp.payload<Vxlan>();
  if (!vxlan || vxlan->network != 42) return false;
  auto inner = vxlan.next<Ethernet>();
  return inner && inner->ether_type == EtherType::Ipv4;
};
constexpr auto outer = ethernet() / ipv4() / udp({.destination = Vxlan::port});
static_assert(needs_all_but<in_network_42, 20>(outer / vxlan({.network = 42}) / ethernet() / ipv4()));
static_assert(!holds<in_network_42>(outer / vxlan({.network = 0x2a00}) / ethernet() / ipv4()));
static_assert(!holds<in_network_42>(outer / vxlan({.flags = 0xf7, .network = 42}) / ethernet() / ipv4()));
static_assert(detail::packet::bytes_of(Vxlan{.network = 0x123456}) == hex<"0800000012345600">());

// A number of 24 bits.
static_assert(BigEndian24(0x123456).value() == 0x123456 && BigEndian24::of(0xff000001) == 1);
static_assert(BigEndian24(0xffffff) == 0xffffffU);

// Neighbor discovery: the messages, and the options behind them.
constexpr auto solicits_from = [](Xdp::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return false;
  auto ip = ethernet.next<Ipv6>();
  if (!ip) return false;
  auto solicitation = ip.next<NeighborSolicitation>();
  if (!solicitation) return false;
  auto source = solicitation.option<SourceLinkAddress>();
  return source && source->address == MacAddress("02:00:00:00:00:07") && solicitation->target == Ipv6Address("fd00::3");
};
constexpr auto solicitation = ethernet() / ipv6() / layer(NeighborSolicitation{.target = "fd00::3"});
constexpr auto source_option = layer(SourceLinkAddress{.address = "02:00:00:00:00:07"});
static_assert(needs_all<solicits_from>(solicitation / source_option));
static_assert(needs_all<solicits_from>(solicitation / layer(LinkMtu{.mtu = 1500}) / source_option));
static_assert(!holds<solicits_from>(solicitation));
static_assert(!holds<solicits_from>(solicitation / layer(TargetLinkAddress{.address = "02:00:00:00:00:07"})));
static_assert(!holds<solicits_from>(solicitation / payload(std::array<std::uint8_t, 8>{}) / source_option));
static_assert(!holds<solicits_from>(ethernet() / ipv6() / layer(NeighborAdvertisement{.target = "fd00::3"}) /
                                    source_option));

constexpr auto advertises_prefix = [](Xdp::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return false;
  auto ip = ethernet.next<Ipv6>();
  if (!ip) return false;
  auto router = ip.next<RouterAdvertisement>();
  if (!router || router->lifetime != 1800 || !router->managed() || router->other()) return false;
  auto prefix = router.option<PrefixInformation>();
  auto mtu = router.option<LinkMtu>();
  return prefix && mtu && prefix->prefix_length == 64 && mtu->mtu == 1280;
};
constexpr auto advertisement = ethernet() / ipv6() / layer(RouterAdvertisement{.flags = 0x80, .lifetime = 1800});
static_assert(needs_all<advertises_prefix>(advertisement / layer(PrefixInformation{.prefix_length = 64}) /
                                           layer(LinkMtu{.mtu = 1280})));
static_assert(needs_all<advertises_prefix>(advertisement / layer(LinkMtu{.mtu = 1280}) /
                                           layer(PrefixInformation{.prefix_length = 64})));

constexpr NeighborAdvertisement flags{.flags = 0xa0000000};
static_assert(flags.router() && !flags.solicited() && flags.override());

// The messages have the checksum that Icmpv6 would have.
constexpr auto message = packet_bytes(ipv6({.source = "fd00::2", .destination = "fd00::3"}) /
                                      layer(NeighborSolicitation{.target = "fd00::3"}));
static_assert(Ipv6{.source = "fd00::2", .destination = "fd00::3"}
                  .pseudo_header(IpProtocol::Icmpv6, 24)
                  .add(std::span(message).subspan(40))
                  .value() == 0);

}  // namespace
