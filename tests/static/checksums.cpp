// Checksums by parts, and amended: against those that building a packet fills in.
#include <cstdint>

#include <ebpfxx/language.hpp>
#include <ebpfxx/protocols.hpp>

#include "whole.hpp"

using namespace ebpfxx;
using ebpfxx_test::first;
using ebpfxx_test::hex;
using ebpfxx_test::holds;

namespace {

// RFC 1071's example, section 3: the sum of 00 01 f2 03 f4 f5 f6 f7 is ddf2.
static_assert(ChecksumParts<PayloadBytes>::of(detail::checksum::sum_of<0>(hex<"0001f203f4f5f6f7">())).value().value() ==
              0x220d);
static_assert(ChecksumParts<PayloadBytes>::of(detail::checksum::sum_of<0>(hex<"0001f203f4f5f6">())).value().value() ==
              0x2304);
static_assert(ChecksumParts<PayloadBytes>::of(0).value() == 0xffff);
static_assert(ChecksumParts<PayloadBytes>::of(~std::uint64_t{0}).value() == 0);

template <class Header, std::size_t At, std::size_t Size>
constexpr Header header_in(const std::array<std::uint8_t, Size>& packet) {
  return detail::packet::copy_header<Header>(packet.data() + At);
}

// IPv4, with options and without.
constexpr auto with_options = packet_bytes(ipv4({.ttl = 3, .source = "10.0.0.2"}, options({0x94, 4, 0, 7})));
constexpr auto ip_header = header_in<Ipv4, 0>(with_options);
constexpr auto options_sum = ChecksumParts<OptionBytes>::of(detail::checksum::sum_of<0>(hex<"94040007">()));
static_assert(checksum_field<Ipv4>(checksum_of(ip_header) + options_sum) == ip_header.checksum);
static_assert(checksum_field<Ipv4>(options_sum + checksum_of(ip_header)) == ip_header.checksum);
constexpr auto without_options = header_in<Ipv4, 0>(packet_bytes(ipv4({.ttl = 3, .source = "10.0.0.2"})));
static_assert(checksum_field<Ipv4>(checksum_of(without_options)) == without_options.checksum);

// A sum goes into the field that covers it, and no other.
template <class Header, class Sum>
concept Fits = requires(Sum sum) { checksum_field<Header>(sum); };
using OfUdp = ChecksumParts<Udp, PseudoHeader, PayloadBytes>;
static_assert(Fits<Udp, OfUdp> && !Fits<Tcp, OfUdp> && !Fits<Udp, ChecksumParts<Udp, PayloadBytes>>);
static_assert(!Fits<Udp, ChecksumParts<Udp, PseudoHeader, PayloadBytes, OptionBytes>>);
static_assert(Fits<Tcp, ChecksumParts<Tcp, PseudoHeader, PayloadBytes>> &&
              !Fits<Tcp, ChecksumParts<Tcp, PayloadBytes>>);
static_assert(Fits<Icmp, ChecksumParts<Icmp, PayloadBytes>> &&
              !Fits<Icmp, ChecksumParts<Icmp, PayloadBytes, PseudoHeader>>);
template <class Left, class Right>
concept Adds = requires(Left left, Right right) { left + right; };
static_assert(Adds<ChecksumParts<Udp>, ChecksumParts<PayloadBytes>> && !Adds<OfUdp, ChecksumParts<PayloadBytes>>);

// UDP and TCP, over payloads of every length around a block, from bytes that are not linear.
template <class Ip, class Header>
constexpr auto is_right = [](auto packet) {
  auto ethernet = packet.template load<Ethernet>(0);
  if (!ethernet) return false;
  auto ip = ethernet.template next<Ip>();
  if (!ip) return false;
  auto header = ip.template next<Header>();
  if (!header) return false;
  const std::uint32_t behind = header.offset() + sizeof(Header);
  const std::uint32_t length = packet.length() - behind;
  auto payload = sum_bytes<PayloadBytes, 100>(packet, behind, length);
  if (!payload) return false;
  const auto sum = pseudo_header(*ip, Header::ip_protocol, static_cast<std::uint16_t>(length + sizeof(Header))) +
                   checksum_of(*header) + *payload;
  return checksum_field<Header>(sum) == header->checksum;
};
template <std::size_t Size>
constexpr auto odd_bytes = [] {
  std::array<std::uint8_t, Size> bytes{};
  for (std::size_t i = 0; i < Size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 37 + 11);
  return payload(bytes);
}();
constexpr Ipv4 from_2{.source = "10.0.0.2", .destination = "10.0.0.3"};
constexpr Ipv6 from_fd{.source = "fd00::2", .destination = "fd00::3"};
template <std::size_t... Sizes>
constexpr bool all_right() {
  return ((holds<is_right<Ipv4, Udp>>(ethernet() / ipv4(from_2) / udp({.source = 53}) / odd_bytes<Sizes>) &&
           holds<is_right<Ipv6, Udp>>(ethernet() / ipv6(from_fd) / udp({.source = 53}) / odd_bytes<Sizes>) &&
           holds<is_right<Ipv4, Tcp>>(ethernet() / ipv4(from_2) / tcp({.source = 53}) / odd_bytes<Sizes>) &&
           holds<is_right<Ipv6, Icmpv6>>(ethernet() / ipv6(from_fd) / icmpv6({.id = 53}) / odd_bytes<Sizes>)) &&
          ...);
}
static_assert(all_right<0, 1, 2, 3, 31, 32, 33, 63, 64, 65, 99, 100>());
static_assert(!holds<is_right<Ipv4, Udp>>(ethernet() / ipv4(from_2) / udp() / odd_bytes<101>));
static_assert(!holds<is_right<Ipv4, Udp>>(ethernet() / ipv4(from_2) / udp({.checksum = 1}) / odd_bytes<8>));

// Amended: what replacing a field makes of a packet is the packet with that field.
template <class Header, auto Replace>
constexpr auto after = [](Xdp::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return Xdp::Verdict::Drop;
  auto ip = ethernet.next<Ipv4>();
  if (!ip) return Xdp::Verdict::Drop;
  auto inner = ip.payload<Header>();  // one test has another protocol written in its place
  if (!inner) return Xdp::Verdict::Drop;
  Replace(packet, ip, inner);
  return Xdp::Verdict::Pass;
};
template <class Header, auto Replace>
constexpr Program<Xdp> program_of = after<Header, Replace>;

constexpr auto readdress = [](auto packet, auto ip, auto inner) {
  auto change = replace<&Ipv4::destination>(ip, Ipv4Address("10.9.8.7"));
  amend_checksum(packet, ip, change);
  amend_checksum(packet, inner, change);
};
constexpr auto expire = [](auto packet, auto ip, auto) {
  amend_checksum(packet, ip, replace<&Ipv4::ttl>(ip, 1) + replace<&Ipv4::protocol>(ip, IpProtocol::Udp));
};
constexpr auto report = [](auto packet, auto, auto inner) {
  amend_checksum(packet, inner, replace<&std::remove_cvref_t<decltype(*inner)>::destination>(inner, std::uint16_t{99}));
};
constexpr Ipv4 to_7{.source = "10.0.0.2", .destination = "10.9.8.7"};
static_assert(run(program_of<Tcp, readdress>, ethernet() / ipv4(from_2) / tcp({.source = 7}) / odd_bytes<5>).packet ==
              packet_bytes(ethernet() / ipv4(to_7) / tcp({.source = 7}) / odd_bytes<5>));
static_assert(run(program_of<Udp, readdress>, ethernet() / ipv4(from_2) / udp({.source = 7}) / odd_bytes<5>).packet ==
              packet_bytes(ethernet() / ipv4(to_7) / udp({.source = 7}) / odd_bytes<5>));
static_assert(run(program_of<Udp, report>, ethernet() / ipv4(from_2) / udp({.source = 7}) / odd_bytes<5>).packet ==
              packet_bytes(ethernet() / ipv4(from_2) / udp({.source = 7, .destination = 99}) / odd_bytes<5>));
constexpr Ipv4 expired =
    run(program_of<Udp, expire>, ethernet() / ipv4({.ttl = 200, .protocol = IpProtocol::Tcp}) / udp()).at<Ipv4, 14>();
static_assert(detail::packet::bytes_of(expired) == first<20>(packet_bytes(ipv4({.ttl = 1}) / udp())));

// A checksum of UDP that is 0 is none, and stays; one that becomes 0 is written as 0xffff.
constexpr auto no_checksum = ethernet() / ipv4(from_2) / exactly(Udp{.length = 8});
static_assert(run(program_of<Udp, report>, no_checksum).at<Udp, 34>().checksum == 0);
constexpr auto becomes_zero = ethernet() / ipv4(from_2) / exactly(Udp{.destination = 0, .length = 8, .checksum = 99});
static_assert(run(program_of<Udp, report>, becomes_zero).at<Udp, 34>().checksum == 0xffff);

// In options and payloads, also where a word of the checksum starts in the middle of the field.
constexpr auto clamp = [](auto packet, auto, auto tcp) {
  auto size = tcp.template option<TcpMaximumSegmentSize>();
  if (size) amend_checksum(packet, tcp, replace<&TcpMaximumSegmentSize::bytes>(size, 0x1234));
};
template <std::uint8_t... Options>
constexpr auto segment = ethernet() / ipv4(from_2) / tcp({.source = 7}, options({Options...})) / odd_bytes<5>;
static_assert(run(program_of<Tcp, clamp>, segment<2, 4, 0x05, 0xb4>).packet == packet_bytes(segment<2, 4, 0x12, 0x34>));
static_assert(run(program_of<Tcp, clamp>, segment<1, 2, 4, 0x05, 0xb4, 0, 0, 0>).packet ==
              packet_bytes(segment<1, 2, 4, 0x12, 0x34, 0, 0, 0>));
constexpr auto rename = [](auto packet, auto, auto udp) {
  auto dns = udp.template payload<Dns>();
  if (dns) amend_checksum(packet, udp, replace<&Dns::id>(dns, 0x1234));
};
static_assert(run(program_of<Udp, rename>, ethernet() / ipv4(from_2) / udp() / dns({.id = 7})).packet ==
              packet_bytes(ethernet() / ipv4(from_2) / udp() / dns({.id = 0x1234})));

// A field amends the checksums that cover it.
static_assert(detail::checksum::covers<&Ipv4::ttl, Ipv4> && !detail::checksum::covers<&Ipv4::ttl, Tcp>);
static_assert(detail::checksum::covers<&Ipv4::source, Udp> && detail::checksum::covers<&Ipv6::source, Icmpv6>);
static_assert(!detail::checksum::covers<&Ipv4::source, Icmp> && !detail::checksum::covers<&Tcp::source, Udp>);
static_assert(detail::checksum::covers<&Dns::id, Udp> && !detail::checksum::covers<&Dns::id, Ipv4>);
static_assert(detail::checksum::covers<&TcpMaximumSegmentSize::bytes, Tcp>);
static_assert(!detail::checksum::covers<&TcpMaximumSegmentSize::bytes, Ipv4> &&
              !detail::checksum::covers<&Vlan::ether_type, Udp>);
static_assert(!detail::checksum::covers<&Ipv4::checksum, Ipv4> && !detail::checksum::covers<&Ipv4::protocol, Udp>);

}  // namespace
