// Several programs of one application on one route.
#include <doctest/doctest.h>

#include <string>

#include "support/counting_programs.hpp"
#include "support/expect_error.hpp"
#include "support/sockets.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;

namespace {

std::string route_to_right(const Network& network) { return network.left.shell("ip -d route show 10.0.0.3"); }

bool carries(const std::string& route, const std::string& hook) {
  return route.find(" " + hook + " ebpfxx:routes/count_" + hook + "[") != std::string::npos;
}

}  // namespace

TEST_CASE("programs for several hooks share a route, in any order of coming and going" *
          doctest::test_suite("Lwt::Out, Lwt::Xmit")) {
  auto object = load_counting_programs();
  for (bool there_before : {true, false}) {
    CAPTURE(there_before);
    Network network;
    introduce(network, "10.0.0.2", "10.0.0.3");
    if (there_before) network.left.shell("ip route add 10.0.0.3/32 dev veth0 proto 50");
    const std::string before = route_to_right(network);
    Route route = Route("10.0.0.3/32").device("veth0");
    if (there_before) route.join();
    Link out = network.left.run([&] { return object[count_out].attach(route); });
    Link xmit = network.left.run([&] { return object[count_xmit].attach(route); });
    CHECK(carries(route_to_right(network), "out"));
    CHECK(carries(route_to_right(network), "xmit"));

    object[seen_out].set({});
    object[seen_xmit].set({});
    UdpReceiver receiver(network.right, "10.0.0.3", 5000);
    UdpSender sender(network.left, "10.0.0.2");
    sender.send("10.0.0.3", 5000, 10, 7);
    CHECK(receiver.receive(7).size() == 7);
    CHECK(object[seen_out].sum().packets == 7);
    CHECK(object[seen_out].sum().bytes == 7 * (20 + 8 + 10));
    CHECK(object[seen_xmit].sum().packets == 7);

    out.detach();
    CHECK_FALSE(carries(route_to_right(network), "out"));
    CHECK(carries(route_to_right(network), "xmit"));
    out = network.left.run([&] { return object[count_out].attach(route); });
    xmit.detach();
    CHECK(carries(route_to_right(network), "out"));
    CHECK_FALSE(carries(route_to_right(network), "xmit"));
    out.detach();
    CHECK(route_to_right(network) == before);
  }
}

TEST_CASE("one hook of a route takes one program" * doctest::test_suite("Lwt::Out")) {
  Network network;
  auto object = load_counting_programs();
  Route route = Route("10.0.0.3/32").device("veth0");
  Link link = network.left.run([&] { return object[count_out].attach(route); });
  const std::string before = route_to_right(network);
  const std::string name = "ebpfxx:routes/count_out[created,prog=" + std::to_string(object[count_out].id()) +
                           ",pid=" + std::to_string(getpid()) + ",headroom=0]";
  expect_error(EBUSY,
               "cannot attach count_out to route 10.0.0.3/32 dev veth0: this process has already attached " + name +
                   " to that hook of it; detach it first",
               [&] { return network.left.run([&] { return object[count_out].attach(route); }); });
  CHECK(route_to_right(network) == before);
}

TEST_CASE("a route that somebody made anew is theirs, whatever we had created before" *
          doctest::test_suite("Lwt::In, Lwt::Out")) {
  Network network;
  auto object = load_counting_programs();
  const Route route = Route("10.0.0.3/32").device("veth0");
  Link out = network.left.run([&] { return object[count_out].attach(route); });
  network.left.shell("ip route replace 10.0.0.3/32 dev veth0 proto 50");
  const std::string theirs = route_to_right(network);
  expect_error(EEXIST,
               "cannot attach count_in to route 10.0.0.3/32 dev veth0: the route exists; use join() to add the program "
               "to it",
               [&] { return network.left.run([&] { return object[count_in].attach(route); }); });
  Link in = network.left.run([&] { return object[count_in].attach(Route("10.0.0.3/32").join()); });
  out.detach();
  CHECK(carries(route_to_right(network), "in"));
  in.detach();
  CHECK(route_to_right(network) == theirs);
}

TEST_CASE("what was kept stays when another hook goes, and gives way to its successor" *
          doctest::test_suite("Lwt::In, Lwt::Out")) {
  Network network;
  auto object = load_counting_programs();
  Route route = Route("10.0.0.3/32").device("veth0");
  Link out = network.left.run([&] { return object[count_out].attach(route); });
  Link in = network.left.run([&] { return object[count_in].attach(route); });
  in.keep();
  CHECK_FALSE(static_cast<bool>(in));
  out.detach();
  CHECK(carries(route_to_right(network), "in"));
  CHECK_FALSE(carries(route_to_right(network), "out"));
  in = network.left.run([&] { return object[count_in].attach(route); });
  in.detach();
  CHECK(route_to_right(network).empty());
}

TEST_CASE("the same route in two namespaces is two routes" * doctest::test_suite("Lwt::Out")) {
  Network first, second;
  auto object = load_counting_programs();
  Route route = Route("10.0.0.3/32").device("veth0");
  Link one = first.left.run([&] { return object[count_out].attach(route); });
  Link two = second.left.run([&] { return object[count_out].attach(route); });
  one.detach();
  CHECK(route_to_right(first).empty());
  CHECK(carries(route_to_right(second), "out"));
}

TEST_CASE("two routes with one program and different headroom do not share it" * doctest::test_suite("Lwt::Xmit")) {
  Network network;
  auto object = load_counting_programs();
  auto mtu_to = [&](const char* address) {
    Socket socket(network.left, AF_INET, SOCK_DGRAM);
    Endpoint endpoint(address, 9);
    REQUIRE(connect(socket.fd(), endpoint.address(), endpoint.size) == 0);
    int mtu = 0;
    socklen_t size = sizeof mtu;
    REQUIRE(getsockopt(socket.fd(), IPPROTO_IP, IP_MTU, &mtu, &size) == 0);
    return mtu;
  };
  Link one = network.left.run([&] { return object[count_xmit].attach(Route("10.0.0.3/32").device("veth0")); });
  Link two =
      network.left.run([&] { return object[count_xmit].attach(Route("10.0.0.4/32").device("veth0").headroom(50)); });
  CHECK(mtu_to("10.0.0.3") == 1500);
  CHECK(mtu_to("10.0.0.4") == 1450);
}
