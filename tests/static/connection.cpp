// Cgroup::Connect4 and Connect6 in constant evaluation: what a program sees, and what it changes.
#include <doctest/doctest.h>

#include <concepts>
#include <cstdint>

#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using Verdict = Cgroup::Connect4::Verdict;

namespace {

constexpr Program<Cgroup::Connect4> rewrite4 = [](Cgroup::Connect4::Connection connection) {
  if (connection.type() == SocketType::Datagram) return Verdict::Deny;
  if (connection.destination() == "10.0.0.3" && connection.port() == 80) {
    connection.set_destination("127.0.0.1");
    connection.set_port(8080);
  }
  return Verdict::Allow;
};
constexpr auto rewritten = run(rewrite4, {.destination = "10.0.0.3", .port = 80});
TEST_CASE("the destination of Connect4 is rewritten" * doctest::test_suite("Cgroup::Connect4")) {
  static_assert(rewritten == Verdict::Allow && rewritten.verdict == Verdict::Allow);
  static_assert(rewritten.context.destination == "127.0.0.1" && rewritten.context.port == 8080);
  static_assert(run(rewrite4, {.destination = "10.0.0.3", .port = 81}).context.port == 81);
  static_assert(run(rewrite4, {.destination = "10.0.0.4", .port = 80}).context.destination == "10.0.0.4");
  static_assert(run(rewrite4, {.type = SocketType::Datagram}) == Verdict::Deny);
}

constexpr Program<Cgroup::Connect6> rewrite6 = [](Cgroup::Connect6::Connection connection) {
  if (connection.protocol() != IpProtocol::Tcp || connection.family() != AddressFamily::Ipv6) return Verdict::Deny;
  if (connection.destination() == "fd00::3") connection.set_destination("::1");
  return Verdict::Allow;
};
TEST_CASE("the destination of Connect6 is rewritten" * doctest::test_suite("Cgroup::Connect6")) {
  static_assert(run(rewrite6, {.destination = "fd00::3", .port = 7}).context.destination == "::1");
  static_assert(run(rewrite6, {.destination = "fd00::3", .port = 7}).context.port == 7);
  static_assert(run(rewrite6, {.protocol = IpProtocol::Udp}) == Verdict::Deny);
  static_assert(run(rewrite6, {.family = AddressFamily::Ipv4}) == Verdict::Deny);
}

TEST_CASE("what runs without a packet" * doctest::test_suite("Cgroup::Connect4, Cgroup::Connect6")) {
  static_assert(ContextHook<Cgroup::Connect4> && !ContextHook<Tc::Ingress> && !ContextHook<Xdp>);
  static_assert(static_cast<int>(Verdict::Deny) == 0 && static_cast<int>(Verdict::Allow) == 1);
}

}  // namespace
