// Programs that the kernel runs on packets that it is given: the same result as natively, at the edges of what it
// takes, and by name what it does not set.
#include <doctest/doctest.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <ebpfxx.hpp>
#include <ebpfxx/context/seg6.hpp>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/runtime/in_kernel.hpp>
#include <string>
#include <vector>

#include "support/expect_error.hpp"
#include "support/network.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;

// --- which hooks ---

template <class Hook>
concept HasKernelRun = requires(const Object& object, const Program<Hook>& program) { in_kernel(object, program); };
static_assert(HasKernelRun<Lwt::In> && HasKernelRun<Lwt::Out> && HasKernelRun<Lwt::Xmit>);
static_assert(HasKernelRun<Xdp> && HasKernelRun<Xdp::Fragments> && HasKernelRun<SocketFilter>);
static_assert(HasKernelRun<Tc::Ingress> && HasKernelRun<Tc::Egress>);
static_assert(!HasKernelRun<Lwt::Seg6Local>);
static_assert(!HasKernelRun<Cgroup::Connect4> && !HasKernelRun<Cgroup::Connect6>);
static_assert(!HasKernelRun<PerfEvent>);

// --- programs ---

struct Seen {
  std::uint32_t length, packet_type, mark, queue_mapping, protocol, priority, ingress_ifindex, ifindex, hash,
      gso_segments, gso_size, control, first, linear;
  friend bool operator==(const Seen&, const Seen&) = default;
};
inline Map<std::uint32_t, Seen> seen;

/// Records the fields, and the first byte.
template <class Packet>
constexpr void record(Packet packet, std::uint32_t linear) {
  const auto first = packet.template load<std::array<std::uint8_t, 1>>(0);
  seen.set(0, {packet.length(), packet.packet_type(), packet.mark(), packet.queue_mapping(),
               static_cast<std::uint16_t>(packet.protocol()), packet.priority(), packet.ingress_ifindex(),
               packet.ifindex(), packet.hash(), packet.gso_segments(), packet.gso_size(), packet.template control<4>(),
               first ? (*first)[0] : 256u, linear});
}

inline constexpr Program<Lwt::In> at_in = [](Lwt::In::Packet packet) {
  record(packet, packet.parse<Ipv4>() ? 20 : 0);
  packet.set_mark(packet.mark() + 1);
  return Lwt::In::Verdict::Reroute;
};
inline constexpr Program<Lwt::Out> at_out = [](Lwt::Out::Packet packet) {
  record(packet, packet.parse<Ipv6>() ? 40 : 0);
  packet.set_priority(packet.priority() + 1);
  return Lwt::Out::Verdict::Drop;
};
inline constexpr Program<Lwt::Xmit> at_xmit = [](Lwt::Xmit::Packet packet) {
  auto ip = packet.parse<Ipv4>();
  record(packet, ip ? 20 : 0);
  if (ip) amend_checksum(packet, ip, replace<&Ipv4::ttl>(ip, 7));
  packet.set_control<0>(11);
  packet.set_control<4>(44);
  return Lwt::Xmit::Verdict::Reroute;
};
inline constexpr Program<SocketFilter> at_socket = [](SocketFilter::Packet packet) {
  record(packet, packet.load<std::array<std::uint8_t, 4>>(packet.length() - 4) ? 4 : 0);
  packet.set_control<1>(5);
  return SocketFilter::Keep{packet.length() + 1};
};
inline constexpr Program<Tc::Ingress> at_tc = [](Tc::Ingress::Packet packet) {
  record(packet, packet.parse<Ethernet>() ? 14 : 0);
  if (packet.wire_length() != packet.length()) packet.set_mark(packet.wire_length());
  packet.set_timestamp(packet.timestamp() + 1);
  return packet.push_vlan({EtherType::Vlan, 7}) && packet.push_vlan({EtherType::Vlan, 8})
             ? Tc::Ingress::Verdict::Unspecified
             : Tc::Ingress::Verdict::Drop;
};

/// Writes the mark where the kernel has 16 bits, and leaves what reads find there then.
inline constexpr Program<Tc::Egress> narrow = [](Tc::Egress::Packet packet) {
  packet.set_queue_mapping(packet.priority());
  packet.set_queue_mapping(packet.mark());
  packet.set_tc_index(packet.mark());
  packet.set_tc_classid(packet.mark());
  packet.set_control<0>(packet.queue_mapping());
  packet.set_control<1>(packet.tc_index());
  packet.set_control<2>(packet.tc_classid());
  seen.set(0, {});
  return Tc::Egress::Verdict::Ok;
};

