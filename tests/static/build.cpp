// Built packets: what is filled in, what is kept, and that the bytes are those of packets from a Linux host.
#include <cstdint>

#include <doctest/doctest.h>

#include <ebpfxx/language.hpp>
#include <ebpfxx/protocols.hpp>

#include "bytes.hpp"

using namespace ebpfxx;
using ebpfxx_test::hex;

namespace {

template <class Header, std::size_t At = 0, class... Layers>
constexpr Header header_at(const HeaderStack<Layers...>& stack) {
  return detail::packet::copy_header<Header>(packet_bytes(stack).data() + At);
}

// A stack is put into a packet by what builds one, never as the bytes that it has in memory.
static_assert(!PacketHeader<decltype(ipv4() / udp())>);
static_assert(!PacketHeader<decltype(payload("hello"))>);

constexpr Ethernet a_to_b{.destination = "02:00:00:00:00:02", .source = "02:00:00:00:00:01"};

// Packets as Linux 6 sent them over a veth pair without checksum offload.
static_assert(packet_bytes(ethernet(a_to_b) /
                           ipv4({.id = 0xce74,
                                 .flags_and_fragment_offset = 0x4000,
                                 .source = "10.0.0.2",
                                 .destination = "10.0.0.3"}) /
                           udp({.source = 40000, .destination = 53}) / payload("hello")) ==
              hex<"020000000002020000000001080045000021ce744000401158530a0000020a000003"
                  "9c400035000d0b8868656c6c6f">());
static_assert(packet_bytes(ethernet(a_to_b) /
                           ipv6({.version_class_and_flow = 0x600d0948, .source = "fd00::2", .destination = "fd00::3"}) /
                           udp({.source = 40000, .destination = 53}) / payload("hello")) ==
              hex<"02000000000202000000000186dd600d0948000d1140fd000000000000000000000000000002"
                  "fd0000000000000000000000000000039c400035000d258668656c6c6f">());
static_assert(packet_bytes(ethernet(a_to_b) /
                           ipv4({.id = 0x594b,
                                 .flags_and_fragment_offset = 0x4000,
                                 .source = "10.0.0.2",
                                 .destination = "10.0.0.3"}) /
                           icmp({.type = IcmpType::EchoRequest, .id = 0x6938, .sequence = 7}) / payload("odd")) ==
              hex<"02000000000202000000000108004500001f594b40004001cd8e0a0000020a000003"
                  "0800bb5b693800076f6464">());
static_assert(packet_bytes(ethernet(a_to_b) /
                           ipv6({.version_class_and_flow = 0x600bdeb0, .source = "fd00::2", .destination = "fd00::3"}) /
                           icmpv6({.type = Icmpv6Type::EchoRequest, .id = 0x6939, .sequence = 7}) / payload("odd")) ==
              hex<"02000000000202000000000186dd600bdeb0000b3a40fd000000000000000000000000000002"
                  "fd0000000000000000000000000000038000490e693900076f6464">());
static_assert(
    packet_bytes(
        ethernet(a_to_b) /
        ipv4({.id = 0x1331, .flags_and_fragment_offset = 0x4000, .source = "10.0.0.2", .destination = "10.0.0.3"}) /
        tcp({.source = 40001, .destination = 8080, .sequence = 0x3ac7ef46, .flags = Tcp::Syn, .window = 64240},
            options(hex<"020405b40402080adf86533e000000000103030a">()))) ==
    hex<"02000000000202000000000108004500003c13314000400613870a0000020a000003"
        "9c411f903ac7ef4600000000a002faf020630000020405b40402080adf86533e000000000103030a">());

// What follows from the rest is filled in ...
static_assert(header_at<Ipv4>(ipv4() / tcp()).protocol == IpProtocol::Tcp);
static_assert(header_at<Ipv4>(ipv4() / ipv6()).protocol == IpProtocol::Ipv6);
static_assert(header_at<Ipv4>(ipv4() / payload("text")).protocol == IpProtocol::NoNext);
static_assert(header_at<Ipv4>(ipv4({}, options({1, 1, 1, 1, 1})) / udp()).total_length == 36);
static_assert(header_at<Ipv4>(ipv4({}, options({1, 1, 1, 1, 1})) / udp()).ihl() == 7);
static_assert(header_at<Ipv6>(ipv6() / udp() / payload<3>()).payload_length == 11);
static_assert(header_at<Ethernet>(ethernet() / ipv6()).ether_type == EtherType::Ipv6);
static_assert(header_at<Ethernet>(ethernet() / payload("text")).ether_type == EtherType{});
static_assert(header_at<Tcp>(tcp({}, options({1})) / payload<7>()).data_offset() == 6);
static_assert(header_at<Udp>(udp() / payload<7>()).length == 15);

// ... and what the author set is kept.
static_assert(header_at<Ipv4>(ipv4({.protocol = IpProtocol::Gre}) / tcp()).protocol == IpProtocol::Gre);
static_assert(header_at<Ipv4>(ipv4({.total_length = 1}) / tcp()).total_length == 1);
static_assert(header_at<Ipv4>(ipv4({.checksum = 1}) / tcp()).checksum == 1);
static_assert(header_at<Ipv4>(ipv4({.version_and_ihl = 0x46}, options({1})) / tcp()).ihl() == 6);
static_assert(header_at<Ipv4>(ipv4({.version_and_ihl = 0x44})).ihl() == 4);
static_assert(header_at<Ipv6>(ipv6({.next_header = IpProtocol::HopByHop}) / tcp()).next_header == IpProtocol::HopByHop);
static_assert(header_at<Ethernet>(ethernet({.ether_type = EtherType::Mpls}) / ipv4()).ether_type == EtherType::Mpls);
static_assert(header_at<Udp, 20>(ipv4() / udp({.length = 9, .checksum = 2})).length == 9);
static_assert(header_at<Udp, 20>(ipv4() / udp({.length = 9, .checksum = 2})).checksum == 2);
static_assert(packet_bytes(exactly(Ipv4{}) / exactly(Udp{})) ==
              hex<"4500000000000000403b000000000000000000000000000000000000">());

// A pseudo header comes only from an IP header in front, with extension headers between them or not.
static_assert(header_at<Udp>(udp() / payload("text")).checksum == 0);
static_assert(header_at<Tcp, 14>(ethernet() / tcp()).checksum == 0);
static_assert(header_at<Tcp, 20>(exactly(Ipv4{.destination = "10.0.0.3"}) / tcp()).checksum ==
              header_at<Tcp, 20>(ipv4({.destination = "10.0.0.3"}) / tcp()).checksum);

constexpr auto to_final = ipv6({.destination = "fd00::3"}) / udp({.destination = 53});
template <std::size_t At, class... Layers>
constexpr bool has_checksum_of_final(const HeaderStack<Layers...>& stack) {
  return header_at<Udp, At>(stack).checksum == header_at<Udp, 40>(to_final).checksum;
}
static_assert(has_checksum_of_final<64>(ipv6({.destination = "fd00::3"}) / ipv6_hop_by_hop() /
                                        ipv6_destination_options() / ipv6_fragment() / udp({.destination = 53})));
static_assert(has_checksum_of_final<64>(ipv6({.destination = "fd00::3"}) / ah() / udp({.destination = 53})));
// A routing header knows where the packet goes in the end, unless it has got there.
constexpr auto visited_last = segments(std::array<Ipv6Address, 1>{"fd00::3"});
static_assert(has_checksum_of_final<64>(ipv6({.destination = "fd00::2"}) /
                                        segment_routing({.segments_left = 1}, visited_last) /
                                        udp({.destination = 53})));
static_assert(has_checksum_of_final<64>(ipv6({.destination = "fd00::3"}) / segment_routing({}, visited_last) /
                                        udp({.destination = 53})));

// Extension headers count their options, and name what comes next.
static_assert(packet_bytes(ipv6_hop_by_hop({}, ipv6_options(Ipv6RouterAlert{})) / udp()) == hex<"1100050200000000"
                                                                                                "0000000000080000">());
static_assert(packet_bytes(ipv6_destination_options() / ipv6_fragment({.id = 1}) / udp()) == hex<"2c00000000000000"
                                                                                                 "1100000000000001"
                                                                                                 "0000000000080000">());
static_assert(ipv6_options(Ipv6JumboPayload{}).bytes.size() == 6 && ipv6_options().bytes.size() == 6);
static_assert(ipv6_options(Ipv6JumboPayload{}, Ipv6RouterAlert{}).bytes.size() == 14);
static_assert(packet_bytes(ipv6_routing({.type = 2, .segments_left = 1}, HeaderOptions<20>{}) / tcp())[1] == 2);
static_assert(packet_bytes(ah({}, HeaderOptions<16>{}) / tcp())[1] == 5);

// Options that are described, and parts of GRE.
static_assert(options(TcpMaximumSegmentSize{.bytes = 1460}, TcpSackPermitted{}).bytes == hex<"020405b404020000">());
static_assert(options(Ipv4RouterAlert{}).bytes == hex<"94040000">());
static_assert(packet_bytes(gre({}, GreKey{.key = 7}, GreSequence{.sequence = 1}) / ipv4()) ==
              packet_bytes(gre({.flags_and_version = Gre::HasKey | Gre::HasSequence},
                               options({0, 0, 0, 7, 0, 0, 0, 1})) /
                           ipv4()));
template <class... Parts>
concept PartsOfGre = requires(const Parts&... parts) { gre({}, parts...); };
static_assert(PartsOfGre<GreChecksum, GreKey, GreSequence> && PartsOfGre<GreChecksum, GreSequence>);
static_assert(!PartsOfGre<GreSequence, GreKey> && !PartsOfGre<GreKey, GreKey> && !PartsOfGre<Ipv4>);

static_assert(header_at<DnsLength>(dns_length() / dns({.questions = 1}) / payload("\1a\0\0\1\0\1")).length == 19);

// A UDP checksum that comes out as 0 is sent as 0xffff: 0 would say that there is none.
constexpr auto sums_to_zero = ipv4() / udp() / payload(hex<"ffda">());
static_assert(header_at<Udp, 20>(sums_to_zero).checksum == 0xffff);

// Inner checksums are final before outer ones are made.
constexpr auto tunnel = ipv4({.source = "192.0.2.1"}) / udp({.destination = 6081}) / ipv4({.ttl = 3}) / tcp();
static_assert(header_at<Ipv4, 28>(tunnel).checksum == header_at<Ipv4>(ipv4({.ttl = 3}) / tcp()).checksum);
static_assert([] {
  const auto bytes = packet_bytes(tunnel);
  InternetChecksum sum = Ipv4{.source = "192.0.2.1"}.pseudo_header(IpProtocol::Udp, 48);
  return sum.add(std::span(bytes).subspan(20)).value() == 0;
}());

// Payloads and stacks.
static_assert(packet_bytes(payload("ab") / payload<1>() / payload(hex<"ff">())) == hex<"616200ff">());
static_assert(packet_bytes((ethernet() / ipv4()) / (udp() / payload("x"))) ==
              packet_bytes(ethernet() / ipv4() / udp() / payload("x")));
static_assert(options({1}).bytes == hex<"01000000">() && options(hex<"">()).bytes.empty());
template <std::size_t Bytes>
concept FitsAsOptions = requires { options(std::array<std::uint8_t, Bytes>{}); };
static_assert(FitsAsOptions<40> && !FitsAsOptions<41>);

}  // namespace

