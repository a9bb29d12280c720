// Tc programs on real packets of veth pairs, at both directions of clsact.
#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <ebpfxx.hpp>
#include <string>
#include <vector>

#include "support/frames.hpp"
#include "support/run_program.hpp"
#include "support/sockets.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;

struct Count {
  std::uint64_t packets, bytes;
};
inline PerCpu<Count> dropped;
inline constexpr Config<std::uint16_t> port = 8080, new_port = 9090;
inline constexpr Config<Ipv4Address> new_address = Ipv4Address("10.0.0.4");
inline constexpr Config<std::uint32_t> target = 0;
inline constexpr Config<bool> to_ingress = false;
inline constexpr Config<std::uint16_t> tag_to_push = 0;

/// UDP datagrams to `port`.
constexpr TcVerdict drop_udp(auto packet) {
  using enum TcVerdict;
  auto ethernet = parse<Ethernet>(packet);
  if (!ethernet) return Ok;
  auto ip = next<Ipv4>(ethernet);
  if (!ip) return Ok;
  auto udp = next<Udp>(ip);
  if (!udp || udp->destination != port) return Ok;
  dropped.update([&](Count& total) {
    total.packets += 1;
    total.bytes += packet.length();
  });
  return Drop;
}
inline constexpr Program<Tc::Ingress> drop_in = [](Tc::Ingress::Packet packet) { return drop_udp(packet); };
inline constexpr Program<Tc::Egress> drop_out = [](Tc::Egress::Packet packet) { return drop_udp(packet); };

/// TCP and UDP to `port` go to `new_port`.
template <class Header>
constexpr TcVerdict rewrite_port(auto packet, L4Checksum kind) {
  using enum TcVerdict;
  auto ethernet = parse<Ethernet>(packet);
  if (!ethernet) return Ok;
  auto ip = next<Ipv4>(ethernet);
  if (!ip) return Ok;
  auto header = next<Header>(ip);
  if (!header || header->destination != port) return Ok;
  const auto checksum =
      static_cast<std::uint32_t>(sizeof(Ethernet) + ip->header_length().value() + offsetof(Header, checksum));
  const BigEndian<std::uint16_t> before = header->destination, after = std::uint16_t{new_port};
  header->destination = after;
  return packet.replace_l4_checksum(checksum, before, after, kind) ? Ok : Drop;
}
inline constexpr Program<Tc::Ingress> rewrite_tcp_in = [](Tc::Ingress::Packet packet) {
  return rewrite_port<Tcp>(packet, L4Checksum::Payload);
};
inline constexpr Program<Tc::Egress> rewrite_udp_out = [](Tc::Egress::Packet packet) {
  return rewrite_port<Udp>(packet, L4Checksum::Udp);
};

/// UDP to whatever address goes to `new_address`, by `store`.
inline constexpr Program<Tc::Egress> rewrite_address = [](Tc::Egress::Packet packet) {
  using enum Tc::Egress::Verdict;
  constexpr std::uint32_t ip_at = sizeof(Ethernet);
  auto ethernet = packet.load<Ethernet>(0);
  if (!ethernet) return Ok;
  auto ip = ethernet.next<Ipv4>();
  if (!ip) return Ok;
  auto udp = ip.next<Udp>();
  if (!udp) return Ok;
  const Ipv4Address before = ip->destination, after = new_address;
  if (!packet.store(ip_at + offsetof(Ipv4, destination), after)) return Drop;
  if (!packet.replace_l3_checksum(ip_at + offsetof(Ipv4, checksum), before, after)) return Drop;
  const std::uint32_t checksum = udp.offset() + offsetof(Udp, checksum);
  return packet.replace_l4_checksum(checksum, before, after, L4Checksum::UdpPseudoHeader) ? Ok : Drop;
};

constexpr InterfaceSide side() { return to_ingress ? InterfaceSide::Ingress : InterfaceSide::Egress; }