inline Map<std::uint32_t, std::array<std::uint32_t, 4>> of_xdp;

template <class Packet>
constexpr void record_frame(Packet packet) {
  const auto mark = packet.metadata().template parse<std::array<std::uint8_t, 4>>();
  of_xdp.set(0, {packet.length(), packet.ingress_ifindex(), packet.rx_queue_index(), mark ? (*mark)[3] : 0u});
}
inline constexpr Program<Xdp> at_xdp = [](Xdp::Packet packet) {
  record_frame(packet);
  // The content of new bytes is not defined.
  if (!packet.adjust_metadata(-8) || !packet.adjust_head(-4)) return Xdp::Verdict::Aborted;
  return packet.store(0, std::array<std::uint8_t, 4>{1, 2, 3, 4}) ? Xdp::Verdict::Tx : Xdp::Verdict::Drop;
};
inline constexpr Program<Xdp::Fragments> at_fragments = [](Xdp::Fragments::Packet packet) {
  record_frame(packet);
  if (!packet.parse<std::array<std::uint8_t, 15>>()) return Xdp::Verdict::Drop;
  return packet.adjust_tail(-1) ? Xdp::Verdict::Pass : Xdp::Verdict::Aborted;
};

namespace {

using Bytes = std::vector<std::uint8_t>;

/// Bytes that differ from each other.
Bytes numbered(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 7 + (i >> 8));
  return bytes;
}

/// What the kernel does, with checks that a native run does and records the same. The context is as the program sees it
/// in the kernel.
template <class Hook, class Context, class RecordMap>
RunOutcome<Hook> as_natively(const Program<Hook>& program, const Bytes& packet, const Context& context,
                             RecordMap& map) {
  auto object = Object::open(program);
  object.load();
  Native native;
  const auto kernels = in_kernel(object, program)(packet, context);
  const auto natively = native(program)(packet, context);
  CHECK(kernels.verdict == natively.verdict);
  CHECK(kernels.packet == natively.packet);
  CHECK(kernels.metadata == natively.metadata);
  CHECK(object[map].find(0) == native[map].find(0));
  if constexpr (requires { kernels.context.mark; }) {
    CHECK(kernels.context.mark == natively.context.mark);
    CHECK(kernels.context.priority == natively.context.priority);
    CHECK(kernels.context.tstamp == natively.context.tstamp);
    CHECK(kernels.context.protocol == context.protocol);
    CHECK(kernels.context.pkt_type == context.pkt_type);
    CHECK(kernels.context.len == kernels.packet.size());
    CHECK(std::equal(std::begin(kernels.context.cb), std::end(kernels.context.cb), natively.context.cb));
  }
  return kernels;
}

constexpr EtherType test_type_of{0x88b5};
constexpr std::uint32_t ipv4_type = detail::number::swap_to_network(std::uint16_t{ETH_P_IP});
constexpr std::uint32_t ipv6_type = detail::number::swap_to_network(std::uint16_t{ETH_P_IPV6});
constexpr std::uint32_t test_type = detail::number::swap_to_network(std::uint16_t{0x88b5});
constexpr std::uint32_t ieee_type = detail::number::swap_to_network(std::uint16_t{ETH_P_802_2});

Bytes ip_of(std::size_t size, std::uint8_t version) {
  Bytes bytes = numbered(size);
  if (size > 0) bytes[0] = static_cast<std::uint8_t>(version << 4 | 5);
  return bytes;
}

}  // namespace

