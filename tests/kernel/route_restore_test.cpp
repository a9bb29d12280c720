// What a program on a route changes, and that nothing of it is left after detaching.
#include <doctest/doctest.h>
#include <linux/rtnetlink.h>

#include <string>
#include <vector>

#include "support/counting_programs.hpp"
#include "support/sockets.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;

namespace {

std::string all_routes(const NetworkNamespace& place) { return place.shell("ip -d route show table all"); }

std::string without(std::string text, const std::string& part) {
  std::size_t found = text.find(part);
  return found == std::string::npos ? text : text.erase(found, part.size());
}

/// The part of a printed route that is about programs: " encap bpf ... ] ".
std::string encapsulation_in(const std::string& routes) {
  std::size_t begin = routes.find(" encap bpf ");
  if (begin == std::string::npos) return {};
  std::size_t end = routes.find("] ", routes.rfind("ebpfxx:"));
  return routes.substr(begin, end + 2 - begin);
}

}  // namespace

TEST_CASE("a route that is there keeps its attributes and stands again after detaching" *
          doctest::test_suite("Lwt::Out")) {
  struct Row {
    const char* command;  // makes the route; empty: the kernel made it
    Route route;
  };
  const std::vector<Row> rows = {
      {"ip route add 10.0.0.3/32 dev veth0 metric 7 mtu 1300 advmss 1000 src 10.0.0.2 proto 77",
       Route("10.0.0.3/32").join()},
      {"ip route add 192.0.2.0/24 via 10.0.0.3 dev veth0 onlink table 1000", Route("192.0.2.0/24").table(1000).join()},
      {"ip route add tos 0x10 198.51.100.0/24 via 10.0.0.3", Route("198.51.100.0/24").via("10.0.0.3").join()},
      {"ip route add default via 10.0.0.3 realm 5 metric 4", Route("default").join()},
      {"ip route add 203.0.113.0/24 via inet6 fd00::3 dev veth0", Route("203.0.113.0/24").device("veth0").join()},
      {"ip route add 10.7.0.0/16 dev veth0; ip route add 10.7.0.0/16 dev veth0 metric 9",
       Route("10.7.0.0/16").metric(9).join()},
      {"ip -6 route add 2001:db8::/32 via fd00::3 metric 5 mtu 1400 pref high", Route("2001:db8::/32").join()},
      {"ip -6 route add default via fd00::3 table 1001 proto 99", Route("::/0").table(1001).join()},
      {"", Route("10.0.0.0/24").device("veth0").join()},
      {"", Route("10.0.0.2").table("local").join()},
      {"", Route("fd00::/64").join()},
  };
  auto object = load_counting_programs();
  for (const Row& row : rows) {
    CAPTURE(to_text(row.route));
    Network network;
    if (*row.command != '\0') network.left.shell(row.command);
    const std::string before = all_routes(network.left);
    Link link = network.left.run([&] { return object[count_out].attach(row.route); });
    CHECK_FALSE(link.taken_over());
    const std::string with = all_routes(network.left);
    CHECK(with.find(" encap bpf out ebpfxx:routes/count_out[joined,prog=") != std::string::npos);
    const std::string encapsulation = encapsulation_in(with);
    REQUIRE(!encapsulation.empty());
    CHECK(without(with, encapsulation) == before);
    link.detach();
    CHECK(all_routes(network.left) == before);
    CHECK_FALSE(static_cast<bool>(link));
  }
}

TEST_CASE("an IPv6 route with an end to its life keeps the rest of it" * doctest::test_suite("Lwt::Out")) {
  Network network;
  network.left.shell("ip -6 route add 2001:db8::/32 via fd00::3 expires 1000");
  auto seconds_left = [&] {
    const std::string text = network.left.shell("ip -d -6 route show 2001:db8::/32");
    const std::size_t found = text.find("expires ");
    return found == std::string::npos ? 0 : std::stoi(text.substr(found + 8));
  };
  CHECK(seconds_left() > 900);
  auto object = load_counting_programs();
  Link link = network.left.run([&] { return object[count_out].attach(Route("2001:db8::/32").join()); });
  CHECK(seconds_left() > 900);
  CHECK(seconds_left() <= 1000);
  link.detach();
  CHECK(seconds_left() > 900);
  CHECK(seconds_left() <= 1000);
}

