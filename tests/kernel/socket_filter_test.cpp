// SocketFilter programs on real sockets of each kind: where data starts, what is kept, and what attaching promises.
#include <doctest/doctest.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <ebpfxx.hpp>
#include <string>
#include <utility>
#include <vector>

#include "support/expect_error.hpp"
#include "support/frames.hpp"
#include "support/sockets.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;

using Start = std::array<std::uint8_t, 14>;
struct Seen {
  std::uint32_t length, protocol;
  Start start;
  std::uint16_t unused;
};
inline Map<std::uint32_t, Seen> seen;
inline constexpr Config<std::uint32_t> kept = 0, offset = 0;
inline Map<std::uint32_t, std::uint32_t> ends;

/// Records how the last packet began that ends in an x; of packets with less than 14 bytes nothing.
inline constexpr Program<SocketFilter> look = [](SocketFilter::Packet packet) {
  const auto start = packet.parse<Start>();
  const auto last = packet.load<std::array<std::uint8_t, 1>>(packet.length() - 1);
  if (start && last && (*last)[0] == 'x')
    seen.set(0, {packet.length(), static_cast<std::uint16_t>(packet.protocol()), *start, 0});
  return SocketFilter::Keep::All;
};

inline constexpr Program<SocketFilter> cut = [](SocketFilter::Packet) { return SocketFilter::Keep{kept}; };

/// Keeps packets of which at least 4 bytes are behind `offset`.
inline constexpr Program<SocketFilter> reaches = [](SocketFilter::Packet packet) {
  return packet.load<std::array<std::uint8_t, 4>>(offset) ? SocketFilter::Keep::All : SocketFilter::Drop;
};

/// UDP to `offset` as a port, by the header; 13 bytes of it and its payload have to be there.
struct LongHeader {
  Udp udp;
  std::array<std::uint8_t, 5> payload;
};
inline constexpr Program<SocketFilter> has_five = [](SocketFilter::Packet packet) {
  auto header = packet.parse<LongHeader>();
  return header && header->udp.destination == 9000 && header->payload[4] == 'x' ? SocketFilter::Keep::All
                                                                                : SocketFilter::Drop;
};

/// Remembers the last 4 bytes of segments with payload.
inline constexpr Program<SocketFilter> last_bytes = [](SocketFilter::Packet packet) {
  auto tcp = packet.parse<Tcp>();
  if (tcp && packet.length() >= tcp->header_length().value() + 4)
    if (auto end = packet.load<BigEndian<std::uint32_t>>(packet.length() - 4)) ends.set(0, end->value());
  return SocketFilter::Keep::All;
};

/// Every field that the hook gives, read; and written where that is allowed.
inline constexpr Program<SocketFilter> fields = [](SocketFilter::Packet packet) {
  const std::uint32_t sum = packet.length() + packet.packet_type() + packet.mark() + packet.queue_mapping() +
                            static_cast<std::uint32_t>(packet.protocol()) + packet.vlan_present() + packet.vlan_tci() +
                            static_cast<std::uint32_t>(packet.vlan_protocol()) + packet.priority() +
                            packet.ingress_ifindex() + packet.ifindex() + packet.tc_index() + packet.hash() +
                            packet.napi_id() + packet.gso_segments() + packet.gso_size();
  packet.set_control<4>(packet.control<0>() + sum);
  return packet.ifindex() == 202 && packet.control<4>() >= packet.length() ? SocketFilter::Keep::All
                                                                           : SocketFilter::Drop;
};

namespace {

/// What the socket hands over next, as bytes; nothing when nothing comes. Without packets that this machine sends.
std::vector<std::uint8_t> received(const Socket& socket) {
  while (socket.readable(300)) {
    std::vector<std::uint8_t> bytes(65536);
    sockaddr_storage from{};
    socklen_t length = sizeof from;
    const ssize_t size =
        recvfrom(socket.fd(), bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&from), &length);
    REQUIRE(size >= 0);
    if (from.ss_family == AF_PACKET && reinterpret_cast<sockaddr_ll&>(from).sll_pkttype == PACKET_OUTGOING) continue;
    bytes.resize(static_cast<std::size_t>(size));
    return bytes;
  }
  return {};
}