TEST_CASE("a packet of IP, with no Ethernet header, runs as natively" *
          doctest::test_suite("Lwt::In, Lwt::Out, Lwt::Xmit")) {
  const SkbContext given{.pkt_type = PACKET_OTHERHOST,
                         .mark = 41,
                         .protocol = ipv4_type,
                         .priority = 3,
                         .ingress_ifindex = 9,
                         .ifindex = 1,
                         .gso_segs = 65535,
                         .gso_size = 65535,
                         .tstamp = 5,
                         .cb = {1, 2, 3, 4, 5}};
  for (const std::size_t size : {20, 21, 1500, 3698}) {
    CAPTURE(size);
    const auto in = as_natively(at_in, ip_of(size, 4), given, seen);
    CHECK(in == Lwt::In::Verdict::Reroute);
    CHECK(in.context.mark == 42);
    CHECK(in.packet == ip_of(size, 4));
    const auto xmit = as_natively(at_xmit, ip_of(size, 4), given, seen);
    CHECK(xmit.at<Ipv4>().ttl == 7);
    CHECK(xmit.context.cb[0] == 11);
    CHECK(xmit.context.cb[1] == 2);
    CHECK(xmit.context.cb[4] == 44);
  }
  SkbContext of_ipv6 = given;
  of_ipv6.protocol = ipv6_type;
  for (const std::size_t size : {40, 41})
    CHECK(as_natively(at_out, ip_of(size, 6), of_ipv6, seen).context.priority == 4);
}

TEST_CASE("one byte short of an IP header runs with another protocol, and down to no byte" *
          doctest::test_suite("Lwt::In, Lwt::Out, Lwt::Xmit")) {
  for (const std::size_t size : {0, 1, 19}) {
    CAPTURE(size);
    const auto outcome = as_natively(at_xmit, ip_of(size, 4), SkbContext{.protocol = test_type, .ifindex = 1}, seen);
    CHECK(outcome.packet == ip_of(size, 4));
  }
  as_natively(at_out, ip_of(39, 6), SkbContext{.protocol = test_type, .ifindex = 1}, seen);
}

TEST_CASE("what the context leaves open is what the kernel makes of it" *
          doctest::test_suite("Lwt::Out, Tc::Ingress, Xdp")) {
  auto object = Object::open(at_out, at_tc, at_xdp);
  object.load();
  const auto out = in_kernel(object, at_out)(ipv4() / udp());
  CHECK(out.context.protocol == ipv4_type);
  CHECK(out.context.ifindex == 1);
  CHECK(out.context.len == 28);
  CHECK(out.context.wire_len == 28);
  CHECK(object[seen].find(0)->ifindex == 1);
  CHECK(in_kernel(object, at_out)(ip_of(40, 6)).context.protocol == ipv6_type);
  CHECK(in_kernel(object, at_out)(numbered(5)).context.protocol == ieee_type);  // 0 there is no IP
  CHECK(object[seen].find(0)->protocol == ETH_P_802_2);
  CHECK(in_kernel(object, at_tc)(ethernet({.destination = "01:00:5e:00:00:01", .ether_type = EtherType::Arp}))
            .context.pkt_type == PACKET_MULTICAST);
  CHECK(object[seen].find(0)->packet_type == PACKET_MULTICAST);
  CHECK(in_kernel(object, at_xdp)(ethernet()).context.ingress_ifindex == 1);
}

TEST_CASE("data of a socket filter starts behind the header that is added" * doctest::test_suite("SocketFilter")) {
  for (const std::size_t size : {0, 3, 4, 100, 3698}) {
    CAPTURE(size);
    const auto outcome =
        as_natively(at_socket, numbered(size), SkbContext{.mark = 3, .protocol = test_type, .ifindex = 1}, seen);
    CHECK(outcome.verdict.bytes() == size + 1);
    CHECK(outcome.context.cb[1] == 5);
  }
}

TEST_CASE("a frame runs from its Ethernet header on" * doctest::test_suite("Tc::Ingress, Tc::Egress")) {
  const auto frame = [](std::size_t size, std::uint16_t type) {
    Bytes bytes = numbered(size);
    bytes[12] = static_cast<std::uint8_t>(type >> 8);
    bytes[13] = static_cast<std::uint8_t>(type);
    return bytes;
  };
  for (const std::size_t size : {14, 15, 1514, 3712}) {
    CAPTURE(size);
    const SkbContext given{.pkt_type = PACKET_OTHERHOST, .mark = 1, .protocol = test_type, .ifindex = 1, .tstamp = 77};
    Bytes bytes = frame(size, 0x88b5);
    bytes[0] = 2;
    const auto outcome = as_natively(at_tc, bytes, given, seen);
    CHECK(outcome == Tc::Ingress::Verdict::Unspecified);
    CHECK(outcome.packet.size() == size + 4);  // the second tag pushes the first one into the bytes
    CHECK(outcome.context.tstamp == 78);
    CHECK(outcome.context.mark == 1);
    CHECK(outcome.context.wire_len == size);
  }
  const Bytes of_ipv4 = frame(34, ETH_P_IP);
  as_natively(at_tc, of_ipv4,
              SkbContext{.pkt_type = PACKET_OTHERHOST, .protocol = ipv4_type, .ifindex = 1, .wire_len = 65536}, seen);
  // A type below 0x0600 is a length.
  as_natively(at_tc, frame(60, 0x05ff), SkbContext{.pkt_type = PACKET_OTHERHOST, .protocol = ieee_type, .ifindex = 1},
              seen);
}

