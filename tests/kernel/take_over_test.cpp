// What a killed application leaves on a route, and what its next start makes of it.
#include <doctest/doctest.h>

#include <string>

#include "support/child_process.hpp"
#include "support/counting_programs.hpp"
#include "support/expect_error.hpp"
#include "support/sockets.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;

namespace {

std::string route_to_right(const Network& network) { return network.left.shell("ip -d route show 10.0.0.3"); }

/// An application that attaches `count_out` and is not allowed to clean up.
ChildProcess application(const Network& network, Route route) {
  return ChildProcess(network.left, [route] {
    auto object = std::make_unique<Object>(load_counting_programs());
    Link link = (*object)[count_out].attach(route);
    return std::pair(std::move(object), std::move(link));
  });
}

}  // namespace

TEST_CASE("the next start takes over what kill -9 left, and restores what was there before both" *
          doctest::test_suite("Lwt::Out")) {
  auto object = load_counting_programs();
  for (bool there_before : {true, false}) {
    CAPTURE(there_before);
    Network network;
    introduce(network, "10.0.0.2", "10.0.0.3");
    if (there_before) network.left.shell("ip route add 10.0.0.3/32 dev veth0 proto 50 metric 2");
    const std::string before = route_to_right(network);
    Route route = Route("10.0.0.3/32").device("veth0");
    if (there_before) route.join();
    {
      ChildProcess killed = application(network, route);
      killed.kill();
    }
    const std::string left_over = route_to_right(network);
    CHECK(left_over.find("out ebpfxx:routes/count_out[") != std::string::npos);

    Link link = network.left.run([&] { return object[count_out].attach(route); });
    CHECK(link.taken_over());
    CHECK(route_to_right(network) != left_over);
    object[seen_out].set({});
    UdpReceiver receiver(network.right, "10.0.0.3", 5000);
    UdpSender(network.left, "10.0.0.2").send("10.0.0.3", 5000, 10, 3);
    CHECK(receiver.receive(3).size() == 3);
    CHECK(object[seen_out].sum().packets == 3);
    link.detach();
    CHECK(route_to_right(network) == before);
  }
}

TEST_CASE("what an application kept, its next start takes over" * doctest::test_suite("Lwt::Out")) {
  Network network;
  auto object = load_counting_programs();
  const Route route = Route("10.0.0.3/32").device("veth0");
  const std::string kept = text_from_child([&] {
    return network.left.run([&] {
      auto own_object = load_counting_programs();
      own_object[count_out].attach(route).keep();
      return std::string("kept");
    });
  });
  REQUIRE(kept == "kept");
  CHECK(route_to_right(network).find("out ebpfxx:routes/count_out[created,") != std::string::npos);
  Link link = network.left.run([&] { return object[count_out].attach(route); });
  CHECK(link.taken_over());
  link.detach();
  CHECK(route_to_right(network).empty());
}

TEST_CASE("a left-over of another program of the same application gives way too" * doctest::test_suite("Lwt::Xmit")) {
  Network network;
  auto object = load_counting_programs();
  Route route = Route("10.0.0.3/32").device("veth0");
  {
    ChildProcess killed = application(network, route);
  }
  Link link = network.left.run([&] { return object[count_xmit].attach(route); });
  CHECK(link.taken_over());
  CHECK(route_to_right(network).find("count_out") == std::string::npos);
  link.detach();
  CHECK(route_to_right(network).empty());
}

TEST_CASE("a new route takes the place of the left-over with the attributes asked for now" *
          doctest::test_suite("Lwt::Out")) {
  Network network;
  auto object = load_counting_programs();
  {
    ChildProcess killed = application(network, Route("10.0.0.3/32").device("veth0"));
  }
  Link link = network.left.run([&] { return object[count_out].attach(Route("10.0.0.3/32").via("10.0.0.4")); });
  CHECK(link.taken_over());
  CHECK(route_to_right(network).find("via 10.0.0.4 dev veth0") != std::string::npos);
  link.detach();
  CHECK(route_to_right(network).empty());
}

TEST_CASE("a left-over on a route that was there before is no excuse for creating it" *
          doctest::test_suite("Lwt::Out")) {
  Network network;
  auto object = load_counting_programs();
  network.left.shell("ip route add 10.0.0.3/32 dev veth0");
  {
    ChildProcess killed = application(network, Route("10.0.0.3/32").join());
  }
  expect_error(
      EEXIST,
      "cannot attach count_out to route 10.0.0.3/32 dev veth0: the route exists; use join() to add the program "
      "to it",
      [&] { return network.left.run([&] { return object[count_out].attach(Route("10.0.0.3/32").device("veth0")); }); });
}

TEST_CASE("a running instance of the application keeps its route" * doctest::test_suite("Lwt::In")) {
  Network network;
  auto object = load_counting_programs();
  ChildProcess running = application(network, Route("10.0.0.3/32").device("veth0"));
  const std::string before = route_to_right(network);
  const std::size_t begin = before.find("ebpfxx:");
  const std::string name = before.substr(begin, before.find(']') + 1 - begin);
  expect_error(EBUSY,
               "cannot attach count_in to route 10.0.0.3/32: it carries " + name + " of the running process " +
                   std::to_string(running.process()) + "; end that process first",
               [&] { return network.left.run([&] { return object[count_in].attach(Route("10.0.0.3/32").join()); }); });
  CHECK(route_to_right(network) == before);
}
