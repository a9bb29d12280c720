// `transport()`: what it finds, what has no transport header, and what could not be told, at the edges of each.
#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <type_traits>

#include <ebpfxx/language.hpp>
#include <ebpfxx/protocols.hpp>

#include "whole.hpp"

using namespace ebpfxx;
using ebpfxx_test::first;
using enum TransportOutcome;

namespace {

constexpr Ipv4Address client("10.0.0.1"), server("10.0.0.2");
constexpr Ipv6Address client6("fd00::1"), server6("fd00::2");

constexpr auto ip = ipv4({.source = client, .destination = server});
constexpr auto ip6 = ipv6({.source = client6, .destination = server6});
constexpr auto tcp_443 = tcp({.source = 40000, .destination = 443});
constexpr auto udp_53 = udp({.source = 40000, .destination = 53});

constexpr PacketFlow tcp_flow(IpProtocol::Tcp, client, 40000, server, 443);
constexpr PacketFlow tcp6_flow(IpProtocol::Tcp, client6, 40000, server6, 443);
constexpr PacketFlow udp_flow(IpProtocol::Udp, client, 40000, server, 53);
constexpr PacketFlow udp6_flow(IpProtocol::Udp, client6, 40000, server6, 53);

template <IpProtocol Protocol>
constexpr PacketFlow flow_of = PacketFlow(Protocol, client, 40000, server, 443);
template <IpProtocol Protocol>
constexpr PacketFlow portless_flow = PacketFlow(Protocol, client, 0, server, 0);
constexpr PacketFlow icmpv6_flow(IpProtocol::Icmpv6, client6, 0, server6, 0);

/// The outcome as a verdict's number, of frames.
template <TransportBounds Bounds = TransportBounds{}>
constexpr Program<Xdp> outcome_program =
    [](Xdp::Packet packet) { return static_cast<Xdp::Verdict>(packet.transport<Bounds>().outcome()); };
template <TransportBounds Bounds = TransportBounds{}, class Frame>
constexpr TransportOutcome outcome_of(const Frame& frame, XdpContext context = {}) {
  return static_cast<TransportOutcome>(run(outcome_program<Bounds>, frame, context).verdict);
}

template <const PacketFlow& Expected>
constexpr auto has_flow = [](Xdp::Packet packet) {
  auto transport = packet.transport();
  return !transport.could_not_tell() && transport && transport.flow() == Expected;
};
template <const PacketFlow& Expected, class Frame>
constexpr bool finds(const Frame& frame) {
  return ebpfxx_test::holds<has_flow<Expected>>(frame);
}
template <const PacketFlow& Expected, std::size_t Behind = 0, class Frame>
constexpr bool finds_in_all_but(const Frame& frame) {
  return ebpfxx_test::needs_all_but<has_flow<Expected>, Behind>(frame);
}

/// Whether less than `Least` bytes of a frame are cut off, and `Least` are not.
template <std::size_t Least, class Frame>
constexpr bool is_cut_below(const Frame& frame) {
  return outcome_of(first<Least - 1>(packet_bytes(frame))) == CutOff &&
         outcome_of(first<Least>(packet_bytes(frame))) != CutOff;
}

TEST_SUITE_BEGIN("Xdp");

TEST_CASE("IPv4 and IPv6, to the last byte of the header") {
  static_assert(finds_in_all_but<tcp_flow>(ethernet() / ip / tcp_443));
  static_assert(finds_in_all_but<udp_flow>(ethernet() / ip / udp_53));
  static_assert(finds_in_all_but<tcp6_flow>(ethernet() / ip6 / tcp_443));
  static_assert(finds_in_all_but<udp6_flow>(ethernet() / ip6 / udp_53));
  static_assert(is_cut_below<14 + 20 + 20>(ethernet() / ip / tcp_443));
  static_assert(is_cut_below<14 + 20 + 8>(ethernet() / ip / udp_53));
  static_assert(is_cut_below<14 + 20>(ethernet() / ip / icmp()));
  static_assert(is_cut_below<14 + 40>(ethernet() / ip6 / payload("")));
  static_assert(is_cut_below<14>(ethernet() / arp()));
}

TEST_CASE("an IPv4 header of 15 words, and of what is none") {
  constexpr std::array<std::uint8_t, 40> padding{};
  static_assert(finds_in_all_but<tcp_flow>(
      ethernet() / ipv4({.source = client, .destination = server}, options(padding)) / tcp_443));
  static_assert(outcome_of(ethernet() / ipv4({.version_and_ihl = 0x44}) / tcp_443) == Malformed);
  static_assert(outcome_of(ethernet() / ipv4({.version_and_ihl = 0x35}) / tcp_443) == Malformed);
  static_assert(outcome_of(ethernet() / ipv4({.version_and_ihl = 0x55}) / tcp_443) == Malformed);
  static_assert(outcome_of(ethernet() / ipv6({.version_class_and_flow = 0x50000000}) / tcp_443) == Malformed);
  static_assert(outcome_of(ethernet() / ipv6({.version_class_and_flow = 0x6ff00000}) / tcp_443) == Found);
}

TEST_CASE("every protocol with ports, and others without") {
  constexpr auto start = payload("\x9c\x40\x01\xbbxxxx");
  constexpr auto behind = [](IpProtocol protocol) {
    return ipv4({.protocol = protocol, .source = client, .destination = server});
  };
  static_assert(finds_in_all_but<flow_of<IpProtocol::Sctp>>(ethernet() / behind(IpProtocol::Sctp) / start));
  static_assert(finds_in_all_but<flow_of<IpProtocol::Dccp>>(ethernet() / behind(IpProtocol::Dccp) / start));
  static_assert(finds_in_all_but<flow_of<IpProtocol::UdpLite>>(ethernet() / behind(IpProtocol::UdpLite) / start));
  static_assert(finds<portless_flow<IpProtocol::Esp>>(ethernet() / behind(IpProtocol::Esp) / start));
  static_assert(finds<portless_flow<IpProtocol::Icmp>>(ethernet() / ip / icmp({.id = 7})));
  static_assert(finds<icmpv6_flow>(ethernet() / ip6 / icmpv6()));
}

TEST_CASE("VLAN tags up to the bound") {
  static_assert(finds_in_all_but<tcp_flow>(ethernet() / vlan() / ip / tcp_443));
  static_assert(finds_in_all_but<tcp6_flow>(ethernet({.ether_type = EtherType::ProviderBridging}) / vlan() / vlan() /
                                            ip6 / tcp_443));
  static_assert(outcome_of(ethernet() / vlan() / vlan() / vlan() / ip / tcp_443) == TooManyHeaders);
  static_assert(outcome_of<TransportBounds{.vlan_tags = 3}>(ethernet() / vlan() / vlan() / vlan() / ip / tcp_443) ==
                Found);
  static_assert(outcome_of<TransportBounds{.vlan_tags = 0}>(ethernet() / vlan() / ip / tcp_443) == TooManyHeaders);
  static_assert(outcome_of<TransportBounds{.vlan_tags = 0}>(ethernet() / ip / tcp_443) == Found);
  static_assert(is_cut_below<18>(ethernet() / vlan() / arp()));
}

TEST_CASE("extension headers up to the bound") {
  static_assert(finds_in_all_but<udp6_flow>(ethernet() / ip6 / ipv6_hop_by_hop() / udp_53));
  static_assert(finds_in_all_but<udp6_flow>(
      ethernet() / ip6 /
      ipv6_destination_options({}, ipv6_options(Ipv6RouterAlert{}, Ipv6RouterAlert{}, Ipv6RouterAlert{})) / udp_53));
  static_assert(finds_in_all_but<udp6_flow>(ethernet() / ip6 /
                                            ipv6_routing({}, options(std::array<std::uint8_t, 12>{})) / udp_53));
  static_assert(finds_in_all_but<udp6_flow>(ethernet() / ip6 / ah() / udp_53));
  static_assert(finds_in_all_but<udp6_flow>(ethernet() / ip6 / ipv6_fragment({.offset_and_flags = 7}) / udp_53));
  constexpr auto six = ipv6_hop_by_hop() / ipv6_routing({}, options(std::array<std::uint8_t, 12>{})) / ipv6_fragment() /
                       ah() / ipv6_destination_options() / ipv6_destination_options();
  static_assert(finds_in_all_but<udp6_flow>(ethernet() / ip6 / six / udp_53));
  static_assert(outcome_of(ethernet() / ip6 / six / ipv6_destination_options() / udp_53) == TooManyHeaders);
  static_assert(outcome_of<TransportBounds{.extension_headers = 7}>(ethernet() / ip6 / six /
                                                                    ipv6_destination_options() / udp_53) == Found);
  static_assert(outcome_of<TransportBounds{.extension_headers = 0}>(ethernet() / ip6 / ipv6_hop_by_hop() / udp_53) ==
                TooManyHeaders);
  static_assert(outcome_of<TransportBounds{.extension_headers = 0}>(ethernet() / ip6 / udp_53) == Found);
  static_assert(is_cut_below<14 + 40 + 4>(ethernet() / ip6 / ipv6_hop_by_hop()));
}

TEST_CASE("fragments") {
  static_assert(finds<udp_flow>(
      ethernet() / ipv4({.flags_and_fragment_offset = 0x2000, .source = client, .destination = server}) / udp_53));
  static_assert(outcome_of(ethernet() / ipv4({.flags_and_fragment_offset = 0x0001}) / udp_53) == LaterFragment);
  static_assert(outcome_of(ethernet() / ipv4({.flags_and_fragment_offset = 0x1000}) / udp_53) == LaterFragment);
  static_assert(outcome_of(ethernet() / ip6 / ipv6_fragment({.offset_and_flags = 8}) / udp_53) == LaterFragment);
  static_assert(outcome_of(ethernet() / ip6 / ipv6_fragment({.offset_and_flags = 0xfff8}) / udp_53) == LaterFragment);
}

TEST_CASE("what has no transport header") {
  static_assert(outcome_of(ethernet() / arp()) == None);
  static_assert(outcome_of(ethernet() / vlan() / arp()) == None);
  static_assert(outcome_of(ethernet({.ether_type = EtherType{100}}) / ip / tcp_443) == None);
  static_assert(outcome_of(ethernet() / ip6) == None);
  static_assert(outcome_of(ethernet() / ip6 / ipv6_hop_by_hop()) == None);
}

TEST_CASE("what is not linear") {
  static_assert(outcome_of(ethernet() / ip / tcp_443, {.linear = 14 + 20 + 20}) == Found);
  static_assert(outcome_of(ethernet() / ip / tcp_443, {.linear = 14 + 20 + 19}) == CutOff);
}

TEST_CASE("the header itself, as the packet has it") {
  constexpr auto closes = [](Xdp::Packet packet) {
    auto transport = packet.transport();
    if (transport.could_not_tell() || !transport) return false;
    auto header = transport.as<Tcp>();
    if (!header) return false;
    header->destination = 444;
    return !transport.as<Udp>() && header->destination == 444;
  };
  static_assert(ebpfxx_test::needs_all<closes>(ethernet() / ip6 / tcp_443));
  static_assert(!ebpfxx_test::holds<closes>(ethernet() / ip / udp_53));
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("Lwt::Xmit");

constexpr Program<Lwt::Xmit> drop_443 = [](Lwt::Xmit::Packet packet) {
  auto transport = packet.transport();
  if (transport.could_not_tell()) return Lwt::Xmit::Verdict::Reroute;
  return transport && transport.flow().destination_port == 443 ? Lwt::Xmit::Verdict::Drop : Lwt::Xmit::Verdict::Ok;
};
TEST_CASE("packets that start with the IP header") {
  static_assert(run(drop_443, ip / tcp_443) == Lwt::Xmit::Verdict::Drop);
  static_assert(run(drop_443, ip6 / tcp_443) == Lwt::Xmit::Verdict::Drop);
  static_assert(run(drop_443, ip / udp_53) == Lwt::Xmit::Verdict::Ok);
  static_assert(run(drop_443, ip6) == Lwt::Xmit::Verdict::Ok);
  static_assert(run(drop_443, ip / tcp_443, {.linear = 39}) == Lwt::Xmit::Verdict::Reroute);
  static_assert(run(drop_443, ipv4({.version_and_ihl = 0x75}) / tcp_443) == Lwt::Xmit::Verdict::Reroute);
  static_assert(run(drop_443, payload("")) == Lwt::Xmit::Verdict::Reroute);
}

constexpr Program<Lwt::Xmit> drop_443_of_copies = [](Lwt::Xmit::Packet packet) {
  auto header = packet.load<Ipv4>(0);
  if (!header) return Lwt::Xmit::Verdict::Ok;
  auto transport = header.transport();
  if (transport.could_not_tell()) return Lwt::Xmit::Verdict::Reroute;
  if (!transport || transport.flow() != tcp_flow) return Lwt::Xmit::Verdict::Ok;
  auto tcp = transport.as<Tcp>();
  return tcp && tcp->destination == 443 ? Lwt::Xmit::Verdict::Drop : Lwt::Xmit::Verdict::Ok;
};
constexpr Program<Lwt::Xmit> drop_443_behind_ip = [](Lwt::Xmit::Packet packet) {
  auto header = packet.parse<Ipv6>();
  if (!header) return Lwt::Xmit::Verdict::Ok;
  auto transport = header.transport();
  if (transport.could_not_tell()) return Lwt::Xmit::Verdict::Reroute;
  return transport && transport.flow() == tcp6_flow ? Lwt::Xmit::Verdict::Drop : Lwt::Xmit::Verdict::Ok;
};
TEST_CASE("from a header that was found, as a view and as a copy") {
  static_assert(run(drop_443_of_copies, ip / tcp_443, {.linear = 1}) == Lwt::Xmit::Verdict::Drop);
  static_assert(run(drop_443_of_copies, first<39>(packet_bytes(ip / tcp_443)), {.linear = 1}) ==
                Lwt::Xmit::Verdict::Reroute);
  static_assert(run(drop_443_behind_ip, ip6 / ipv6_hop_by_hop() / tcp_443) == Lwt::Xmit::Verdict::Drop);
  static_assert(run(drop_443_behind_ip, first<59>(packet_bytes(ip6 / tcp_443))) == Lwt::Xmit::Verdict::Reroute);
}

TEST_SUITE_END();

TEST_CASE("flows are keys without padding, and print") {
  static_assert(std::has_unique_object_representations_v<PacketFlow> && sizeof(PacketFlow) == 40);
  static_assert(tcp_flow.reversed() == PacketFlow(IpProtocol::Tcp, server, 443, client, 40000));
  static_assert(tcp_flow.reversed() != tcp_flow && tcp_flow.reversed().reversed() == tcp_flow);
  static_assert(PacketFlow(IpProtocol::Tcp, Ipv4Address(), 1, Ipv4Address(), 2) !=
                PacketFlow(IpProtocol::Tcp, Ipv6Address(), 1, Ipv6Address(), 2));
  static_assert(tcp_flow.source.ipv4() == client && tcp6_flow.destination.ipv6() == server6);
  CHECK(to_text(tcp_flow) == "tcp 10.0.0.1:40000 > 10.0.0.2:443");
  CHECK(to_text(udp6_flow) == "udp [fd00::1]:40000 > [fd00::2]:53");
  CHECK(to_text(PacketFlow(IpProtocol::Icmpv6, client6, 0, server6, 0)) == "icmpv6 fd00::1 > fd00::2");
  CHECK(to_text(PacketFlow(IpProtocol{253}, client, 0, server, 0)) == "protocol 253 10.0.0.1 > 10.0.0.2");
}

}  // namespace
