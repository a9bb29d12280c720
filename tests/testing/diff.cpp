// How a packet differs from the one that is expected.
#include <ebpfxx/language.hpp>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/protocols.hpp>
#include <ebpfxx/testing/doctest.hpp>
#include <string>
#include <vector>

using namespace ebpfxx;

namespace {

template <class Stack>
std::vector<std::uint8_t> bytes_of(const Stack& stack) {
  const auto bytes = packet_bytes(stack);
  return {bytes.begin(), bytes.end()};
}

/// A header without a description.
struct Bare {
  std::uint8_t first = 0, second = 0;
};

/// A header of which not every bit is described.
struct Half {
  std::uint8_t shown = 0, hidden = 0;
};

}  // namespace

template <>
inline constexpr auto ebpfxx::header_description<Half> = describe_header("half", HeaderField("shown", &Half::shown));

TEST_CASE("equal packets do not differ") {
  const auto packet = ethernet() / ipv4({}, options({1})) / tcp({}, options({1, 1})) / payload("hello");
  CHECK(diff(bytes_of(packet), packet) == "");
  CHECK(diff(bytes_of(packet), packet_bytes(packet)) == "");
  // Nor where the header says something else than what follows it.
  const auto odd = exactly(Ipv4{.version_and_ihl = 0x46}) / payload("hello");
  CHECK(diff(bytes_of(odd), odd) == "");
}

TEST_CASE("fields are called as they are described") {
  const auto expected = ipv4({.ttl = 63}) / tcp({.destination = 8080, .flags = Tcp::Syn});
  CHECK(diff(bytes_of(ipv4({.ttl = 64}) / tcp({.destination = 80, .flags = Tcp::Ack})), expected) ==
        "ipv4.ttl: 64 != 63\n"
        "ipv4.checksum: 0x7ad1 != 0x7bd1\n"
        "tcp.destination: 80 != 8080\n"
        "tcp.ack: true != false\n"
        "tcp.syn: false != true\n"
        "tcp.checksum: 0xaf85 != 0x9053");
  CHECK(diff(bytes_of(ethernet({.destination = "02:00:00:00:00:01"}) / payload("")),
             ethernet({.ether_type = EtherType::Arp})) ==
        "ethernet.destination: 02:00:00:00:00:01 != 00:00:00:00:00:00\nethernet.type: 0x0000 != arp");
}

TEST_CASE("of two headers of a kind the second has a number") {
  const auto tunnel = ipv4() / ipv4({.source = "10.0.0.2"});
  CHECK(diff(bytes_of(ipv4({.id = 1}) / ipv4({.ttl = 1, .source = "10.0.0.2"})), tunnel) ==
        "ipv4.id: 1 != 0\nipv4.checksum: 0x7ad2 != 0x7ad3\nipv4[1].ttl: 1 != 64\nipv4[1].checksum: 0xafae != 0x70ae");
}

TEST_CASE("bytes of payload and options are counted from where they start") {
  CHECK(diff(bytes_of(payload("hello")), payload("hallo")) == "payload byte 1: 65 != 61");
  CHECK(diff(bytes_of(payload("hello")), payload("haLLo")) == "payload bytes 1 to 3: 65 6c 6c != 61 4c 4c");
  CHECK(diff(bytes_of(payload("hello")), payload("Hellx")) == "payload byte 0: 68 != 48\npayload byte 4: 6f != 78");
  CHECK(diff(bytes_of(payload<17>()), payload("12345678901234567")).ends_with("36 ..."));
  const auto expected = exactly(Ipv4{.version_and_ihl = 0x46}) / payload("\1\1\1\1") / payload("x");
  CHECK(diff(bytes_of(layer(Ipv4{.version_and_ihl = 0x46, .total_length = 25, .checksum = 1}, options({1, 2, 1, 1})) /
                      payload("x")),
             layer(Ipv4{.version_and_ihl = 0x46, .total_length = 25, .checksum = 1}, options({1, 1, 1, 1})) /
                 payload("x")) == "ipv4 options byte 1: 02 != 01");
  CHECK(diff(bytes_of(expected), expected) == "");
}