TEST_CASE("a route that is not there is created, and goes with the link" * doctest::test_suite("Lwt::Xmit")) {
  const std::vector<Route> routes = {
      Route("10.0.0.3/32").device("veth0"),
      Route("10.0.0.3/32").device("veth0").metric(3).source("10.0.0.2").headroom(256),
      Route("192.0.2.0/24").via("10.0.0.3"),
      Route("192.0.2.0/24").via("10.0.0.3").device("veth0").table(4000000000u),
      Route("default").via("10.0.0.3").table("default"),
      Route("10.77.0.1").device("lo").table("local"),
      Route("fd00::3/128").device("veth0"),
      Route("2001:db8::/32").via("fd00::3").metric(77).source("fd00::2"),
      Route("::/0").via("fd00::3").table(300),
  };
  auto object = load_counting_programs();
  for (const Route& route : routes) {
    CAPTURE(to_text(route));
    Network network;
    const std::string before = all_routes(network.left);
    {
      Link link = network.left.run([&] { return object[count_xmit].attach(route); });
      const std::string with = all_routes(network.left);
      CHECK(with.find("encap bpf xmit ebpfxx:routes/count_xmit[created,prog=") != std::string::npos);
      if (route.table() == RT_TABLE_LOCAL) CHECK(with.find("local 10.77.0.1") != std::string::npos);
    }
    CHECK(all_routes(network.left) == before);
  }
}

TEST_CASE("packets pass a program on their route, in each family, and no longer after detaching" *
          doctest::test_suite("Lwt::Out")) {
  for (const auto& [left, right, prefix] :
       {std::tuple{"10.0.0.2", "10.0.0.3", "10.0.0.0/24"}, {"fd00::2", "fd00::3", "fd00::/64"}}) {
    CAPTURE(prefix);
    Network network;
    introduce(network, left, right);
    auto object = load_counting_programs();
    Link out = network.left.run([&] { return object[count_out].attach(Route(prefix).join()); });
    UdpReceiver receiver(network.right, right, 5000);
    UdpSender sender(network.left, left);
    sender.send(right, 5000, 100, 20);
    CHECK(receiver.receive(20).size() == 20);
    const Seen seen = object[seen_out].sum();
    const std::uint64_t headers = std::string(left).find(':') == std::string::npos ? 28 : 48;
    CHECK(seen.packets >= 20);  // neighbour discovery may add its own
    CHECK(seen.bytes >= 20 * (100 + headers));
    out.detach();
    const Seen at_the_end = object[seen_out].sum();
    sender.send(right, 5000, 100, 5);
    CHECK(receiver.receive(5).size() == 5);
    CHECK(object[seen_out].sum().packets == at_the_end.packets);
  }
}

TEST_CASE("a link outlives its object, and may be moved and destroyed in another namespace" *
          doctest::test_suite("Lwt::Out")) {
  Network network;
  const std::string before = all_routes(network.left);
  Link kept;
  {
    auto object = load_counting_programs();
    kept = network.left.run([&] { return object[count_out].attach(Route("10.0.0.3/32").device("veth0")); });
  }
  CHECK(all_routes(network.left) != before);
  Link moved = std::move(kept);
  CHECK_FALSE(static_cast<bool>(kept));
  network.right.run([&] { moved = Link(); });
  CHECK(all_routes(network.left) == before);
}

TEST_CASE("detaching leaves a route alone that somebody else has replaced or deleted" *
          doctest::test_suite("Lwt::Out")) {
  Network network;
  auto object = load_counting_programs();
  auto attach = [&] { return object[count_out].attach(Route("10.0.0.3/32").device("veth0")); };
  {
    Link link = network.left.run(attach);
    network.left.shell("ip route replace 10.0.0.3/32 dev veth0 proto 50");
    const std::string theirs = all_routes(network.left);
    link.detach();
    CHECK(all_routes(network.left) == theirs);
    network.left.shell("ip route del 10.0.0.3/32");
  }
  Link link = network.left.run(attach);
  network.left.shell("ip link set veth0 down");
  CHECK(network.left.shell("ip route show 10.0.0.3").empty());
  CHECK_NOTHROW(link.detach());
}

TEST_CASE("headroom shrinks the MTU of the route by its bytes" * doctest::test_suite("Lwt::Xmit")) {
  Network network;
  auto object = load_counting_programs();
  Link link =
      network.left.run([&] { return object[count_xmit].attach(Route("10.0.0.3/32").device("veth0").headroom(100)); });
  network.left.run([&] {
    Socket socket(network.left, AF_INET, SOCK_DGRAM);
    Endpoint endpoint("10.0.0.3", 9);
    REQUIRE(connect(socket.fd(), endpoint.address(), endpoint.size) == 0);
    int mtu = 0;
    socklen_t size = sizeof mtu;
    REQUIRE(getsockopt(socket.fd(), IPPROTO_IP, IP_MTU, &mtu, &size) == 0);
    CHECK(mtu == 1400);
  });
}
