// What lwt_drop drops, and what it leaves alone.
#include <cstdint>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/testing/doctest.hpp>
#include <span>

#include "lwt_drop.hpp"

using In = Lwt::In::Verdict;
using Out = Lwt::Out::Verdict;

TEST_CASE("TCP to the port is dropped, counted and said") {
  Native native;
  CHECK(native(drop_egress)(ipv4() / tcp({.destination = 8080}) / payload("hello")) == Out::Drop);
  CHECK(native(drop_egress)(ipv4() / tcp({.destination = 8080})) == Out::Drop);
  CHECK(native[drops].sum().packets == 2);
  CHECK(native[drops].sum().bytes == 45 + 40);
  REQUIRE(native.trace().size() == 2);
  CHECK(native.trace()[0] == "dropping egress packet to port 8080");
}

TEST_CASE("everything else passes, and is not counted") {
  Native native;
  CHECK(native(drop_egress)(ipv4() / tcp({.destination = 8079})) == Out::Ok);
  CHECK(native(drop_egress)(ipv4() / tcp({.destination = 8081})) == Out::Ok);
  CHECK(native(drop_egress)(ipv4() / tcp({.source = 8080})) == Out::Ok);
  CHECK(native(drop_egress)(ipv4() / udp({.destination = 8080})) == Out::Ok);
  CHECK(native(drop_egress)(ipv6() / tcp({.destination = 8080})) == Out::Ok);
  CHECK(native(drop_egress)(ipv4({.version_and_ihl = 0x55}) / tcp({.destination = 8080})) == Out::Ok);
  // A later fragment has no TCP header, whatever is there.
  CHECK(native(drop_egress)(ipv4({.flags_and_fragment_offset = 1}) / tcp({.destination = 8080})) == Out::Ok);
  CHECK(native[drops].sum().packets == 0);
  CHECK(native.trace().empty());
}

TEST_CASE("the TCP header is found behind options, and has to be there") {
  Native native;
  CHECK(native(drop_egress)(ipv4({}, options({1, 1, 1, 1})) / tcp({.destination = 8080})) == Out::Drop);

  const auto bytes = packet_bytes(ipv4() / tcp({.destination = 8080}));
  const std::span<const std::uint8_t> packet(bytes);
  CHECK(native(drop_egress)(packet.first(40)) == Out::Drop);
  CHECK(native(drop_egress)(packet.first(39)) == Out::Ok);
  CHECK(native(drop_egress)(packet.first(19)) == Out::Ok);
  CHECK(native(drop_egress)(packet.first(0)) == Out::Ok);
  // A program looks at the linear part of a packet.
  CHECK(native(drop_egress)(packet, {.linear = 40}) == Out::Drop);
  CHECK(native(drop_egress)(packet, {.linear = 39}) == Out::Ok);
}

TEST_CASE("what arrives is dropped from one address only") {
  Native native;
  const auto from_peer = ipv4({.source = "10.0.0.3"}) / tcp({.destination = 8080});
  CHECK(native(drop_ingress)(from_peer) == In::Drop);
  CHECK(native(drop_ingress)(ipv4({.source = "10.0.0.4"}) / tcp({.destination = 8080})) == In::Ok);
  CHECK(native(drop_ingress)(ipv4({.source = "10.0.0.3"}) / tcp({.destination = 8081})) == In::Ok);
  CHECK(native(drop_ingress)(ipv4({.destination = "10.0.0.3"}) / tcp({.destination = 8080})) == In::Ok);
  CHECK(native[drops].sum().packets == 1);
  REQUIRE(native.trace().size() == 1);
  CHECK(native.trace()[0] == "dropping ingress packet to port 8080");

  CHECK(native(drop_ingress)(ipv4({.source = "10.0.0.3"}) / udp({.destination = 8080})) == In::Ok);
  CHECK(native(drop_ingress)(ipv6() / tcp({.destination = 8080})) == In::Ok);
  const auto bytes = packet_bytes(from_peer);
  CHECK(native(drop_ingress)(std::span(bytes).first(39)) == In::Ok);
  CHECK(native(drop_ingress)(std::span(bytes).first(19)) == In::Ok);
}

TEST_CASE("the application chooses port and address") {
  Native native;
  native[port] = 9090;
  native[from] = Ipv4Address("192.0.2.7");
  CHECK(native(drop_egress)(ipv4() / tcp({.destination = 8080})) == Out::Ok);
  CHECK(native(drop_egress)(ipv4() / tcp({.destination = 9090})) == Out::Drop);
  CHECK(native(drop_ingress)(ipv4({.source = "10.0.0.3"}) / tcp({.destination = 9090})) == In::Ok);
  CHECK(native(drop_ingress)(ipv4({.source = "192.0.2.7"}) / tcp({.destination = 9090})) == In::Drop);
}

TEST_CASE("packets stay as they are") {
  Native native;
  const auto packet = ipv4({.source = "10.0.0.3"}) / tcp({.destination = 8080}) / payload("hello");
  CHECK(native(drop_egress)(packet) == matches(packet));
  CHECK(native(drop_ingress)(packet) == matches(packet));
}
