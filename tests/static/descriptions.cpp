// Every protocol's description: it names every bit, it is a header, and it prints.
#include <cstdint>
#include <string>

#include <doctest/doctest.h>

#include <ebpfxx/language.hpp>
#include <ebpfxx/packet/describe_text.hpp>

#include "bytes.hpp"

using namespace ebpfxx;

namespace {

/// Whether some field has another value in one header than in the other.
template <class Header>
constexpr bool differ(const Header& left, const Header& right) {
  bool differs = false;
  header_description<Header>.for_each_field([&](const auto& field) { differs |= field.of(left) != field.of(right); });
  return differs;
}

/// Whether each single bit of the header shows in some field.
template <class Header>
constexpr bool shows_every_bit() {
  std::array<std::uint8_t, sizeof(Header)> zeros{};
  for (std::size_t bit = 0; bit < 8 * sizeof(Header); ++bit) {
    auto bytes = zeros;
    bytes[bit / 8] = static_cast<std::uint8_t>(1 << bit % 8);
    if (!differ(std::bit_cast<Header>(zeros), std::bit_cast<Header>(bytes))) return false;
  }
  return true;
}
static_assert(shows_every_bit<Ethernet>() && shows_every_bit<Ipv4>() && shows_every_bit<Ipv6>());
static_assert(shows_every_bit<Tcp>() && shows_every_bit<Udp>() && shows_every_bit<Icmp>() && shows_every_bit<Icmpv6>());

// Without a description, an aggregate or unique bytes it is no protocol.
struct Bare {
  std::uint8_t number = 0;
};
static_assert(DescribedHeader<Ipv4> && PacketHeader<Bare> && !DescribedHeader<Bare> && !DescribedHeader<Ipv4Address>);

static_assert(name_of(IpProtocol::Tcp) == "tcp" && name_of(IpProtocol{200}).empty());
static_assert(name_of(EtherType::Ipv6) == "ipv6" && name_of(IcmpType::EchoReply) == "echo reply");

// Parts of bytes.
constexpr Ipv4 marked{.version_and_ihl = 0x4f, .flags_and_fragment_offset = 0xa123};
static_assert(marked.version() == 4 && marked.ihl() == 15 && marked.fragment_offset() == 0x123);
static_assert(marked.reserved() && !marked.dont_fragment() && marked.more_fragments());
constexpr Ipv6 labelled{.version_class_and_flow = 0x6abcdef1};
static_assert(labelled.version() == 6 && labelled.traffic_class() == 0xab && labelled.flow_label() == 0xcdef1);
constexpr Tcp flagged{.flags = Tcp::Syn | Tcp::Ack};
static_assert(flagged.syn() && flagged.ack() && !flagged.fin() && !flagged.rst() && !flagged.psh() && !flagged.urg());
static_assert(Icmpv6{.id = 1, .sequence = 2}.mtu() == 65538 && Icmp{.sequence = 1400}.next_hop_mtu() == 1400);

}  // namespace

/// A protocol of the application's own.
namespace application {

struct Tunnel {
  std::uint8_t version = 1;
  BigEndian<std::uint16_t> key = 0;
};

}  // namespace application

template <>
inline constexpr auto ebpfxx::header_description<application::Tunnel> = describe_header(
    "tunnel", HeaderField("version", &application::Tunnel::version), HeaderField("key", &application::Tunnel::key));

TEST_CASE("headers are written field by field") {
  CHECK(to_text(Ethernet{.destination = "ff:ff:ff:ff:ff:ff", .ether_type = EtherType::Arp}) ==
        "ethernet: destination ff:ff:ff:ff:ff:ff, source 00:00:00:00:00:00, type arp");
  CHECK(
      to_text(Ipv4{.flags_and_fragment_offset = 0x4000,
                   .protocol = IpProtocol::Tcp,
                   .checksum = 0xbeef,
                   .source = "10.0.0.2",
                   .destination = "10.0.0.3"}) ==
      "ipv4: version 4, ihl 5, type of service 0x00, total length 0, id 0, don't fragment, fragment offset 0, ttl 64, "
      "protocol tcp, checksum 0xbeef, source 10.0.0.2, destination 10.0.0.3");
  CHECK(to_text(Ipv6{.next_header = IpProtocol::Icmpv6, .source = "fd00::2", .destination = "fd00::3"}) ==
        "ipv6: version 6, traffic class 0x00, flow label 0, payload length 0, next header icmpv6, hop limit 64, source "
        "fd00::2, destination fd00::3");
  CHECK(to_text(Tcp{.source = 40000, .destination = 8080, .sequence = 4294967295, .flags = Tcp::Syn | Tcp::Ack}) ==
        "tcp: source 40000, destination 8080, sequence 4294967295, acknowledgment 0, data offset 5, reserved 0, ack, "
        "syn, "
        "window 0, checksum 0x0000, urgent pointer 0");
  CHECK(to_text(Udp{.source = 53, .checksum = 0x1a}) == "udp: source 53, destination 0, length 0, checksum 0x001a");
  CHECK(to_text(Icmp{.type = IcmpType::EchoReply, .id = 3}) ==
        "icmp: type echo reply, code 0, checksum 0x0000, id 3, sequence 0");
}

TEST_CASE("a number without a name is written as a number") {
  CHECK(to_text(Ipv4{.protocol = IpProtocol{200}}).find("protocol 200, ") != std::string::npos);
  CHECK(to_text(Ethernet{.ether_type = EtherType{0x88cc}}).ends_with("type 0x88cc"));
}

TEST_CASE("a protocol of the application's own is described, printed and built the same way") {
  static_assert(DescribedHeader<application::Tunnel>);
  CHECK(to_text(application::Tunnel{.key = 300}) == "tunnel: version 1, key 300");
  CHECK(packet_bytes(layer(application::Tunnel{.key = 0x1234})) == ebpfxx_test::hex<"011234">());
}