inline constexpr Program<Tc::Ingress> forward = [](Tc::Ingress::Packet packet) {
  if (packet.protocol() != test_ether_type) return Tc::Ingress::Verdict::Unspecified;
  return packet.redirect(target, side());
};
inline constexpr Program<Tc::Ingress> copy = [](Tc::Ingress::Packet packet) {
  if (packet.protocol() != test_ether_type) return Tc::Ingress::Verdict::Unspecified;
  return packet.clone_redirect(target, side()) ? Tc::Ingress::Verdict::Ok : Tc::Ingress::Verdict::Drop;
};

/// Of a tagged frame: its tag, and what is where the type is.
struct SeenTag {
  std::uint32_t present, protocol, tci, type_in_bytes;
};
inline Map<std::uint32_t, SeenTag> tags;

inline constexpr Program<Tc::Ingress> look_at_tag = [](Tc::Ingress::Packet packet) {
  using enum Tc::Ingress::Verdict;
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return Unspecified;
  SeenTag seen{0, 0, 0, static_cast<std::uint16_t>(ethernet->ether_type.value())};
  if (const auto tag = packet.vlan_tag())
    seen = {1, static_cast<std::uint16_t>(tag->protocol), tag->control_information, seen.type_in_bytes};
  tags.set(static_cast<std::uint16_t>(packet.protocol()), seen);
  return Unspecified;
};

/// Tags what has no tag, and takes one tag away from what has.
inline constexpr Program<Tc::Egress> push = [](Tc::Egress::Packet packet) {
  return packet.push_vlan({.control_information = tag_to_push}) ? Tc::Egress::Verdict::Ok : Tc::Egress::Verdict::Drop;
};
inline constexpr Program<Tc::Egress> pop = [](Tc::Egress::Packet packet) {
  return packet.pop_vlan() ? Tc::Egress::Verdict::Ok : Tc::Egress::Verdict::Drop;
};

/// Every field that the hooks give, read, and written where that is allowed.
template <class Packet>
constexpr TcVerdict touch_fields(Packet packet) {
  const std::uint32_t sum = packet.length() + packet.packet_type() + packet.mark() + packet.queue_mapping() +
                            static_cast<std::uint32_t>(packet.protocol()) + packet.vlan_present() + packet.vlan_tci() +
                            static_cast<std::uint32_t>(packet.vlan_protocol()) + packet.priority() +
                            packet.ingress_ifindex() + packet.ifindex() + packet.tc_index() + packet.hash() +
                            packet.tc_classid() + packet.napi_id() + packet.wire_length() + packet.gso_segments() +
                            packet.gso_size() + packet.template control<0>() +
                            static_cast<std::uint32_t>(packet.timestamp());
  packet.set_priority(sum);
  packet.set_mark(packet.mark() + 1);
  packet.set_tc_index(3);
  packet.set_tc_classid(4);
  packet.set_queue_mapping(5);
  packet.set_timestamp(packet.timestamp() + 7);
  packet.template set_control<4>(packet.template control<0>() + 2);
  return TcVerdict::Ok;
}
inline constexpr Program<Tc::Ingress> ingress_fields = [](Tc::Ingress::Packet packet) { return touch_fields(packet); };
inline constexpr Program<Tc::Egress> egress_fields = [](Tc::Egress::Packet packet) { return touch_fields(packet); };

namespace {

/// A frame of the tests' type; its tags are in the bytes.
std::vector<std::uint8_t> frame_with_tags(const std::vector<VlanTag>& tags_of_frame) {
  std::vector<std::uint8_t> bytes = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1};
  auto put = [&](std::uint16_t number) {
    bytes.push_back(static_cast<std::uint8_t>(number >> 8));
    bytes.push_back(static_cast<std::uint8_t>(number));
  };
  for (const VlanTag& tag : tags_of_frame) {
    put(static_cast<std::uint16_t>(tag.protocol));
    put(tag.control_information);
  }
  put(static_cast<std::uint16_t>(test_ether_type));
  bytes.resize(bytes.size() + 46, 'x');
  return bytes;
}

}  // namespace

