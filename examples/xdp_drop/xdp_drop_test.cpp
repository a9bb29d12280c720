// What xdp_drop drops, and what it leaves alone.
#include <cstdint>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/testing/doctest.hpp>
#include <span>

#include "xdp_drop.hpp"

using Verdict = Xdp::Verdict;

namespace {

constexpr auto to_port = [](std::uint16_t destination) {
  return ethernet() / ipv4({.source = "10.0.0.3"}) / tcp({.destination = destination});
};

}  // namespace

TEST_CASE("TCP from the address to the port is dropped and counted") {
  Native native;
  CHECK(native(drop_tcp)(to_port(8080) / payload("hello")) == Verdict::Drop);
  CHECK(native(drop_tcp)(to_port(8080)) == Verdict::Drop);
  CHECK(native[drops].sum().packets == 2);
  CHECK(native[drops].sum().bytes == 59 + 54);
}

TEST_CASE("everything else passes, and is not counted") {
  Native native;
  CHECK(native(drop_tcp)(to_port(8079)) == Verdict::Pass);
  CHECK(native(drop_tcp)(to_port(8081)) == Verdict::Pass);
  const Ipv4 from_peer{.source = "10.0.0.3"};
  CHECK(native(drop_tcp)(ethernet() / ipv4({.source = "10.0.0.4"}) / tcp({.destination = 8080})) == Verdict::Pass);
  CHECK(native(drop_tcp)(ethernet() / ipv4({.destination = "10.0.0.3"}) / tcp({.destination = 8080})) == Verdict::Pass);
  CHECK(native(drop_tcp)(ethernet() / ipv4(from_peer) / udp({.destination = 8080})) == Verdict::Pass);
  CHECK(native(drop_tcp)(ethernet() / ipv6() / tcp({.destination = 8080})) == Verdict::Pass);
  CHECK(native(drop_tcp)(ethernet() / vlan() / ipv4(from_peer) / tcp({.destination = 8080})) == Verdict::Pass);
  CHECK(native(drop_tcp)(ethernet() / arp()) == Verdict::Pass);
  // What is called IPv4 and is something else.
  CHECK(native(drop_tcp)(exactly(Ethernet{.ether_type = EtherType::Ipv4}) / ipv6() / tcp({.destination = 8080})) ==
        Verdict::Pass);
  // A later fragment has no TCP header, whatever is there.
  const Ipv4 fragment{.flags_and_fragment_offset = 1, .source = "10.0.0.3"};
  CHECK(native(drop_tcp)(ethernet() / ipv4(fragment) / tcp({.destination = 8080})) == Verdict::Pass);
  CHECK(native[drops].sum().packets == 0);
}

TEST_CASE("the TCP header is found behind options, and has to be there") {
  Native native;
  CHECK(native(drop_tcp)(ethernet() / ipv4({.source = "10.0.0.3"}, options({1})) / tcp({.destination = 8080})) ==
        Verdict::Drop);
  const auto bytes = packet_bytes(to_port(8080));
  for (const std::size_t size : {53, 34, 33, 14, 13, 0})
    CHECK(native(drop_tcp)(std::span(bytes).first(size)) == Verdict::Pass);
  CHECK(native(drop_tcp)(std::span(bytes).first(54)) == Verdict::Drop);
}

TEST_CASE("the application chooses port and address") {
  Native native;
  native[port] = 9090;
  native[from] = Ipv4Address("192.0.2.7");
  CHECK(native(drop_tcp)(to_port(8080)) == Verdict::Pass);
  CHECK(native(drop_tcp)(ethernet() / ipv4({.source = "192.0.2.7"}) / tcp({.destination = 9090})) == Verdict::Drop);
}

TEST_CASE("each CPU counts for itself") {
  Native native(2);
  native(drop_tcp)(to_port(8080));
  native.cpu(1);
  native(drop_tcp)(to_port(8080));
  native(drop_tcp)(to_port(8080));
  CHECK(native[drops].per_cpu()[0].packets == 1);
  CHECK(native[drops].per_cpu()[1].packets == 2);
}

TEST_CASE("frames stay as they are") {
  Native native;
  CHECK(native(drop_tcp)(to_port(8080)) == matches(to_port(8080)));
  CHECK(native(drop_tcp)(to_port(8081)) == matches(to_port(8081)));
}
