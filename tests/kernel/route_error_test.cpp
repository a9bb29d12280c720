// Each way in which a route can be wrong: the exact line, the errno, and that nothing has changed.
#include <doctest/doctest.h>

#include <cerrno>
#include <functional>
#include <string>
#include <vector>

#include "support/capabilities.hpp"
#include "support/child_process.hpp"
#include "support/counting_programs.hpp"
#include "support/expect_error.hpp"
#include "support/network.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;

namespace {

std::string all_routes(const NetworkNamespace& place) {
  return place.shell("ip -d route show table all; ip nexthop show");
}

}  // namespace

TEST_CASE("a route that cannot be described is refused where it is written") {
  struct Row {
    std::function<void()> body;
    int number;
    const char* line;
  };
  const std::vector<Row> rows = {
      {[] { Route("somewhere"); }, EINVAL,
       "cannot use route somewhere: 'somewhere' is not an address with a prefix length; write it as in 10.0.0.3/32"},
      {[] { Route(""); }, EINVAL,
       "cannot use route : '' is not an address with a prefix length; write it as in 10.0.0.3/32"},
      {[] { Route("10.0.0.3/33"); }, EINVAL,
       "cannot use route 10.0.0.3/33: '10.0.0.3/33' is not an address with a prefix length; write it as in "
       "10.0.0.3/32"},
      {[] { Route("10.0.0.3/"); }, EINVAL,
       "cannot use route 10.0.0.3/: '10.0.0.3/' is not an address with a prefix length; write it as in 10.0.0.3/32"},
      {[] { Route("10.0.0.3/24"); }, EINVAL,
       "cannot use route 10.0.0.3/24: the address has bits beyond its prefix of 24 bits"},
      {[] { Route("fd00::3/64"); }, EINVAL,
       "cannot use route fd00::3/64: the address has bits beyond its prefix of 64 bits"},
      {[] { Route("10.0.0.3").via("nowhere"); }, EINVAL,
       "cannot use route 10.0.0.3: the gateway 'nowhere' is not an address"},
      {[] { Route("10.0.0.3").via("fd00::3"); }, EINVAL,
       "cannot use route 10.0.0.3: the gateway fd00::3 is of another family"},
      {[] { Route("10.0.0.3").source("10.0.0.0/24"); }, EINVAL,
       "cannot use route 10.0.0.3: the source '10.0.0.0/24' is not an address"},
      {[] { Route("10.0.0.3").table("mine"); }, EINVAL,
       "cannot use route 10.0.0.3: there is no table 'mine'; give main, local, default or a number"},
      {[] { Route("10.0.0.3").headroom(257); }, ERANGE,
       "cannot use route 10.0.0.3: a headroom of 257 bytes is too large; the kernel gives at most 256"},
  };
  for (const Row& row : rows) expect_error(row.number, row.line, row.body);
  CHECK_NOTHROW(Route("10.0.0.3").headroom(256));
  CHECK_NOTHROW(Route("10.0.0.0/24"));
  CHECK_NOTHROW(Route("0.0.0.0/0"));
}