TEST_CASE("fields of 16 bits keep the lower half, and no queue is a queue too many" *
          doctest::test_suite("Tc::Egress")) {
  struct Row {
    std::uint32_t written, queue, index;
  };
  for (const Row& row : {Row{0xfffe, 0xfffe, 0xfffe}, Row{0xffff, 6, 0xffff}, Row{0x10002, 6, 2}}) {
    CAPTURE(row.written);
    const SkbContext given{
        .pkt_type = PACKET_OTHERHOST, .mark = row.written, .protocol = ipv4_type, .priority = 6, .ifindex = 1};
    Bytes bytes = numbered(34);
    bytes[12] = 8;
    bytes[13] = 0;
    const auto outcome = as_natively(narrow, bytes, given, seen);
    CHECK(outcome.context.cb[0] == row.queue);
    CHECK(outcome.context.cb[1] == row.index);
    CHECK(outcome.context.cb[2] == row.index);
  }
}

TEST_CASE("metadata is before a frame, and both may grow" * doctest::test_suite("Xdp")) {
  for (const std::uint32_t metadata : {0, 4, 24}) {
    CAPTURE(metadata);
    const auto outcome =
        as_natively(at_xdp, numbered(metadata + 14), XdpContext{.metadata = metadata, .ingress_ifindex = 1}, of_xdp);
    CHECK(outcome == Xdp::Verdict::Tx);
    CHECK(outcome.packet.size() == 18);
    CHECK(outcome.metadata.size() == metadata + 8);
  }
  as_natively(at_xdp, numbered(3520), XdpContext{.ingress_ifindex = 1}, of_xdp);
}

TEST_CASE("as many bytes are linear as the context says, and fragments hold the rest" *
          doctest::test_suite("Xdp::Fragments")) {
  struct Row {
    std::size_t size;
    std::uint32_t linear;
    Xdp::Verdict verdict;
  };
  using enum Xdp::Verdict;
  for (const Row& row : {Row{15, 15, Pass}, Row{15, 14, Drop}, Row{16, 15, Pass}, Row{3520, 3520, Pass},
                         Row{3521, 3520, Pass}, Row{9000, 15, Pass}, Row{9000, 14, Drop}, Row{73152, 3520, Pass}}) {
    CAPTURE(row.size);
    CAPTURE(row.linear);
    const auto outcome =
        as_natively(at_fragments, numbered(row.size), XdpContext{.linear = row.linear, .ingress_ifindex = 1}, of_xdp);
    CHECK(outcome == row.verdict);
    CHECK(outcome.packet.size() == row.size - (row.verdict == Pass ? 1 : 0));
  }
  as_natively(at_fragments, numbered(104), XdpContext{.linear = 50, .metadata = 4, .ingress_ifindex = 1}, of_xdp);
}

TEST_CASE("an interface is one of the namespace, and decides on the type of a packet" *
          doctest::test_suite("Lwt::Out, Tc::Ingress, Xdp")) {
  Network network;
  network.left.run([&] {
    auto object = Object::open(at_out, at_tc, at_xdp);
    object.load();
    const std::uint32_t veth = if_nametoindex("veth0");
    for (const std::uint32_t type : {PACKET_HOST, PACKET_BROADCAST, PACKET_MULTICAST, PACKET_OTHERHOST}) {
      CAPTURE(type);
      CHECK(in_kernel(object, at_out)(ipv4(), {.pkt_type = type, .ifindex = veth}).context.ifindex == veth);
      CHECK(object[seen].find(0)->packet_type == type);
      CHECK(object[seen].find(0)->ifindex == veth);
    }
    const auto to_all = ethernet({.destination = "ff:ff:ff:ff:ff:ff", .ether_type = EtherType::Arp});
    CHECK(in_kernel(object, at_tc)(to_all, {.ifindex = veth}).context.pkt_type == PACKET_BROADCAST);
    CHECK(object[seen].find(0)->packet_type == PACKET_BROADCAST);
    CHECK(in_kernel(object, at_xdp)(to_all, {.ingress_ifindex = veth}).context.ingress_ifindex == veth);
    CHECK((*object[of_xdp].find(0))[1] == veth);
    expect_error(ENODEV,
                 "cannot run at_out on 20 bytes in the kernel: there is no interface with ifindex 4242 in this network "
                 "namespace",
                 [&] { return in_kernel(object, at_out)(ipv4(), {.ifindex = 4242}); });
    expect_error(
        ENODEV,
        "cannot run at_xdp on 14 bytes in the kernel: there is no interface with ingress_ifindex 4242 in this network "
        "namespace",
        [&] { return in_kernel(object, at_xdp)(ethernet(), {.ingress_ifindex = 4242}); });
  });
}

