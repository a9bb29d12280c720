// XDP programs on real frames of veth pairs, in the driver and in generic mode.
#include <doctest/doctest.h>

#include <cstdint>
#include <ebpfxx.hpp>
#include <string>
#include <vector>

#include "support/frames.hpp"
#include "support/sockets.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;

struct Count {
  std::uint64_t packets, bytes;
};
inline PerCpu<Count> dropped;
inline constexpr Config<std::uint16_t> port = 8080;
inline constexpr Config<std::uint32_t> target = 0;
inline constexpr Config<std::int32_t> delta = 0;

constexpr void count(auto packet) {
  dropped.update([&](Count& total) {
    total.packets += 1;
    total.bytes += packet.length();
  });
}

/// UDP datagrams to `port`.
inline constexpr Program<Xdp> drop_udp = [](Xdp::Packet packet) {
  using enum Xdp::Verdict;
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return Pass;
  auto ip = ethernet.next<Ipv4>();
  if (!ip) return Pass;
  auto udp = ip.next<Udp>();
  if (!udp || udp->destination != port) return Pass;
  count(packet);
  return Drop;
};

/// Frames of the tests' own type, to where they came from.
inline constexpr Program<Xdp> reflect = [](Xdp::Packet packet) {
  using enum Xdp::Verdict;
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet || ethernet->ether_type != test_ether_type) return Pass;
  const MacAddress source = ethernet->source;
  ethernet->source = ethernet->destination;
  ethernet->destination = source;
  return Tx;
};

inline constexpr Program<Xdp> forward = [](Xdp::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet || ethernet->ether_type != test_ether_type) return Xdp::Verdict::Pass;
  return packet.redirect(target);
};

inline constexpr Program<Xdp> pass = [](Xdp::Packet) { return Xdp::Verdict::Pass; };
inline constexpr Program<Xdp> abort_all = [](Xdp::Packet) { return Xdp::Verdict::Aborted; };

/// Moves the start of the frame by `delta` and the Ethernet header with it.
inline constexpr Program<Xdp> move_head = [](Xdp::Packet packet) {
  using enum Xdp::Verdict;
  auto before = packet.parse<Ethernet>();
  if (!before || before->ether_type != test_ether_type) return Pass;
  const Ethernet header = *before;
  if (!packet.adjust_head(delta)) return Drop;
  auto start = packet.bytes().require<sizeof(Ethernet)>();
  if (!start) return Aborted;
  start->write(header);
  return Pass;
};

inline constexpr Program<Xdp> move_tail = [](Xdp::Packet packet) {
  using enum Xdp::Verdict;
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet || ethernet->ether_type != test_ether_type) return Pass;
  return packet.adjust_tail(delta) ? Pass : Drop;
};

/// What Xdp hands on to Tc.
struct [[gnu::packed]] Note {
  std::uint32_t queue;
  std::uint32_t length;
};

inline constexpr Program<Xdp> write_note = [](Xdp::Packet packet) {
  using enum Xdp::Verdict;
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet || ethernet->ether_type != test_ether_type) return Pass;
  if (!packet.adjust_metadata(-static_cast<std::int32_t>(sizeof(Note)))) return Aborted;
  auto room = packet.metadata().require<sizeof(Note)>();
  if (!room) return Aborted;
  room->write(Note{.queue = packet.rx_queue_index() + 7, .length = packet.length()});
  return Pass;
};

inline Map<std::uint32_t, std::uint32_t> notes;

inline constexpr Program<Tc::Ingress> read_note = [](Tc::Ingress::Packet packet) {
  using enum Tc::Ingress::Verdict;
  if (packet.protocol() != test_ether_type) return Ok;
  auto note = packet.metadata().parse<Note>();
  if (!note) return Ok;
  notes.set(1, note->queue);
  notes.set(2, note->length);
  return Ok;
};

/// The length of a frame with fragments, how much of it views see, and its byte 8000.
inline constexpr Program<Xdp::Fragments> look_far = [](Xdp::Fragments::Packet packet) {
  using enum Xdp::Verdict;
  struct Byte {
    std::uint8_t value;
  };
  constexpr std::uint32_t far = 8000;
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet || ethernet->ether_type != test_ether_type) return Pass;
  notes.set(1, packet.length());
  notes.set(2, packet.bytes().require<far>() ? 1 : 0);
  if (auto byte = packet.load<Byte>(far)) notes.set(3, byte->value);
  notes.set(4, packet.load<Byte>(packet.length()) ? 1 : 0);
  return packet.store(far, Byte{'!'}) ? Pass : Drop;
};

