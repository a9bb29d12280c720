// What attaching to an interface promises: errors that name what is there, nothing half-attached, nothing left behind.
#include <bpf/libbpf.h>
#include <doctest/doctest.h>
#include <linux/if_link.h>

#include <cerrno>
#include <ebpfxx.hpp>
#include <optional>
#include <string>

#include "support/capabilities.hpp"
#include "support/child_process.hpp"
#include "support/expect_error.hpp"
#include "support/frames.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;

inline PerCpu<std::uint64_t> frames_seen, filtered;

inline constexpr Program<Xdp> count_frames = [](Xdp::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (ethernet && ethernet->ether_type == test_ether_type) frames_seen.update([](std::uint64_t& count) { count += 1; });
  return Xdp::Verdict::Pass;
};
inline constexpr Program<Xdp> other_frames = [](Xdp::Packet) { return Xdp::Verdict::Pass; };

constexpr TcVerdict count_packet(auto packet) {
  if (packet.protocol() == test_ether_type) filtered.update([](std::uint64_t& count) { count += 1; });
  return TcVerdict::Unspecified;
}
inline constexpr Program<Tc::Ingress> count_in = [](Tc::Ingress::Packet packet) { return count_packet(packet); };
inline constexpr Program<Tc::Egress> count_out = [](Tc::Egress::Packet packet) { return count_packet(packet); };
inline constexpr Program<Tc::Ingress> idle = [](Tc::Ingress::Packet) { return Tc::Ingress::Verdict::Unspecified; };

namespace {

/// All that attaching could change on the interfaces of a namespace.
std::string state(const NetworkNamespace& place) {
  return place.shell(
      "ip -d link show | grep -v link-netns; tc qdisc show; for dev in veth0 veth1; do tc filter show dev $dev "
      "ingress; "
      "tc filter show dev $dev egress; done 2>/dev/null; true");
}

Object load_all() {
  auto object = Object::open(count_frames, other_frames, count_in, count_out, idle);
  object.load();
  return object;
}

std::string id_of(const Object& object, const Program<Xdp>& program) { return std::to_string(object[program].id()); }

/// A filter of another application on veth1's ingress: priority 5, handle 2.
void add_by_libbpf(const NetworkNamespace& place, int program) {
  place.run([&] {
    bpf_tc_hook hook{};
    hook.sz = sizeof hook;
    hook.ifindex = 202;
    hook.attach_point = BPF_TC_INGRESS;
    bpf_tc_opts options{};
    options.sz = sizeof options;
    options.prog_fd = program;
    options.priority = 5;
    options.handle = 2;
    REQUIRE(bpf_tc_attach(&hook, &options) == 0);
  });
}

/// Sends a frame from the left and waits until it is through.
void pass_frame(const Network& network) {
  FrameSocket right(network.right, "veth1");
  FrameSocket(network.left, "veth0").send(ethernet({.ether_type = test_ether_type}) / payload<46>());
  REQUIRE(right.receive().size() == 1);
}

}  // namespace

TEST_CASE("an interface that is not there is named" * doctest::test_suite("Xdp, Tc::Ingress")) {
  Network network;
  auto object = load_all();
  expect_error(
      ENODEV,
      "cannot attach count_frames to interface veth9 in driver mode: there is no interface veth9 in this "
      "network namespace",
      [&] { return network.left.run([&] { return object[count_frames].attach(Interface("veth9").driver_mode()); }); });
  expect_error(ENODEV,
               "cannot attach count_in to ingress of interface veth9: there is no interface veth9 in this network "
               "namespace",
               [&] { return network.left.run([&] { return object[count_in].attach(Interface("veth9")); }); });
}

TEST_CASE("a driver without XDP, and an MTU too large for it, are named" * doctest::test_suite("Xdp")) {
  Network network;
  auto object = load_all();
  const std::string before = state(network.left);
  expect_error(
      EOPNOTSUPP,
      "cannot attach count_frames to interface lo in driver mode: its driver does not run XDP programs; use "
      "generic_mode(), or leave the choice to the kernel",
      [&] { return network.left.run([&] { return object[count_frames].attach(Interface("lo").driver_mode()); }); });
  network.right.shell("ip link set veth1 mtu 9000");
  expect_error(
      ERANGE,
      "cannot attach count_frames to interface veth0 in driver mode: the MTU is too large for XDP in the "
      "driver; lower the MTU of it and its peer, use generic_mode(), or take frames with fragments",
      [&] { return network.left.run([&] { return object[count_frames].attach(Interface("veth0").driver_mode()); }); });
  CHECK(state(network.left) == before);
}