TEST_CASE("a field that the kernel does not set is refused by its name" *
          doctest::test_suite("Lwt::Xmit, SocketFilter, Tc::Ingress, Xdp, Xdp::Fragments")) {
  auto object = Object::open(at_xmit, at_socket, at_tc, at_xdp, at_fragments);
  object.load();
  const auto name_of = [](auto body) -> std::string {
    try {
      static_cast<void>(body());
    } catch (const Error& error) {
      CHECK(error.code().value() == EINVAL);
      return error.name();
    }
    return "nothing";
  };
  const auto on_skb = [&](const SkbContext& context) {
    const std::string refused = name_of([&] { return in_kernel(object, at_xmit)(ip_of(40, 4), context); });
    CHECK(name_of([&] { return in_kernel(object, at_socket)(ip_of(40, 4), context); }) == refused);
    return refused;
  };
  CHECK(on_skb({}) == "nothing");
  CHECK(on_skb({.linear = 40, .len = 40}) == "nothing");
  CHECK(on_skb({.linear = 39}) == "linear");
  CHECK(on_skb({.metadata = 4}) == "metadata");
  CHECK(on_skb({.len = 41}) == "len");
  CHECK(on_skb({.pkt_type = PACKET_BROADCAST}) == "pkt_type");  // the loopback interface has no such address
  CHECK(on_skb({.pkt_type = PACKET_OUTGOING}) == "pkt_type");
  CHECK(on_skb({.queue_mapping = 1}) == "queue_mapping");
  CHECK(on_skb({.protocol = ETH_P_IP}) == "protocol");  // not in network byte order: 8
  CHECK(on_skb({.vlan_present = 1}) == "vlan_present");
  CHECK(on_skb({.vlan_tci = 1}) == "vlan_tci");
  CHECK(on_skb({.vlan_proto = 1}) == "vlan_proto");
  CHECK(on_skb({.tc_index = 1}) == "tc_index");
  CHECK(on_skb({.hash = 1}) == "hash");
  CHECK(on_skb({.tc_classid = 1}) == "tc_classid");
  CHECK(on_skb({.napi_id = 1}) == "napi_id");
  CHECK(on_skb({.wire_len = 39}) == "wire_len");
  CHECK(on_skb({.wire_len = 40}) == "nothing");
  CHECK(on_skb({.wire_len = 65537}) == "wire_len");
  CHECK(on_skb({.gso_segs = 65536}) == "gso_segs");
  CHECK(on_skb({.gso_size = 65536}) == "gso_size");
  CHECK(on_skb({.gso_type = GsoType::Tcp}) == "gso_type");
  CHECK(on_skb({.redirected_ifindex = 1}) == "redirected_ifindex");
  CHECK(on_skb({.redirect_flags = 1}) == "redirect_flags");
  CHECK(on_skb({.socket_cookie = 1}) == "socket_cookie");
  CHECK(on_skb({.socket_uid = 1}) == "socket_uid");
  CHECK(on_skb({.pushed = 1}) == "pushed");
  CHECK(on_skb({.encapsulated = true}) == "encapsulated");
  CHECK(on_skb({.transport_offset = 20}) == "transport_offset");

  const auto on_frame = [&](const SkbContext& context) {
    return name_of([&] {
      return in_kernel(object, at_tc)(ethernet({.destination = "02:00:00:00:00:01", .ether_type = test_type_of}),
                                      context);
    });
  };
  CHECK(on_frame({.pkt_type = PACKET_OTHERHOST, .protocol = test_type}) == "nothing");
  CHECK(on_frame({.pkt_type = PACKET_MULTICAST}) == "pkt_type");
  CHECK(on_frame({.protocol = ipv4_type}) == "protocol");

  const auto on_xdp = [&](const auto& program, std::size_t size, const XdpContext& context) {
    return name_of([&] { return in_kernel(object, program)(numbered(size), context); });
  };
  CHECK(on_xdp(at_xdp, 14, {}) == "nothing");
  CHECK(on_xdp(at_xdp, 15, {.linear = 14}) == "linear");
  CHECK(on_xdp(at_xdp, 3521, {}) == "linear");
  CHECK(on_xdp(at_fragments, 3521, {}) == "linear");
  CHECK(on_xdp(at_fragments, 3521, {.linear = 3520}) == "nothing");
  CHECK(on_xdp(at_xdp, 17, {.metadata = 3}) == "metadata");
  CHECK(on_xdp(at_xdp, 3, {.metadata = 4}) == "metadata");
  CHECK(on_xdp(at_xdp, 14, {.rx_queue_index = 1}) == "rx_queue_index");
  CHECK(on_xdp(at_xdp, 14, {.ingress_ifindex = 1, .rx_queue_index = 1000}) == "rx_queue_index");
  CHECK(on_xdp(at_xdp, 14, {.egress_ifindex = 1}) == "egress_ifindex");
  CHECK(on_xdp(at_xdp, 14, {.redirected_ifindex = 1}) == "redirected_ifindex");
}