namespace {

using Mode = XdpInterface (Interface::*)() const;
constexpr std::pair<const char*, Mode> modes[] = {{"driver", &Interface::driver_mode},
                                                  {"generic", &Interface::generic_mode}};

constexpr auto test_frame = ethernet({.destination = "ff:ff:ff:ff:ff:ff", .ether_type = test_ether_type}) /
                            payload("60 bytes: a frame needs no padding from there.");
static_assert(packet_bytes(test_frame).size() == 60);

/// A third namespace behind the right one: veth2 and veth3.
struct LongNetwork : Network {
  NetworkNamespace third;

  LongNetwork() {
    right.shell("ip link add veth2 index 203 type veth peer name veth3 index 204 netns " + third.path());
    right.shell("ip link set veth2 up");
    third.shell("ip link set veth3 up");
    wait_until_up(right, "veth2");
  }
};

}  // namespace

TEST_CASE("Xdp: datagrams to one port are dropped and counted, those to another pass" * doctest::test_suite("Xdp")) {
  for (const auto& [name, mode] : modes) {
    CAPTURE(name);
    Network network;
    introduce(network, "10.0.0.2", "10.0.0.3");
    auto object = Object::open(drop_udp);
    object[port] = 9090;
    object.load();
    UdpReceiver at_closed(network.right, "10.0.0.3", 9090), at_open(network.right, "10.0.0.3", 8080);
    UdpSender sender(network.left, "10.0.0.2");
    Link link = network.right.run([&] { return object[drop_udp].attach((Interface("veth1").*mode)()); });
    sender.send("10.0.0.3", 9090, 100, 25);
    sender.send("10.0.0.3", 8080, 200, 10);
    CHECK(at_open.receive(10) == std::vector<std::size_t>(10, 200));
    CHECK(at_closed.receive(1).empty());
    CHECK(object[dropped].sum().packets == 25);
    CHECK(object[dropped].sum().bytes == 25 * (14 + 20 + 8 + 100));
    link.detach();
    sender.send("10.0.0.3", 9090, 100, 2);
    CHECK(at_closed.receive(2).size() == 2);
  }
}

TEST_CASE("Xdp: without a mode the kernel chooses the driver's" * doctest::test_suite("Xdp")) {
  Network network;
  auto object = Object::open(pass);
  object.load();
  Link link = network.right.run([&] { return object[pass].attach(Interface("veth1")); });
  CHECK(network.right.shell("ip link show veth1").find(" xdp ") != std::string::npos);
  Link other = network.right.run([&] { return object[pass].attach(Interface("lo")); });
  CHECK(network.right.shell("ip link show lo").find(" xdpgeneric ") != std::string::npos);
}

TEST_CASE("Xdp: Aborted drops" * doctest::test_suite("Xdp")) {
  for (const auto& [name, mode] : modes) {
    CAPTURE(name);
    Network network;
    FrameSocket left(network.left, "veth0"), right(network.right, "veth1");
    auto object = Object::open(abort_all);
    object.load();
    Link link = network.right.run([&] { return object[abort_all].attach((Interface("veth1").*mode)()); });
    left.send(test_frame);
    CHECK(right.receive().empty());
    link.detach();
    left.send(test_frame);
    CHECK(right.receive().size() == 1);
  }
}

TEST_CASE("Xdp: Tx sends a frame back, and nothing arrives" * doctest::test_suite("Xdp")) {
  for (const auto& [name, mode] : modes) {
    CAPTURE(name);
    Network network;
    FrameSocket left(network.left, "veth0"), right(network.right, "veth1");
    auto object = Object::open(reflect, pass);
    object.load();
    // Natively veth takes frames back only where it has a program itself.
    Link peer = network.left.run([&] { return object[pass].attach((Interface("veth0").*mode)()); });
    Link link = network.right.run([&] { return object[reflect].attach((Interface("veth1").*mode)()); });
    left.send(
        ethernet({.destination = "02:00:00:00:00:02", .source = "02:00:00:00:00:01", .ether_type = test_ether_type}) /
        payload<46>());
    const std::vector<Frame> back = left.receive();
    REQUIRE(back.size() == 1);
    CHECK(back[0].at<Ethernet>(0).destination == MacAddress("02:00:00:00:00:01"));
    CHECK(back[0].at<Ethernet>(0).source == MacAddress("02:00:00:00:00:02"));
    CHECK(back[0].bytes.size() == 60);
    CHECK(right.receive().empty());
  }
}

