// Lists of options and runs of extension headers: found, to the byte; lists that lie about their length.
#include <cstdint>

#include <ebpfxx/language.hpp>
#include <ebpfxx/protocols.hpp>

#include "whole.hpp"

using namespace ebpfxx;
using ebpfxx_test::first;
using ebpfxx_test::holds;
using ebpfxx_test::needs_all;
using ebpfxx_test::needs_all_but;

namespace {

// TCP: the options of a usual SYN.
constexpr auto syn_options = options({2, 4, 0x05, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2, 1, 3, 3, 7});

template <auto Check>
constexpr auto of_tcp = [](Xdp::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return false;
  auto ip = ethernet.next<Ipv4>();
  if (!ip) return false;
  auto tcp = ip.next<Tcp>();
  return tcp && Check(tcp);
};
template <class... Options>
constexpr auto with_tcp_options(const Options&... options) {
  return ethernet() / ipv4() / tcp({}, options...);
}

constexpr auto segment_size = of_tcp<[](const auto& tcp) {
  auto option = tcp.template option<TcpMaximumSegmentSize>();
  return option && option->bytes == 1460;
}>;
constexpr auto window_scale = of_tcp<[](const auto& tcp) {
  auto option = tcp.template option<TcpWindowScale>();
  return option && option->shift == 7;
}>;
constexpr auto timestamps = of_tcp<[](const auto& tcp) {
  auto option = tcp.template option<TcpTimestamps>();
  return option && option->value == 1 && option->echo_reply == 2;
}>;
constexpr auto takes_sacks = of_tcp<[](const auto& tcp) { return bool(tcp.template option<TcpSackPermitted>()); }>;
template <class Option>
constexpr auto untold = of_tcp<[](const auto& tcp) {
  const auto option = tcp.template option<Option>();
  return option.could_not_tell() && !option;
}>;
constexpr auto without_scale = of_tcp<[](const auto& tcp) {
  const auto scale = tcp.template option<TcpWindowScale>();
  return !scale.could_not_tell() && !scale;
}>;

constexpr auto syn = with_tcp_options(syn_options);
static_assert(needs_all_but<segment_size, 16>(syn));
static_assert(needs_all_but<takes_sacks, 14>(syn));
static_assert(needs_all_but<timestamps, 4>(syn));
static_assert(needs_all<window_scale>(syn));
static_assert(!holds<segment_size>(with_tcp_options()) && holds<without_scale>(with_tcp_options()));

// Cut off behind the kind, the start, and the last byte but one of the option that is sought.
template <std::size_t Less>
constexpr bool scale_cut_by = holds<untold<TcpWindowScale>>(first<packet_bytes(syn).size() - Less>(packet_bytes(syn)));
static_assert(!holds<untold<TcpWindowScale>>(syn) && scale_cut_by<1> && scale_cut_by<2> && scale_cut_by<3>);

// Behind the list's end, or the header's, stand no options.
constexpr auto size_1460 = payload(std::array<std::uint8_t, 4>{2, 4, 0x05, 0xb4});
static_assert(!holds<segment_size>(with_tcp_options() / size_1460));
static_assert(!holds<segment_size>(with_tcp_options(options({0, 0, 0, 0, 2, 4, 0x05, 0xb4}))));
static_assert(!holds<untold<TcpMaximumSegmentSize>>(with_tcp_options(options({0, 0, 0, 0, 2, 4, 0x05, 0xb4}))));
static_assert(holds<segment_size>(with_tcp_options(options({1, 1, 1, 1, 2, 4, 0x05, 0xb4}))));
static_assert(!holds<segment_size>(with_tcp_options(options({1, 1, 2, 4})) /
                                   payload(std::array<std::uint8_t, 2>{0x05, 0xb4})));
static_assert(holds<window_scale>(with_tcp_options(options({3, 3, 7, 2})) / size_1460));

// An option of a wrong length could not be told, nor what follows one of a length that cannot be.
static_assert(holds<untold<TcpMaximumSegmentSize>>(with_tcp_options(options({2, 5, 0x05, 0xb4, 0, 0, 0, 0}))));
static_assert(holds<untold<TcpWindowScale>>(with_tcp_options(options({99, 0, 3, 3, 7, 0, 0, 0}))));
static_assert(holds<untold<TcpWindowScale>>(with_tcp_options(options({99, 1, 3, 3, 7, 0, 0, 0}))));
static_assert(holds<window_scale>(with_tcp_options(options({99, 2, 3, 3, 7, 0, 0, 0}))));
static_assert(holds<window_scale>(with_tcp_options(options({99, 5, 1, 1, 1, 3, 3, 7}))));
static_assert(holds<untold<TcpWindowScale>>(with_tcp_options(options({99, 9, 1, 1, 1, 3, 3, 7}))));

// The whole room of 40 bytes, and as many options as are looked at.
template <std::size_t Before>
constexpr auto behind_short_ones = [] {
  std::array<std::uint8_t, 40> bytes{};
  for (std::size_t i = 0; i < Before; ++i) bytes[i] = 1;
  bytes[Before] = 3, bytes[Before + 1] = 3, bytes[Before + 2] = 7;
  return options(bytes);
}();
static_assert(needs_all_but<window_scale, 26>(with_tcp_options(behind_short_ones<11>)));
static_assert(holds<untold<TcpWindowScale>>(with_tcp_options(behind_short_ones<12>)));

// 12 options are all of them, if the list ends there; with one more it could not be told.
template <std::size_t Count>
constexpr auto short_ones = [] {
  std::array<std::uint8_t, Count> bytes{};
  bytes.fill(1);
  return options(bytes);
}();
static_assert(holds<without_scale>(with_tcp_options(short_ones<12>)));
static_assert(holds<without_scale>(with_tcp_options(options({1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0}))));
static_assert(holds<untold<TcpWindowScale>>(with_tcp_options(options({1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0,
                                                                      0}))));
constexpr auto at_the_end = [] {
  std::array<std::uint8_t, 40> bytes{99, 37};
  bytes[37] = 3, bytes[38] = 3, bytes[39] = 7;
  return options(bytes);
}();
static_assert(needs_all<window_scale>(with_tcp_options(at_the_end)));

// By a loop: kinds, sizes, and what is in an option.
constexpr auto counted = of_tcp<[](const auto& tcp) {
  unsigned options = 0, bytes = 0, blocks = 0;
  for (const auto option : tcp.options()) {
    if (option.could_not_tell()) return false;
    ++options;
    bytes += option.size();
    if (option.kind() != TcpOptionKind::Sack) continue;
    if (auto sack = option.template as<TcpSack>()) blocks += sack->first.left == 1;
    if (auto second = option.template at<TcpSackBlock, 10>()) blocks += second->right == 4;
    if (option.template at<TcpSackBlock, 18>()) blocks += 100;
  }
  return options == 3 && bytes == 20 && blocks == 2;
}>;
constexpr auto sacks =
    with_tcp_options(options({1, 1, 5, 18, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4})) / payload<8>();
static_assert(needs_all_but<counted, 8>(sacks));

// A kind is compared from either side, with another one's, and by a `switch`.
constexpr auto compared = of_tcp<[](const auto& tcp) {
  auto before = TcpOptionKind::End;
  unsigned sacks = 0, switched = 0, repeated = 0;
  for (const auto option : tcp.options()) {
    if (option.could_not_tell()) return false;
    sacks += TcpOptionKind::Sack == option.kind();
    repeated += option.kind() == before;
    before = option.kind();
    if (option.kind() != option.kind()) return false;
    switch (option.kind()) {
      case TcpOptionKind::NoOperation:
        ++switched;
        break;
      default:
        break;
    }
  }
  return sacks == 1 && switched == 2 && repeated == 1;
}>;
static_assert(holds<compared>(sacks));

// A loop ends with what could not be read, once.
template <unsigned Options>
constexpr auto ends_untold = of_tcp<[](const auto& tcp) {
  unsigned options = 0, untold = 0;
  for (const auto option : tcp.options()) option.could_not_tell() ? ++untold : ++options;
  return options == Options && untold == 1;
}>;
static_assert(holds<ends_untold<12>>(with_tcp_options(short_ones<16>)));
static_assert(holds<ends_untold<2>>(with_tcp_options(options({1, 3, 3, 7, 99, 1, 3, 3}))));
static_assert(!holds<ends_untold<12>>(with_tcp_options(short_ones<12>)));

// IPv4.
constexpr auto alert = [](Xdp::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return false;
  auto ip = ethernet.next<Ipv4>();
  if (!ip) return false;
  auto option = ip.option<Ipv4RouterAlert>();
  return option && option->value == 0;
};
static_assert(needs_all<alert>(ethernet() / ipv4({}, options({0x94, 4, 0, 0}))));
static_assert(needs_all<alert>(ethernet() / ipv4({}, options({1, 7, 7, 4, 0, 0, 0, 0, 0x94, 4, 0, 0}))));
static_assert(!holds<alert>(ethernet() / ipv4({}, options({0, 0, 0, 0, 0x94, 4, 0, 0}))));
static_assert(!holds<alert>(ethernet() / ipv4({.version_and_ihl = 0x44}) / payload<40>()));

constexpr auto first_router = [](Xdp::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return false;
  auto ip = ethernet.next<Ipv4>();
  if (!ip) return false;
  for (const auto option : ip.options()) {
    if (option.could_not_tell()) return false;
    auto route = option.as<Ipv4RecordRoute>();
    auto router = option.at<Ipv4Address, 3>();
    if (route && router) return route->pointer == 8 && *router == Ipv4Address("10.0.0.3");
  }
  return false;
};
static_assert(needs_all_but<first_router, 5>(ethernet() / ipv4({}, options({7, 11, 8, 10, 0, 0, 3, 0, 0, 0, 0, 0}))));

// GENEVE: options of a class and a type.
struct Tenant {
  static constexpr auto kind = GeneveOption::kind_of(0x0102, 0x80);
  GeneveOption start{0x0102, 0x80, 1};
  BigEndian<std::uint32_t> number;
};
constexpr auto of_tenant_7 = [](Xdp::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return false;
  auto ip = ethernet.next<Ipv4>();
  if (!ip) return false;
  auto udp = ip.next<Udp>();
  if (!udp || udp->destination != Geneve::port) return false;
  auto geneve = udp.payload<Geneve>();
  if (!geneve || geneve->network != 42) return false;
  auto tenant = geneve.option<Tenant>();
  return tenant && tenant->number == 7 && tenant->start.critical();
};
constexpr auto behind_geneve = [](Xdp::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return false;
  auto ip = ethernet.next<Ipv4>();
  if (!ip) return false;
  auto udp = ip.next<Udp>();
  if (!udp) return false;
  auto geneve = udp.payload<Geneve>();
  if (!geneve) return false;
  return bool(geneve.next<Ethernet>());
};
constexpr auto to_geneve = ethernet() / ipv4() / udp({.destination = Geneve::port});
constexpr auto tunnelled =
    to_geneve / geneve({.network = 42}, options({1, 2, 0, 0, 1, 2, 0x80, 1, 0, 0, 0, 7})) / ethernet();
static_assert(needs_all_but<of_tenant_7, 14>(tunnelled) && needs_all<behind_geneve>(tunnelled));
static_assert(needs_all<behind_geneve>(to_geneve / geneve() / ethernet()));
static_assert(!holds<behind_geneve>(to_geneve / geneve({.version_and_options_length = 0x40}) / ethernet()));
static_assert(!holds<of_tenant_7>(to_geneve / geneve({.network = 42}, options({1, 2, 0x80, 2, 0, 0, 0, 7}))));
static_assert(!holds<of_tenant_7>(to_geneve / geneve({.network = 42}, options({1, 2, 0x81, 1, 0, 0, 0, 7}))));
static_assert(packet_bytes(tunnelled)[42] == 3 && packet_bytes(tunnelled)[44] == 0x65);

// IPv6: options in an extension header.
constexpr auto alert6 = [](Xdp::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return false;
  auto ip = ethernet.next<Ipv6>();
  if (!ip) return false;
  auto hop_by_hop = ip.next<Ipv6HopByHop>();
  if (!hop_by_hop) return false;
  auto option = hop_by_hop.option<Ipv6RouterAlert>();
  return option && option->value == 3;
};
template <std::size_t N>
constexpr auto in_hop_by_hop(const std::uint8_t (&bytes)[N]) {
  return ethernet() / ipv6() / layer(Ipv6HopByHop{.length = (N + 2) / 8 - 1}) / payload(std::to_array(bytes));
}
static_assert(needs_all<alert6>(in_hop_by_hop({1, 0, 5, 2, 0, 3})));
static_assert(needs_all_but<alert6, 1>(in_hop_by_hop({0, 5, 2, 0, 3, 0})));
static_assert(needs_all_but<alert6, 2>(in_hop_by_hop({5, 2, 0, 3, 1, 0})));
static_assert(needs_all_but<alert6, 2>(in_hop_by_hop({1, 6, 0, 0, 0, 0, 0, 0, 5, 2, 0, 3, 1, 0})));
static_assert(!holds<alert6>(in_hop_by_hop({1, 1, 5, 2, 0, 3})));
static_assert(!holds<alert6>(in_hop_by_hop({5, 3, 0, 3, 0, 0})));
static_assert(!holds<alert6>(in_hop_by_hop({1, 2, 0, 0, 5, 2}) / payload(std::array<std::uint8_t, 2>{0, 3})));
static_assert(!holds<alert6>(in_hop_by_hop({1, 4, 0, 0, 0, 0}) / payload(std::array<std::uint8_t, 4>{5, 2, 0, 3})));

// IPv6: what follows extension headers.
template <std::size_t Most = 6>
constexpr auto udp_behind_all = [](Xdp::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return false;
  auto ip = ethernet.next<Ipv6>();
  if (!ip) return false;
  auto carried = skip_extension_headers<Most>(ip);
  if (carried.could_not_tell()) return false;
  auto udp = carried.template as<Udp>();
  return udp && udp->destination == 53;
};
template <std::size_t Most>
constexpr auto untold_behind = [](Xdp::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return false;
  auto ip = ethernet.next<Ipv6>();
  return ip && skip_extension_headers<Most>(ip).could_not_tell();
};
constexpr auto to_53 = udp({.destination = 53});
constexpr auto hop_by_hop = layer(Ipv6HopByHop{.next_header = IpProtocol::Udp}) / payload<6>();
static_assert(needs_all<udp_behind_all<>>(ethernet() / ipv6() / to_53));
static_assert(needs_all<udp_behind_all<>>(ethernet() / ipv6() / hop_by_hop / to_53));
static_assert(needs_all<udp_behind_all<>>(ethernet() / ipv6() / ipv6_fragment({.offset_and_flags = 1}) / to_53));
static_assert(holds<untold_behind<6>>(ethernet() / ipv6() / ipv6_fragment({.offset_and_flags = 8}) / to_53));
static_assert(needs_all<udp_behind_all<>>(ethernet() / ipv6() /
                                          layer(Ipv6Routing{.next_header = IpProtocol::Udp, .length = 2}) /
                                          payload<20>() / to_53));
static_assert(needs_all<udp_behind_all<>>(ethernet() / ipv6() /
                                          layer(Ipv6DestinationOptions{.next_header = IpProtocol::Udp, .length = 255}) /
                                          payload<2046>() / to_53));
static_assert(needs_all<udp_behind_all<>>(ethernet() / ipv6() /
                                          layer(Ah{.next_header = IpProtocol::Udp, .payload_length = 4}) /
                                          payload<12>() / to_53));
static_assert(!holds<udp_behind_all<>>(ethernet() / ipv6() / tcp({.destination = 53})));

constexpr auto chained = ethernet() / ipv6() / layer(Ipv6HopByHop{.next_header = IpProtocol::Routing}) / payload<6>() /
                         layer(Ipv6Routing{.next_header = IpProtocol::Fragment}) / payload<4>() /
                         ipv6_fragment({.next_header = IpProtocol::Ah}) /
                         layer(Ah{.next_header = IpProtocol::DestinationOptions}) /
                         layer(Ipv6DestinationOptions{.next_header = IpProtocol::Udp}) / payload<6>() / to_53;
static_assert(needs_all<udp_behind_all<5>>(chained) && !holds<untold_behind<5>>(chained));
static_assert(!holds<untold_behind<5>>(first<94>(packet_bytes(chained))));
static_assert(holds<untold_behind<4>>(chained) && holds<untold_behind<5>>(first<93>(packet_bytes(chained))));

// Neighbor discovery: the packet ends the list, or padding does; an option that is not whole could not be told.
template <bool Untold>
constexpr auto link_address = [](Xdp::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return false;
  auto ip = ethernet.next<Ipv6>();
  if (!ip) return false;
  auto solicitation = ip.next<NeighborSolicitation>();
  if (!solicitation) return false;
  auto address = solicitation.option<SourceLinkAddress>();
  return address.could_not_tell() == Untold && !address;
};
constexpr auto solicited = ethernet() / ipv6() / neighbor_solicitation();
static_assert(holds<link_address<false>>(solicited) && holds<link_address<false>>(solicited / payload<8>()));
static_assert(holds<link_address<false>>(solicited / layer(LinkMtu{})));
static_assert(holds<link_address<true>>(solicited / payload(std::array<std::uint8_t, 4>{1, 1, 2, 0})));

// A header builds what it is: lengths and types are filled in.
static_assert(packet_bytes(ipv6() / layer(Ah{}) / tcp())[6] == 51 &&
              packet_bytes(ipv6() / layer(Ah{}) / tcp())[40] == 6);

}  // namespace