Socket packet_socket(const NetworkNamespace& place, const std::string& device, int type, std::uint16_t protocol) {
  Socket socket(place, AF_PACKET, type, htons(protocol));
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(protocol);
  address.sll_ifindex = static_cast<int>(index_of(place, device));
  REQUIRE(bind(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  return socket;
}

Socket udp_socket(const NetworkNamespace& place, const std::string& address, std::uint16_t port) {
  Socket socket(place, Endpoint(address, port).family(), SOCK_DGRAM);
  socket.bind(Endpoint(address, port));
  return socket;
}

/// A big-endian number in the first bytes of a packet.
unsigned number(const Start& start, std::size_t at) { return start[at] * 256u + start[at + 1]; }

constexpr std::uint16_t port = 9000;

}  // namespace

TEST_SUITE_BEGIN("SocketFilter");

TEST_CASE("SocketFilter: data starts where the kind of socket says") {
  Network network;
  introduce(network, "10.0.0.2", "10.0.0.3");
  introduce(network, "fd00::2", "fd00::3");
  auto object = Object::open(look);
  object.load();
  // Sends 20 bytes of UDP from the left to `port` on the right, and gives what the filter of `socket` saw.
  const auto seen_by = [&](const Socket& socket, const std::string& from, const std::string& to) {
    while (socket.readable(0)) received(socket);
    static_cast<void>(object[seen].erase(0));
    Link link = object[look].attach(socket.fd());
    UdpSender(network.left, from).send(to, port, 20);
    received(socket);
    const auto found = object[seen].find(0);
    REQUIRE(found);
    return *found;
  };
  // Somebody has to take the datagrams, or an ICMP message comes back.
  const auto taker = [&] { return udp_socket(network.right, "10.0.0.3", port); };

  SUBCASE("UDP: at the UDP header") {
    for (const bool ipv6 : {false, true}) {
      CAPTURE(ipv6);
      const std::string from = ipv6 ? "fd00::2" : "10.0.0.2", to = ipv6 ? "fd00::3" : "10.0.0.3";
      const Seen of_udp = seen_by(udp_socket(network.right, to, port), from, to);
      CHECK(of_udp.length == 28);
      CHECK(number(of_udp.start, 2) == port);
      CHECK(number(of_udp.start, 4) == 28);
      CHECK(of_udp.start[8] == 'x');
      CHECK(of_udp.protocol == (ipv6 ? ETH_P_IPV6 : ETH_P_IP));
    }
  }
  SUBCASE("raw IPv4: at the IPv4 header") {
    const Seen of_raw = seen_by(Socket(network.right, AF_INET, SOCK_RAW, IPPROTO_UDP), "10.0.0.2", "10.0.0.3");
    CHECK(of_raw.length == 48);
    CHECK(of_raw.start[0] == 0x45);
    CHECK(number(of_raw.start, 2) == 48);
    CHECK(of_raw.start[9] == IPPROTO_UDP);
  }
  SUBCASE("raw IPv6: behind the IPv6 header") {
    const Seen of_raw = seen_by(Socket(network.right, AF_INET6, SOCK_RAW, IPPROTO_UDP), "fd00::2", "fd00::3");
    CHECK(of_raw.length == 28);
    CHECK(number(of_raw.start, 2) == port);
    CHECK(of_raw.start[8] == 'x');
  }
  SUBCASE("raw IPv6: behind extension headers too") {
    const Socket raw(network.right, AF_INET6, SOCK_RAW, IPPROTO_UDP);
    Link link = object[look].attach(raw.fd());
    const FrameSocket left(network.left, "veth0", EtherType::Ipv6);
    constexpr std::array<std::uint8_t, 8> options{IPPROTO_UDP, 0, 1, 4, 0, 0, 0, 0};
    left.send(ethernet({.destination = "ff:ff:ff:ff:ff:ff", .ether_type = EtherType::Ipv6}) /
              ipv6({.next_header = IpProtocol::DestinationOptions, .source = "fd00::2", .destination = "fd00::3"}) /
              payload(options) / udp({.destination = port}) / payload("seven x"));
    received(raw);
    const auto found = object[seen].find(0);
    REQUIRE(found);
    CHECK(found->length == 15);
    CHECK(number(found->start, 2) == port);
  }
  SUBCASE("packet socket, raw: at the Ethernet header, of what comes and of what goes") {
    const Socket taken_by = taker();
    const Seen in = seen_by(packet_socket(network.right, "veth1", SOCK_RAW, ETH_P_IP), "10.0.0.2", "10.0.0.3");
    CHECK(in.length == 62);
    CHECK(number(in.start, 12) == ETH_P_IP);
    const Seen out = seen_by(packet_socket(network.left, "veth0", SOCK_RAW, ETH_P_ALL), "10.0.0.2", "10.0.0.3");
    CHECK(out.length == 62);
    CHECK(out.start == in.start);  // the Ethernet header
  }
  SUBCASE("packet socket, datagram: at the IP header, of what comes and of what goes") {
    const Socket taken_by = taker();
    const Seen in = seen_by(packet_socket(network.right, "veth1", SOCK_DGRAM, ETH_P_IP), "10.0.0.2", "10.0.0.3");
    CHECK(in.length == 48);
    CHECK(in.start[0] == 0x45);
    const Seen out = seen_by(packet_socket(network.left, "veth0", SOCK_DGRAM, ETH_P_ALL), "10.0.0.2", "10.0.0.3");
    CHECK(out.length == 48);
    CHECK(out.start[0] == 0x45);
    CHECK(number(out.start, 2) == 48);
  }
}

TEST_CASE("SocketFilter: data of TCP starts at its header, and a copy reaches payload that is not linear") {
  Network network;
  auto object = Object::open(look, last_bytes);
  object.load();
  bool ipv6 = false;
  SUBCASE("IPv4") {}
  SUBCASE("IPv6") { ipv6 = true; }
  const std::string address = ipv6 ? "fd00::3" : "10.0.0.3";
  Socket listener(network.right, ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM);
  listener.bind(Endpoint(address, port));
  REQUIRE(listen(listener.fd(), 4) == 0);
  {
    Link link = object[look].attach(listener.fd());
    const Socket sender = send_over_tcp(network.left, address, port, "an x");
    const ebpfxx::detail::os::FileDescriptor first(accept(listener.fd(), nullptr, nullptr));
    char text[4];
    REQUIRE(recv(first.fd(), text, sizeof text, MSG_WAITALL) == 4);
    const auto found = object[seen].find(0);
    REQUIRE(found);
    CHECK(number(found->start, 2) == port);
    const unsigned header = (found->start[12] >> 4) * 4u;
    CHECK(header >= 20);
    CHECK(found->length == header + 4);
  }
  Link link = object[last_bytes].attach(listener.fd());  // connections inherit it
  const Socket sender = send_over_tcp(network.left, address, port, std::string(4996, 'a') + "last");
  const ebpfxx::detail::os::FileDescriptor connection(accept(listener.fd(), nullptr, nullptr));
  std::string text(5000, '\0');
  REQUIRE(recv(connection.fd(), text.data(), text.size(), MSG_WAITALL) == 5000);
  CHECK(object[ends].find(0) == 0x6c617374u);  // "last"
}

TEST_CASE("SocketFilter: Keep cuts behind its last byte, leaves UDP its header, and Drop drops") {
  Network network;
  introduce(network, "10.0.0.2", "10.0.0.3");
  const Socket udp = udp_socket(network.right, "10.0.0.3", port);
  const Socket packets = packet_socket(network.right, "veth1", SOCK_DGRAM, ETH_P_IP);
  const UdpSender sender(network.left, "10.0.0.2");
  struct Row {
    std::uint32_t kept;
    std::size_t of_udp, of_packets;  // bytes that arrive of 20 bytes of payload: behind the headers, and with them
  };
  for (const Row& row : {Row{1, 0, 1}, Row{8, 0, 8}, Row{9, 1, 9}, Row{27, 19, 27}, Row{28, 20, 28}, Row{29, 20, 29},
                         Row{47, 20, 47}, Row{48, 20, 48}, Row{49, 20, 48}, Row{0xffffffff, 20, 48}}) {
    CAPTURE(row.kept);
    auto object = Object::open(cut);
    object[kept] = row.kept;
    object.load();
    Link udp_link = object[cut].attach(udp.fd()), packet_link = object[cut].attach(packets.fd());
    sender.send("10.0.0.3", port, 20);
    REQUIRE(udp.readable(500));
    CHECK(received(udp).size() == row.of_udp);
    CHECK(received(packets).size() == row.of_packets);
  }
  auto object = Object::open(cut);
  object[kept] = 0;
  object.load();
  Link udp_link = object[cut].attach(udp.fd()), packet_link = object[cut].attach(packets.fd());
  sender.send("10.0.0.3", port, 20);
  CHECK_FALSE(udp.readable(300));
  CHECK_FALSE(packets.readable(0));
  udp_link.detach();
  sender.send("10.0.0.3", port, 20);
  CHECK(received(udp).size() == 20);
  CHECK_FALSE(packets.readable(0));
}

TEST_CASE("SocketFilter: copies end where the packet ends, to the byte") {
  Network network;
  introduce(network, "10.0.0.2", "10.0.0.3");
  const Socket udp = udp_socket(network.right, "10.0.0.3", port);
  const UdpSender sender(network.left, "10.0.0.2");
  for (const auto& [at, fits] : {std::pair{23u, true}, {24u, true}, {25u, false}, {28u, false}, {0xffffffffu, false}}) {
    CAPTURE(at);
    auto object = Object::open(reaches);
    object[offset] = at;
    object.load();
    Link link = object[reaches].attach(udp.fd());
    sender.send("10.0.0.3", port, 20);
    CHECK((received(udp).size() == 20) == fits);
  }
  auto object = Object::open(has_five, fields);
  object.load();
  Link link = object[has_five].attach(udp.fd());
  sender.send("10.0.0.3", port, 4);
  CHECK(received(udp).empty());
  sender.send("10.0.0.3", port, 5);
  CHECK(received(udp).size() == 5);
  link.detach();
  link = object[fields].attach(udp.fd());
  sender.send("10.0.0.3", port, 6);
  CHECK(received(udp).size() == 6);
}

TEST_CASE("SocketFilter: attaching says what is wrong, and touches the one socket it was given") {
  Network network;
  introduce(network, "10.0.0.2", "10.0.0.3");
  auto object = Object::open(cut);
  object.load();  // drops all
  const UdpSender sender(network.left, "10.0.0.2");
  const auto attach_to = [&](int socket) { return object[cut].attach(socket); };
  expect_error(EBADF, "cannot attach cut to socket -1: Bad file descriptor; give an open socket",
               [&] { return attach_to(-1); });
  expect_error(ENOTSOCK,
               "cannot attach cut to socket 0: Socket operation on non-socket; give the descriptor of a socket",
               [&] { return attach_to(0); });

  int number = -1;
  Link left_over;
  {
    const Socket udp = udp_socket(network.right, "10.0.0.3", port), other = udp_socket(network.right, "10.0.0.4", port);
    number = udp.fd();
    left_over = attach_to(number);
    const std::string busy =
        "cannot attach cut to socket " + std::to_string(number) + ": it has a filter; detach that first";
    expect_error(EBUSY, busy, [&] { return attach_to(number); });
    sock_filter all[] = {BPF_STMT(BPF_RET | BPF_K, 0xffffffff)};
    const sock_fprog classic{1, all};
    REQUIRE(setsockopt(other.fd(), SOL_SOCKET, SO_ATTACH_FILTER, &classic, sizeof classic) == 0);
    CHECK_THROWS_AS(attach_to(other.fd()), Error);
    sender.send("10.0.0.4", port, 20);
    CHECK(received(other).size() == 20);
    left_over.detach();
    left_over = attach_to(number);
  }
  // Another socket with the number of the first one keeps its filter.
  const Socket next = udp_socket(network.right, "10.0.0.3", port);
  REQUIRE(next.fd() == number);
  Link of_next = attach_to(number);
  left_over.detach();
  sender.send("10.0.0.3", port, 20);
  CHECK_FALSE(next.readable(300));
  of_next.keep();
  sender.send("10.0.0.3", port, 20);
  CHECK_FALSE(next.readable(300));
  const int locked = 1;
  REQUIRE(setsockopt(number, SOL_SOCKET, SO_DETACH_BPF, &locked, sizeof locked) == 0);
  Link link = attach_to(number);
  REQUIRE(setsockopt(number, SOL_SOCKET, SO_LOCK_FILTER, &locked, sizeof locked) == 0);
  expect_error(
      EPERM,
      "cannot detach a program from socket " + std::to_string(number) + ": the filter is locked (SO_LOCK_FILTER)", [&] {
        link.detach();
        return 0;
      });
}

TEST_SUITE_END();
