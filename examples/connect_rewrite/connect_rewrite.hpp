#pragma once

/// The programs of connect_rewrite: they change where the TCP connections to one port go, and forbid another port.
#include <cstdint>
#include <ebpfxx.hpp>

using namespace ebpfxx;
using Verdict = Cgroup::Connect4::Verdict;

struct Connects {
  std::uint64_t rewritten, forbidden;
};
inline PerCpu<Connects> connects;

inline constexpr Config<std::uint16_t> port = 80, local_port = 8080, forbidden_port = 25;

template <class Connection>
constexpr Verdict rewrite(Connection connection, typename Connection::Address loopback) {
  if (connection.type() != SocketType::Stream) return Verdict::Allow;
  if (connection.port() == forbidden_port) {
    connects.update([](Connects& count) { count.forbidden += 1; });
    return Verdict::Deny;
  }
  if (connection.port() != port) return Verdict::Allow;
  connection.set_destination(loopback);
  connection.set_port(local_port.value());
  connects.update([](Connects& count) { count.rewritten += 1; });
  return Verdict::Allow;
}

inline constexpr Program<Cgroup::Connect4> rewrite_ipv4 = [](Cgroup::Connect4::Connection connection) {
  return rewrite(connection, "127.0.0.1");
};
inline constexpr Program<Cgroup::Connect6> rewrite_ipv6 = [](Cgroup::Connect6::Connection connection) {
  return rewrite(connection, "::1");
};

static_assert(run(rewrite_ipv4, {.destination = "10.0.0.3", .port = 80}).context.destination == "127.0.0.1");
static_assert(run(rewrite_ipv6, {.destination = "fd00::3", .port = 80}).context.port == 8080);
static_assert(run(rewrite_ipv4, {.destination = "10.0.0.3", .port = 81}).context.destination == "10.0.0.3");
static_assert(run(rewrite_ipv4, {.destination = "10.0.0.3", .port = 25}) == Verdict::Deny);