TEST_CASE("Xdp: what runs there already is named, whoever put it there" * doctest::test_suite("Xdp")) {
  Network network;
  auto object = load_all();
  const std::string reason = "it already runs the XDP program count_frames (id " + id_of(object, count_frames) + ")";
  auto attach = [&](XdpInterface place) {
    return network.left.run([&] { return object[other_frames].attach(place); });
  };
  {
    Link link = network.left.run([&] { return object[count_frames].attach(Interface("veth0")); });
    const std::string before = state(network.left);
    const std::string held = reason + " in driver mode, which a link holds; end its owner first";
    expect_error(EBUSY, "cannot attach other_frames to interface veth0: " + held,
                 [&] { return attach(Interface("veth0")); });
    expect_error(EBUSY, "cannot attach other_frames to interface veth0 in generic mode: " + held,
                 [&] { return attach(Interface("veth0").generic_mode()); });
    expect_error(EBUSY, "cannot attach other_frames to interface veth0: " + held,
                 [&] { return attach(Interface("veth0").replace()); });
    CHECK(state(network.left) == before);
  }
  network.left.run([&] { REQUIRE(bpf_xdp_attach(201, object[count_frames].fd(), XDP_FLAGS_SKB_MODE, nullptr) == 0); });
  expect_error(EBUSY,
               "cannot attach other_frames to interface veth0: " + reason +
                   " in generic mode; remove it first, or use replace()",
               [&] { return attach(Interface("veth0")); });
}

TEST_CASE("Xdp: replace() puts back what was there, also when it fails" * doctest::test_suite("Xdp")) {
  Network network;
  auto object = load_all();
  network.right.run([&] { REQUIRE(bpf_xdp_attach(202, object[other_frames].fd(), XDP_FLAGS_SKB_MODE, nullptr) == 0); });
  const std::string before = state(network.right);
  Link link =
      network.right.run([&] { return object[count_frames].attach(Interface("veth1").driver_mode().replace()); });
  CHECK(state(network.right) != before);
  pass_frame(network);
  CHECK(object[frames_seen].sum() == 1);
  link.detach();
  CHECK(state(network.right) == before);
  network.left.shell("ip link set veth0 mtu 9000");
  CHECK_THROWS_AS(
      network.right.run([&] { return object[count_frames].attach(Interface("veth1").driver_mode().replace()); }),
      Error);
  CHECK(state(network.right) == before);
}

TEST_CASE("Xdp: a link ends with its process, and nothing is left" * doctest::test_suite("Xdp")) {
  Network network;
  auto object = load_all();
  const std::string before = state(network.right);
  {
    ChildProcess application(network.right, [&] { return object[count_frames].attach(Interface("veth1")); });
    CHECK(state(network.right) != before);
  }
  CHECK(state(network.right) == before);
  {
    Link link = network.right.run([&] { return object[count_frames].attach(Interface("veth1").generic_mode()); });
    CHECK_FALSE(link.taken_over());
    CHECK(state(network.right) != before);
  }
  CHECK(state(network.right) == before);
}

TEST_CASE("Xdp: what was kept runs on, and the next attach takes it over" * doctest::test_suite("Xdp")) {
  Network network;
  auto object = load_all();
  const std::string before = state(network.right);
  const std::string kept = text_from_child([&] {
    return network.right.run([&] {
      object[other_frames].attach(Interface("veth1")).keep();
      return std::string("kept");
    });
  });
  REQUIRE(kept == "kept");
  CHECK(state(network.right) != before);
  expect_error(
      EEXIST,
      "cannot attach count_frames to interface veth1 in generic mode: an earlier run of this application has "
      "kept other_frames (id " +
          id_of(object, other_frames) + ") there in driver mode; attach in that mode",
      [&] {
        return network.right.run([&] { return object[count_frames].attach(Interface("veth1").generic_mode()); });
      });
  Link link = network.right.run([&] { return object[count_frames].attach(Interface("veth1")); });
  CHECK(link.taken_over());
  pass_frame(network);
  CHECK(object[frames_seen].sum() == 1);
  link.detach();
  CHECK(state(network.right) == before);
}