TEST_CASE("Xdp: redirect sends a frame out of another interface" * doctest::test_suite("Xdp")) {
  for (const auto& [name, mode] : modes) {
    CAPTURE(name);
    LongNetwork network;
    FrameSocket left(network.left, "veth0"), right(network.right, "veth1"), third(network.third, "veth3");
    auto object = Object::open(forward, pass);
    object[target] = index_of(network.right, "veth2");
    object.load();
    Link peer = network.third.run([&] { return object[pass].attach((Interface("veth3").*mode)()); });
    Link link = network.right.run([&] { return object[forward].attach((Interface("veth1").*mode)()); });
    left.send(test_frame);
    const std::vector<Frame> frames = third.receive();
    REQUIRE(frames.size() == 1);
    const auto sent = packet_bytes(test_frame);
    CHECK(frames[0].bytes == std::vector<std::uint8_t>(sent.begin(), sent.end()));
    CHECK(right.receive().empty());
  }
}

TEST_CASE("Xdp: the receiver sees a frame as long as its head and tail were made" * doctest::test_suite("Xdp")) {
  constexpr std::int32_t size = packet_bytes(test_frame).size();
  for (const auto& [name, mode] : modes) {
    for (const std::int32_t bytes : {-64, -4, 0, 4, size - 14, size - 13, -1000}) {
      CAPTURE(name);
      CAPTURE(bytes);
      Network network;
      FrameSocket left(network.left, "veth0"), right(network.right, "veth1");
      auto object = Object::open(move_head, move_tail);
      object[delta] = bytes;
      object.load();
      const bool fits = bytes <= size - 14 && bytes != -1000;
      {
        Link link = network.right.run([&] { return object[move_head].attach((Interface("veth1").*mode)()); });
        left.send(test_frame);
        const std::vector<Frame> frames = right.receive();
        REQUIRE(frames.size() == (fits ? 1 : 0));
        if (fits) CHECK(frames[0].bytes.size() == static_cast<std::size_t>(size - bytes));
      }
      if (bytes == -1000 || bytes > 4) continue;
      Link link = network.right.run([&] { return object[move_tail].attach((Interface("veth1").*mode)()); });
      left.send(test_frame);
      const std::vector<Frame> frames = right.receive();
      REQUIRE(frames.size() == (size + bytes >= 14 ? 1 : 0));
      if (frames.empty()) continue;
      CHECK(frames[0].bytes.size() == static_cast<std::size_t>(size + bytes));
      if (bytes > 0) CHECK(frames[0].bytes.back() == 0);
    }
  }
}

TEST_CASE("Xdp: Tc::Ingress reads the metadata that Xdp wrote, and only then" *
          doctest::test_suite("Xdp, Tc::Ingress")) {
  for (const auto& [name, mode] : modes) {
    CAPTURE(name);
    Network network;
    FrameSocket left(network.left, "veth0");
    auto object = Object::open(write_note, read_note);
    object.load();
    Link reader = network.right.run([&] { return object[read_note].attach(Interface("veth1")); });
    left.send(test_frame);
    FrameSocket(network.right, "veth1").receive();
    CHECK_FALSE(object[notes].find(1));
    Link writer = network.right.run([&] { return object[write_note].attach((Interface("veth1").*mode)()); });
    FrameSocket right(network.right, "veth1");
    left.send(test_frame);
    CHECK(right.receive().size() == 1);
    CHECK(object[notes].find(1) == 7u);
    CHECK(object[notes].find(2) == packet_bytes(test_frame).size());
  }
}

TEST_CASE("Xdp::Fragments: load and store reach the part of a frame that views do not" *
          doctest::test_suite("Xdp::Fragments")) {
  constexpr std::size_t size = 8500;
  Network network;
  for (const auto& [place, device] : {std::pair{&network.left, "veth0"}, {&network.right, "veth1"}})
    place->shell(std::string("ip link set ") + device + " mtu 9000");
  FrameSocket left(network.left, "veth0"), right(network.right, "veth1");
  auto object = Object::open(look_far);
  object.load();
  Link link = network.right.run([&] { return object[look_far].attach(Interface("veth1").driver_mode()); });
  const auto start = packet_bytes(test_frame);
  std::vector<std::uint8_t> frame(start.begin(), start.end());
  frame.resize(size, 'x');
  frame[8000] = 'y';
  left.send(std::span<const std::uint8_t>(frame));
  const std::vector<Frame> frames = right.receive();
  REQUIRE(frames.size() == 1);
  CHECK(object[notes].find(1) == size);
  CHECK(object[notes].find(2) == 0u);
  CHECK(object[notes].find(3) == std::uint32_t{'y'});
  CHECK(object[notes].find(4) == 0u);
  frame[8000] = '!';
  CHECK(frames[0].bytes == frame);
}