TEST_CASE("attaching to a route that does not fit is refused, and changes nothing" * doctest::test_suite("Lwt::Out")) {
  struct Row {
    const char* preparation;
    Route route;
    int number;
    const char* line;
  };
  const std::vector<Row> rows = {
      {"true", Route("10.0.0.3/32").device("veth9"), ENODEV,
       "cannot attach count_out to route 10.0.0.3/32 dev veth9: there is no interface veth9 in this network namespace"},
      {"true", Route("10.0.0.3/32").join(), ESRCH,
       "cannot attach count_out to route 10.0.0.3/32: there is no such route; without join() the route is created"},
      {"ip route add 10.0.0.3/32 dev veth0", Route("10.0.0.3/32").device("lo").join(), ESRCH,
       "cannot attach count_out to route 10.0.0.3/32 dev lo: there is no such route; without join() the route is "
       "created"},
      {"ip route add 10.0.0.3/32 dev veth0", Route("10.0.0.3/32").table(77).metric(5).join(), ESRCH,
       "cannot attach count_out to route 10.0.0.3/32 table 77 metric 5: there is no such route; without join() the "
       "route is created"},
      {"ip route add 10.0.0.3/32 dev veth0", Route("10.0.0.3/32").device("veth0"), EEXIST,
       "cannot attach count_out to route 10.0.0.3/32 dev veth0: the route exists; use join() to add the program to "
       "it"},
      {"ip -6 route add fd00::3/128 dev veth0", Route("fd00::3/128").device("veth0"), EEXIST,
       "cannot attach count_out to route fd00::3/128 dev veth0: the route exists; use join() to add the program to "
       "it"},
      {"true", Route("10.0.0.3/32"), ENODEV,
       "cannot attach count_out to route 10.0.0.3/32: a new route needs a device() or a gateway via(); join() takes "
       "the one that is there"},
      {"ip route add 10.7.0.0/16 dev veth0; ip route add 10.7.0.0/16 dev veth0 metric 9", Route("10.7.0.0/16").join(),
       ENOTUNIQ,
       "cannot attach count_out to route 10.7.0.0/16: there is more than one such route; say which by metric() or "
       "device()"},
      {"ip route add 10.7.0.0/16 dev veth0; ip route append 10.7.0.0/16 via 10.0.0.3",
       Route("10.7.0.0/16").via("10.0.0.3").join(), ENOTUNIQ,
       "cannot attach count_out to route 10.7.0.0/16: a second route differs in its next hop only, and the kernel "
       "replaces the first of the two"},
      {"ip route add 10.7.0.0/16 nexthop via 10.0.0.3 nexthop via 10.0.0.4", Route("10.7.0.0/16").join(), EOPNOTSUPP,
       "cannot attach count_out to route 10.7.0.0/16: it has several next hops (multipath); attach to routes with one "
       "next hop"},
      {"ip nexthop add id 5 via 10.0.0.3 dev veth0; ip route add 10.7.0.0/16 nhid 5", Route("10.7.0.0/16").join(),
       EOPNOTSUPP,
       "cannot attach count_out to route 10.7.0.0/16: it leads to a nexthop object (nhid), which cannot carry a "
       "program; "
       "attach to routes with a device or a gateway of their own"},
      {"ip route add blackhole 10.7.0.0/16", Route("10.7.0.0/16").join(), EOPNOTSUPP,
       "cannot attach count_out to route 10.7.0.0/16: it leads nowhere (blackhole, unreachable, prohibit or throw) and "
       "would not run a program"},
      {"ip route add 10.7.0.0/16 encap ip id 1 dst 10.0.0.4 dev veth0", Route("10.7.0.0/16").join(), EEXIST,
       "cannot attach count_out to route 10.7.0.0/16: it carries another encapsulation (ip)"},
      {"true", Route("fd00::2").table("local").join(), EOPNOTSUPP,
       "cannot attach count_out to route fd00::2 table local: the kernel cannot replace an IPv6 route of table local; "
       "attach to a route of another table, or to the IPv4 address"},
      {"true", Route("10.7.0.0/16").via("172.16.0.1"), ENETUNREACH,
       "cannot attach count_out to route 10.7.0.0/16: Network is unreachable (Nexthop has invalid gateway)"},
      {"ip link set veth0 down", Route("10.0.0.3/32").device("veth0"), ENETDOWN,
       "cannot attach count_out to route 10.0.0.3/32 dev veth0: Network is down (Device for nexthop is not up)"},
  };
  auto object = load_counting_programs();
  for (const Row& row : rows) {
    CAPTURE(row.preparation);
    Network network;
    network.left.shell(row.preparation);
    const std::string before = all_routes(network.left);
    expect_error(row.number, row.line,
                 [&] { return network.left.run([&] { return object[count_out].attach(row.route); }); });
    CHECK(all_routes(network.left) == before);
  }
}

TEST_CASE("a program of another application on the route is named and left alone" *
          doctest::test_suite("Lwt::In, Lwt::Out")) {
  Network network;
  auto object = load_counting_programs();
  ChildProcess other(network.left, [&] {
    program_invocation_short_name = const_cast<char*>("other");
    return object[count_in].attach(Route("10.0.0.3/32").device("veth0"));
  });
  const std::string name = "ebpfxx:other/count_in[created,prog=" + std::to_string(object[count_in].id()) +
                           ",pid=" + std::to_string(other.process()) + ",headroom=0]";
  other.kill();
  const std::string before = all_routes(network.left);
  expect_error(EEXIST,
               "cannot attach count_out to route 10.0.0.3/32: it carries another program, " + name +
                   "; remove that program first",
               [&] { return network.left.run([&] { return object[count_out].attach(Route("10.0.0.3/32").join()); }); });
  CHECK(all_routes(network.left) == before);
}

TEST_CASE("without rights, one line says which are missing" * doctest::test_suite("Lwt::Out")) {
  Network network;
  auto object = load_counting_programs();
  const std::string before = all_routes(network.left);
  auto attach = [&] {
    drop_capabilities();
    return object[count_out].attach(Route("10.0.0.3/32").device("veth0"));
  };
  expect_error(
      EPERM,
      "cannot attach count_out to route 10.0.0.3/32 dev veth0: Operation not permitted; this needs CAP_NET_ADMIN "
      "and CAP_BPF (run it as root)",
      [&] { return network.left.run(attach); });
  CHECK(all_routes(network.left) == before);
}