TEST_CASE("checksums of RFC 1071 and of a well-known header") {
  CHECK(InternetChecksum().add(hex<"0001f203f4f5f6f7">()).value() == 0x220d);
  CHECK(InternetChecksum().add(hex<"450000730000400040110000c0a80001c0a800c7">()).value() == 0xb861);
  CHECK(InternetChecksum().add(hex<"45000073000040004011b861c0a80001c0a800c7">()).value() == 0);
  CHECK(InternetChecksum().value() == 0xffff);
}

TEST_CASE("an odd byte waits for the next one") {
  CHECK(InternetChecksum().add(hex<"000102">()).add(hex<"030405">()).value() ==
        InternetChecksum().add(hex<"000102030405">()).value());
  CHECK(InternetChecksum().add(hex<"000102">()).value() == InternetChecksum().add(hex<"00010200">()).value());
}

TEST_CASE("a packet is built from what is known at run time") {
  std::uint16_t port = 40000;
  const auto address = Ipv4Address::from_text("10.0.0.3");
  REQUIRE(address);
  const auto bytes = packet_bytes(ipv4({.destination = *address}) / udp({.source = port, .destination = 53}));
  CHECK(bytes[19] == 3);
  CHECK(bytes[20] == 0x9c);
}

TEST_CASE("a packet longer than its length field is refused") {
  CHECK_NOTHROW(packet_bytes(ipv4() / payload<65515>()));
  CHECK_THROWS_AS(packet_bytes(ipv4() / payload<65516>()), std::length_error);
}