TEST_CASE("Tc: both directions drop datagrams to one port and pass those to another" *
          doctest::test_suite("Tc::Ingress, Tc::Egress")) {
  for (const bool ingress : {true, false}) {
    CAPTURE(ingress);
    Network network;
    introduce(network, "10.0.0.2", "10.0.0.3");
    auto object = Object::open(drop_in, drop_out);
    object[port] = 9090;
    object.load();
    UdpReceiver at_closed(network.right, "10.0.0.3", 9090), at_open(network.right, "10.0.0.3", 8080);
    UdpSender sender(network.left, "10.0.0.2");
    Link link = ingress ? network.right.run([&] { return object[drop_in].attach(Interface("veth1")); })
                        : network.left.run([&] { return object[drop_out].attach(Interface("veth0")); });
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

TEST_CASE("Tc: a rewritten port arrives with a right checksum, whether the sender or the device makes it" *
          doctest::test_suite("Tc::Ingress, Tc::Egress")) {
  for (const bool offload : {true, false}) {
    CAPTURE(offload);
    Network network;
    if (!offload) checksum_in_software(network.left, "veth0");
    introduce(network, "10.0.0.2", "10.0.0.3");
    auto object = Object::open(rewrite_tcp_in, rewrite_udp_out);
    object.load();
    Link tcp = network.right.run([&] { return object[rewrite_tcp_in].attach(Interface("veth1")); });
    Link udp = network.left.run([&] { return object[rewrite_udp_out].attach(Interface("veth0")); });
    // The kernel drops what has a wrong checksum; without offload it looks at every one.
    UdpReceiver receiver(network.right, "10.0.0.3", 9090), before(network.right, "10.0.0.3", 8080);
    UdpSender(network.left, "10.0.0.2").send("10.0.0.3", 8080, 100, 3);
    CHECK(receiver.receive(3) == std::vector<std::size_t>(3, 100));
    CHECK(before.receive(1).empty());
    TcpListener listener(network.right, "10.0.0.3", 9090);
    // The answer comes from port 9090, so no connection comes about; that the segment was taken shows in the answer.
    FrameSocket left(network.left, "veth0", EtherType::Ipv4);
    CHECK_FALSE(tcp_connects(network.left, "10.0.0.2", "10.0.0.3", 8080, 200));
    const std::vector<Frame> answers = left.receive();
    REQUIRE(!answers.empty());
    CHECK(answers[0].at<Tcp>(34).source.value() == 9090);
  }
}

TEST_CASE("Tc: a stored address arrives with right checksums" * doctest::test_suite("Tc::Egress")) {
  for (const bool offload : {true, false}) {
    CAPTURE(offload);
    Network network;
    if (!offload) checksum_in_software(network.left, "veth0");
    introduce(network, "10.0.0.2", "10.0.0.3");
    auto object = Object::open(rewrite_address);
    object.load();
    UdpReceiver receiver(network.right, "10.0.0.4", 5000), before(network.right, "10.0.0.3", 5000);
    Link link = network.left.run([&] { return object[rewrite_address].attach(Interface("veth0")); });
    UdpSender(network.left, "10.0.0.2").send("10.0.0.3", 5000, 33, 3);
    CHECK(receiver.receive(3) == std::vector<std::size_t>(3, 33));
    CHECK(before.receive(1).empty());
  }
}

TEST_CASE("Tc: redirect and clone_redirect, out of an interface and into one" * doctest::test_suite("Tc::Ingress")) {
  for (const bool clones : {true, false}) {
    for (const bool ingress : {true, false}) {
      CAPTURE(clones);
      CAPTURE(ingress);
      Network network;
      network.right.shell(
          "ip link add veth2 index 203 type veth peer name veth3 index 204; "
          "ip link set veth2 up; ip link set veth3 up");
      wait_until_up(network.right, "veth2");
      auto object = Object::open(forward, copy, drop_in);
      object[target] = index_of(network.right, "veth2");
      object[to_ingress] = ingress;
      object.load();
      FrameSocket left(network.left, "veth0"), received(network.right, ingress ? "veth2" : "veth3");
      Link link = network.right.run([&] {
        return clones ? object[copy].attach(Interface("veth1")) : object[forward].attach(Interface("veth1"));
      });
      left.send(std::span<const std::uint8_t>(frame_with_tags({})));
      const std::vector<Frame> frames = received.receive();
      REQUIRE(frames.size() == 1);
      CHECK(frames[0].bytes == frame_with_tags({}));
      link.detach();
      left.send(std::span<const std::uint8_t>(frame_with_tags({})));
      CHECK(received.receive().empty());
    }
  }
}

TEST_CASE("Tc::Ingress: a single VLAN tag is beside the bytes, the inner one of two in them" *
          doctest::test_suite("Tc::Ingress")) {
  Network network;
  auto object = Object::open(look_at_tag);
  object.load();
  FrameSocket left(network.left, "veth0"), right(network.right, "veth1", EtherType{ETH_P_ALL});
  Link link = network.right.run([&] { return object[look_at_tag].attach(Interface("veth1")); });
  auto seen = [&](const std::vector<VlanTag>& tags_of_frame, std::uint32_t protocol) {
    left.send(std::span<const std::uint8_t>(frame_with_tags(tags_of_frame)));
    right.receive();
    const auto found = object[tags].find(protocol);
    REQUIRE(found);
    return *found;
  };
  const SeenTag none = seen({}, 0x88b5);
  CHECK(none.present == 0);
  CHECK(none.type_in_bytes == 0x88b5);
  const SeenTag one = seen({{.control_information = 0xa005}}, 0x88b5);
  CHECK(one.present == 1);
  CHECK(one.protocol == 0x8100);
  CHECK(one.tci == 0xa005);
  CHECK(one.type_in_bytes == 0x88b5);
  const SeenTag two = seen({{EtherType::ProviderBridging, 7}, {EtherType::Vlan, 9}}, 0x8100);
  CHECK(two.present == 1);
  CHECK(two.protocol == 0x88a8);
  CHECK(two.tci == 7);
  CHECK(two.type_in_bytes == 0x8100);
}

TEST_CASE("Tc::Egress: the receiver sees the tag that was pushed, and none after a pop" *
          doctest::test_suite("Tc::Egress")) {
  Network network;
  auto object = Object::open(push, pop);
  object[tag_to_push] = 0x2007;
  object.load();
  // The kernel takes the type of a frame from the socket, unless that is for all types.
  constexpr EtherType all{ETH_P_ALL};
  FrameSocket left(network.left, "veth0", all), right(network.right, "veth1", all);
  auto received = [&](const std::vector<VlanTag>& tags_of_frame) {
    right.receive();
    left.send(std::span<const std::uint8_t>(frame_with_tags(tags_of_frame)));
    std::vector<Frame> frames = right.receive();
    REQUIRE(frames.size() == 1);
    return frames[0];
  };
  {
    Link link = network.left.run([&] { return object[push].attach(Interface("veth0")); });
    const Frame tagged = received({});
    CHECK(tagged.tag == VlanTag{.control_information = 0x2007});
    CHECK(tagged.bytes == frame_with_tags({}));
    const Frame twice = received({{.control_information = 5}});
    CHECK(twice.tag == VlanTag{.control_information = 0x2007});
    CHECK(twice.bytes == frame_with_tags({{.control_information = 5}}));
  }
  Link link = network.left.run([&] { return object[pop].attach(Interface("veth0")); });
  const Frame untagged = received({{.control_information = 5}});
  CHECK_FALSE(untagged.tag);
  CHECK(untagged.bytes == frame_with_tags({}));
  CHECK_FALSE(received({}).tag);
}

TEST_CASE("Tc: each direction gives the context fields it promises, and takes the writes it allows" *
          doctest::test_suite("Tc::Ingress, Tc::Egress")) {
  auto object = Object::open(ingress_fields, egress_fields);
  object.load();
  for (int program : {object[ingress_fields].fd(), object[egress_fields].fd()}) {
    __sk_buff context{};
    context.mark = 41;
    context.cb[0] = 5;
    context.tstamp = 100;
    const __sk_buff changed = run_program(program, context);
    CHECK(changed.mark == 42);
    CHECK(changed.cb[4] == 7);
    CHECK(changed.tstamp == 107);
    CHECK(changed.priority >= 50 + 41 + 5);
  }
}