TEST_CASE("bytes of a capture are compared, too") {
  const auto hello = bytes_of(payload("hello")), longer = bytes_of(payload("hallo!"));
  CHECK(diff(hello, hello) == "");
  CHECK(diff(hello, longer) == "packet: 5 bytes != 6 bytes\npacket byte 1: 65 != 61");
  CHECK(hello == matches(hello));
  CHECK(hello != matches(longer));
}

TEST_CASE("lengths that differ are said") {
  CHECK(diff(bytes_of(payload("hello")), payload("hell")) == "length: 5 bytes != 4 bytes\npayload: 5 bytes != 4 bytes");
  CHECK(diff(bytes_of(payload("hell")), payload("hello")) == "length: 4 bytes != 5 bytes\npayload: 4 bytes != 5 bytes");
  CHECK(diff({}, ipv4()) == "length: 0 bytes != 20 bytes\nipv4: the packet ends after 0 bytes of it");
  CHECK(diff(bytes_of(payload<19>()), ipv4()) ==
        "length: 19 bytes != 20 bytes\nipv4: the packet ends after 19 bytes of it");
  CHECK(diff(bytes_of(exactly(Udp{}) / payload("x")), exactly(Udp{})) ==
        "length: 9 bytes != 8 bytes\nbehind the last layer: 1 byte != 0 bytes");
}

TEST_CASE("a header with options does not hide what follows it") {
  CHECK(diff(bytes_of(ipv4({.total_length = 28, .checksum = 1}, options({1, 1, 1, 1})) /
                      udp({.length = 8, .checksum = 1})),
             ipv4({.total_length = 28, .checksum = 1}) / udp({.destination = 53, .length = 8, .checksum = 1})) ==
        "length: 32 bytes != 28 bytes\nipv4.ihl: 6 != 5\nipv4 options: 4 bytes != 0 bytes\nudp.destination: 0 != 53");
}

TEST_CASE("headers without a description are bytes") {
  CHECK(diff(bytes_of(layer(Bare{.first = 1})), layer(Bare{})) == "header byte 0: 01 != 00");
  CHECK(diff(bytes_of(layer(Half{.shown = 1})), layer(Half{})) == "half.shown: 1 != 0");
  CHECK(diff(bytes_of(layer(Half{.hidden = 1})), layer(Half{})) == "half byte 1: 01 != 00");
}

TEST_CASE("no bit is overlooked, and no byte that is missing") {
  const auto expected = ethernet() / vlan() / ipv6() / ipv6_fragment() / udp({.destination = Geneve::port}) /
                        geneve({}, options({1, 2, 0x80, 1, 0, 0, 0, 7})) / ethernet() / ipv4({}, options({1, 1})) /
                        tcp({}, options({1, 1})) / payload("hello");
  const auto bytes = bytes_of(expected);
  REQUIRE(diff(bytes, expected) == "");
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    auto changed = bytes;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    REQUIRE(diff(changed, expected) != "");
  }
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const std::vector<std::uint8_t> cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    REQUIRE(diff(cut, expected).starts_with("length: " + std::to_string(size)));
  }
}

namespace {

constexpr Program<Lwt::Xmit> set_ttl = [](Lwt::Xmit::Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Lwt::Xmit::Verdict::Drop;
  ip->ttl = 63;
  return Lwt::Xmit::Verdict::Ok;
};

}  // namespace

TEST_CASE("outcomes of all kinds and bytes match") {
  Native native;
  const auto sent = ipv4({.ttl = 64, .checksum = 1}), wanted = ipv4({.ttl = 63, .checksum = 1});
  CHECK(native(set_ttl)(sent) == matches(wanted));
  CHECK(native(set_ttl)(sent) != matches(sent));
  CHECK(run(set_ttl, sent) == matches(wanted));
  CHECK(run(set_ttl, sent) != matches(sent));
  CHECK(bytes_of(wanted) == matches(wanted));
  CHECK(bytes_of(wanted) == matches(packet_bytes(wanted)));
  CHECK(bytes_of(wanted) != matches(sent));
  const auto expectation = matches(wanted);
  CHECK(to_text(expectation) == "as expected");
  CHECK(bytes_of(sent) != expectation);
  CHECK(to_text(expectation) == "expected, but\n  ipv4.ttl: 64 != 63");
}