TEST_CASE("Tc: clsact comes with the first filter and goes with the last" *
          doctest::test_suite("Tc::Ingress, Tc::Egress")) {
  Network network;
  auto object = load_all();
  const std::string before = state(network.right);
  Link in = network.right.run([&] { return object[count_in].attach(Interface("veth1")); });
  Link out = network.right.run([&] { return object[count_out].attach(Interface("veth1")); });
  CHECK_FALSE(in.taken_over());
  pass_frame(network);
  CHECK(object[filtered].sum() == 1);
  in.detach();
  CHECK(network.right.shell("tc qdisc show dev veth1").find("clsact") != std::string::npos);
  CHECK(network.right.shell("tc filter show dev veth1 egress").find("ebpfxx:interfaces/count_out[created") !=
        std::string::npos);
  out.detach();
  CHECK(state(network.right) == before);

  network.right.shell("tc qdisc add dev veth1 clsact");
  const std::string with_clsact = state(network.right);
  network.right.run([&] { return object[count_in].attach(Interface("veth1")); }).detach();
  CHECK(state(network.right) == with_clsact);
}

TEST_CASE("Tc: a filter is where it was asked for, beside those of others" * doctest::test_suite("Tc::Ingress")) {
  Network network;
  auto object = load_all();
  network.right.shell("tc qdisc add dev veth1 clsact");
  add_by_libbpf(network.right, object[idle].fd());
  const std::string before = state(network.right);
  {
    Link link = network.right.run([&] { return object[count_in].attach(Interface("veth1").priority(7).handle(3)); });
    Link twice = network.right.run([&] { return object[count_in].attach(Interface("veth1").priority(7)); });
    Link chosen = network.right.run([&] { return object[count_in].attach(Interface("veth1")); });
    const std::string filters = network.right.shell("tc filter show dev veth1 ingress");
    CHECK(filters.find("pref 7 bpf chain 0 handle 0x3 ebpfxx:interfaces/count_in[joined,") != std::string::npos);
    CHECK(filters.find("pref 7 bpf chain 0 handle 0x1 ") != std::string::npos);
    CHECK(filters.find("pref 49152 bpf chain 0 handle 0x1 ") != std::string::npos);
    pass_frame(network);
    CHECK(object[filtered].sum() == 3);
  }
  CHECK(state(network.right) == before);
}

TEST_CASE("Tc: what stands in the way is named and left alone" * doctest::test_suite("Tc::Ingress")) {
  Network network;
  auto object = load_all();
  auto attach = [&](TcInterface place) { return network.right.run([&] { return object[count_in].attach(place); }); };
  network.right.shell("tc qdisc add dev veth1 ingress");
  std::string before = state(network.right);
  expect_error(EEXIST,
               "cannot attach count_in to ingress of interface veth1: it has a queueing discipline of kind ingress, "
               "which excludes clsact; remove it first: tc qdisc del dev veth1 ingress",
               [&] { return attach(Interface("veth1")); });
  CHECK(state(network.right) == before);
  network.right.shell("tc qdisc del dev veth1 ingress; tc qdisc add dev veth1 clsact");
  add_by_libbpf(network.right, object[idle].fd());
  before = state(network.right);
  const std::string id = std::to_string(object[idle].id());
  expect_error(EEXIST,
               "cannot attach count_in to ingress of interface veth1: there is the filter idle:[" + id + "] (program " +
                   id + ") at priority 5, handle 2; remove it first, or give another handle() or priority()",
               [&] { return attach(Interface("veth1").priority(5).handle(2)); });
  CHECK(state(network.right) == before);
  if (network.right.shell("tc filter add dev veth1 ingress pref 8 u32 match u32 0 0 || true").empty()) {
    before = state(network.right);
    expect_error(EINVAL,
                 "cannot attach count_in to ingress of interface veth1: Invalid argument (Specified filter kind does "
                 "not match existing one)",
                 [&] { return attach(Interface("veth1").priority(8)); });
    CHECK(state(network.right) == before);
  } else {
    MESSAGE("skipped: this kernel has no classifier u32");
  }

  ChildProcess application(network.right,
                           [&] { return object[count_in].attach(Interface("veth1").priority(6).handle(1)); });
  before = state(network.right);
  const std::string name = "ebpfxx:interfaces/count_in[joined,prog=" + std::to_string(object[count_in].id()) +
                           ",pid=" + std::to_string(application.process()) + "]";
  expect_error(EBUSY,
               "cannot attach count_in to ingress of interface veth1: there is the filter " + name + " (program " +
                   std::to_string(object[count_in].id()) + ") at priority 6, handle 1, of the running process " +
                   std::to_string(application.process()) + "; detach it or end that process first",
               [&] { return attach(Interface("veth1").priority(6).handle(1)); });
  CHECK(state(network.right) == before);
}

