// Where connect_rewrite sends connections.
#include <cstdint>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/testing/doctest.hpp>

#include "connect_rewrite.hpp"

namespace {

/// Whether a connection to 10.0.0.3 is let through, and where it goes then.
void check_ipv4(Native& native, std::uint16_t wanted, Ipv4Address address, std::uint16_t reached) {
  const auto outcome = native(rewrite_ipv4)({.destination = "10.0.0.3", .port = wanted});
  CAPTURE(wanted);
  CHECK(outcome == Verdict::Allow);
  CHECK(outcome.context.destination == address);
  CHECK(outcome.context.port.value() == reached);
}

}  // namespace

TEST_CASE("connections to the port go to this machine, others where they want") {
  Native native;
  check_ipv4(native, 79, "10.0.0.3", 79);
  check_ipv4(native, 80, "127.0.0.1", 8080);
  check_ipv4(native, 81, "10.0.0.3", 81);
  check_ipv4(native, 8080, "10.0.0.3", 8080);
  CHECK(native[connects].sum().rewritten == 1);
  CHECK(native[connects].sum().forbidden == 0);
}

TEST_CASE("IPv6 goes to this machine's IPv6 address") {
  Native native;
  const auto outcome = native(rewrite_ipv6)({.destination = "fd00::3", .port = 80});
  CHECK(outcome == Verdict::Allow);
  CHECK(outcome.context.destination == Ipv6Address("::1"));
  CHECK(outcome.context.port.value() == 8080);
  const auto other = native(rewrite_ipv6)({.destination = "fd00::3", .port = 443});
  CHECK(other.context.destination == Ipv6Address("fd00::3"));
  CHECK(native[connects].sum().rewritten == 1);
}

TEST_CASE("connections to the forbidden port fail") {
  Native native;
  CHECK(native(rewrite_ipv4)({.destination = "10.0.0.3", .port = 25}) == Verdict::Deny);
  CHECK(native(rewrite_ipv6)({.destination = "fd00::3", .port = 25}) == Verdict::Deny);
  CHECK(native(rewrite_ipv4)({.port = 24}) == Verdict::Allow);
  CHECK(native(rewrite_ipv4)({.port = 26}) == Verdict::Allow);
  CHECK(native[connects].sum().forbidden == 2);
  CHECK(native[connects].sum().rewritten == 0);
}

TEST_CASE("only TCP is changed") {
  Native native;
  const auto datagrams = native(rewrite_ipv4)({.destination = "10.0.0.3", .port = 80, .type = SocketType::Datagram});
  CHECK(datagrams == Verdict::Allow);
  CHECK(datagrams.context.destination == Ipv4Address("10.0.0.3"));
  CHECK(datagrams.context.port.value() == 80);
  CHECK(native(rewrite_ipv4)({.port = 25, .type = SocketType::Datagram}) == Verdict::Allow);
  CHECK(native[connects].sum().rewritten + native[connects].sum().forbidden == 0);
}

TEST_CASE("the application chooses the ports") {
  Native native;
  native[port] = 443;
  native[local_port] = 4433;
  native[forbidden_port] = 80;
  check_ipv4(native, 443, "127.0.0.1", 4433);
  check_ipv4(native, 25, "10.0.0.3", 25);
  CHECK(native(rewrite_ipv4)({.port = 80}) == Verdict::Deny);
  native[forbidden_port] = 443;  // what is forbidden is not rewritten
  CHECK(native(rewrite_ipv4)({.port = 443}) == Verdict::Deny);
}