TEST_CASE("what the kernel does not take is said before or instead of its errno" *
          doctest::test_suite("Lwt::Xmit, Tc::Ingress, Xdp, Xdp::Fragments")) {
  auto object = Object::open(at_xmit, at_tc, at_xdp, at_fragments);
  object.load();
  const std::string from_header = "the kernel takes a frame from its Ethernet header (14 bytes) on";
  expect_error(EINVAL, "cannot run at_tc on 13 bytes in the kernel: " + from_header,
               [&] { return in_kernel(object, at_tc)(numbered(13)); });
  expect_error(EINVAL, "cannot run at_xdp on 13 bytes in the kernel: " + from_header,
               [&] { return in_kernel(object, at_xdp)(numbered(13)); });
  expect_error(EINVAL, "cannot run at_xdp on 13 bytes in the kernel: " + from_header,
               [&] { return in_kernel(object, at_xdp)(numbered(17), {.metadata = 4}); });
  expect_error(
      EINVAL,
      "cannot run at_xmit on 19 bytes in the kernel: of this protocol it takes packets that hold an IP header of 20 "
      "bytes; this one has 19; give the context another protocol",
      [&] { return in_kernel(object, at_xmit)(ip_of(19, 4)); });
  expect_error(
      EINVAL,
      "cannot run at_xmit on 39 bytes in the kernel: of this protocol it takes packets that hold an IP header of 40 "
      "bytes; this one has 39; give the context another protocol",
      [&] { return in_kernel(object, at_xmit)(ip_of(39, 6)); });
  expect_error(
      EINVAL,
      "cannot run at_tc on 33 bytes in the kernel: of this protocol it takes packets that hold an IP header of 20 "
      "bytes; this one has 19; give it another type",
      [&] {
        return in_kernel(object,
                         at_tc)(ethernet({.ether_type = EtherType::Ipv4}) / payload(std::array<std::uint8_t, 19>{}));
      });
  const std::string one_page =
      " bytes in the kernel: it takes no packet of that size; it has one page for all of it: 3698 bytes behind "
      "the Ethernet header where a page has 4096";
  expect_error(EINVAL, "cannot run at_xmit on 3699" + one_page,
               [&] { return in_kernel(object, at_xmit)(ip_of(3699, 4)); });
  expect_error(EINVAL, "cannot run at_tc on 3713" + one_page, [&] { return in_kernel(object, at_tc)(numbered(3713)); });
  expect_error(
      ENOMEM,
      "cannot run at_fragments on 73153 bytes in the kernel: it has no room for that many bytes; a frame has 17 "
      "fragments at most",
      [&] { return in_kernel(object, at_fragments)(numbered(73153), {.linear = 3520}); });
  auto unloaded = Object::open(at_xmit);
  expect_error(EBADF, "cannot use program at_xmit: the object is not loaded; load() comes first",
               [&] { return in_kernel(unloaded, at_xmit)(ipv4()); });
}