TEST_CASE("Tc: the next start takes over what kill -9 left, and removes what both made" *
          doctest::test_suite("Tc::Ingress")) {
  for (const bool at_a_place : {false, true}) {
    CAPTURE(at_a_place);
    Network network;
    const std::string before = state(network.right);
    const TcInterface place = at_a_place ? Interface("veth1").priority(9).handle(4) : TcInterface(Interface("veth1"));
    ChildProcess application(network.right, [&] {
      auto own_object = std::make_unique<Object>(load_all());
      Link link = (*own_object)[count_in].attach(place);
      return std::pair(std::move(own_object), std::move(link));
    });
    application.kill();
    CHECK(network.right.shell("tc filter show dev veth1 ingress").find("count_in") != std::string::npos);
    auto object = load_all();
    Link link = network.right.run([&] { return object[count_in].attach(place); });
    CHECK(link.taken_over());
    pass_frame(network);
    CHECK(object[filtered].sum() == 1);
    const std::string filters = network.right.shell("tc filter show dev veth1 ingress");
    CHECK(filters.find("ebpfxx:") == filters.rfind("ebpfxx:"));
    link.detach();
    CHECK(state(network.right) == before);
  }
}

TEST_CASE("Tc: a left-over elsewhere goes when its program is attached somewhere else" *
          doctest::test_suite("Tc::Ingress")) {
  Network network;
  const std::string before = state(network.right);
  ChildProcess application(network.right, [&] {
    auto own_object = std::make_unique<Object>(load_all());
    Link link = (*own_object)[count_in].attach(Interface("veth1").priority(9));
    return std::pair(std::move(own_object), std::move(link));
  });
  application.kill();
  auto object = load_all();
  Link link = network.right.run([&] { return object[count_in].attach(Interface("veth1").priority(3)); });
  CHECK(link.taken_over());
  CHECK(network.right.shell("tc filter show dev veth1 ingress").find("pref 9") == std::string::npos);
  link.detach();
  CHECK(state(network.right) == before);
}

TEST_CASE("without rights, one line says which are missing" * doctest::test_suite("Xdp, Tc::Ingress")) {
  Network network;
  auto object = load_all();
  const std::string before = state(network.left);
  auto without_rights = [&](auto body) {
    return network.left.run([&] {
      drop_capabilities();
      return body();
    });
  };
  expect_error(
      EPERM,
      "cannot attach count_in to ingress of interface veth0: Operation not permitted; this needs CAP_NET_ADMIN "
      "(run it as root)",
      [&] { return without_rights([&] { return object[count_in].attach(Interface("veth0")); }); });
  // Of whoever has a program, the kernel asks no rights for a bpf_link; for what replace() does it does.
  CHECK_NOTHROW(without_rights([&] { return object[count_frames].attach(Interface("veth0")); }).detach());
  network.left.run([&] { REQUIRE(bpf_xdp_attach(201, object[other_frames].fd(), XDP_FLAGS_SKB_MODE, nullptr) == 0); });
  expect_error(
      EPERM,
      "cannot attach count_frames to interface veth0: Operation not permitted; this needs CAP_NET_ADMIN and "
      "CAP_SYS_ADMIN (run it as root)",
      [&] { return without_rights([&] { return object[count_frames].attach(Interface("veth0").replace()); }); });
  network.left.run([&] { REQUIRE(bpf_xdp_detach(201, XDP_FLAGS_SKB_MODE, nullptr) == 0); });
  CHECK(state(network.left) == before);
}

TEST_CASE("a link may end after its interface, and in another namespace" * doctest::test_suite("Xdp, Tc::Ingress")) {
  auto object = load_all();
  std::optional<Network> network(std::in_place);
  Link xdp = network->right.run([&] { return object[count_frames].attach(Interface("veth1")); });
  Link tc = network->right.run([&] { return object[count_in].attach(Interface("veth1")); });
  network->right.shell("ip link del veth1");
  CHECK_NOTHROW(xdp.detach());
  CHECK_NOTHROW(tc.detach());
}
