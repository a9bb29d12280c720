// Cgroup::Connect4 and Connect6 on connect(2) of real processes in a control group.
#include <bpf/bpf.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <ebpfxx.hpp>
#include <ebpfxx/native/native.hpp>
#include <string>
#include <vector>

#include "support/cgroup.hpp"
#include "support/expect_error.hpp"
#include "support/sockets.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;
using Verdict = Cgroup::Connect4::Verdict;

/// What a program saw of a connect(2).
struct Seen {
  Ipv4Address address;
  std::uint32_t port, family, type, protocol;
  bool operator==(const Seen&) const = default;
};
inline Map<std::uint32_t, Seen> seen4;
struct Seen6 {
  Ipv6Address address;
  std::uint32_t port, family, type, protocol;
  bool operator==(const Seen6&) const = default;
};
inline Map<std::uint32_t, Seen6> seen6;

inline constexpr Config<std::uint16_t> from_port = 8080, to_port = 9090, closed_port = 7070;

inline constexpr Program<Cgroup::Connect4> rewrite4 = [](Cgroup::Connect4::Connection connection) {
  seen4.set(0, {connection.destination(), connection.port().value(), static_cast<std::uint32_t>(connection.family()),
                static_cast<std::uint32_t>(connection.type()), static_cast<std::uint32_t>(connection.protocol())});
  if (connection.port() == closed_port) return Verdict::Deny;
  if (connection.port() == from_port) {
    connection.set_destination("127.0.0.1");
    connection.set_port(std::uint16_t{to_port});
  }
  return Verdict::Allow;
};

inline constexpr Program<Cgroup::Connect6> rewrite6 = [](Cgroup::Connect6::Connection connection) {
  seen6.set(0, {connection.destination(), connection.port().value(), static_cast<std::uint32_t>(connection.family()),
                static_cast<std::uint32_t>(connection.type()), static_cast<std::uint32_t>(connection.protocol())});
  if (connection.port() == closed_port) return Verdict::Deny;
  if (connection.port() == from_port && connection.destination() == "2001:db8::7:8") {
    connection.set_destination("::1");
    connection.set_port(std::uint16_t{to_port});
  }
  return Verdict::Allow;
};

/// Records what programs before it have made of a port.
inline Map<std::uint32_t, std::uint32_t> last_port;
inline constexpr Program<Cgroup::Connect4> observe4 = [](Cgroup::Connect4::Connection connection) {
  last_port.set(0, connection.port().value());
  return Verdict::Allow;
};

inline constexpr Program<Cgroup::Connect4> deny4 = [](Cgroup::Connect4::Connection) { return Verdict::Deny; };

namespace {

/// A namespace of its own, whose loopback interface is up.
struct Loopback {
  NetworkNamespace place;
  Loopback() { place.shell("ip link set lo up"); }
};

/// errno of connect(2) by a process of the group, 0 when it succeeds; then it has sent one byte.
int connect_from(const ControlGroup& group, const NetworkNamespace& place, int type, const std::string& address,
                 std::uint16_t port) {
  const Endpoint endpoint(address, port);
  return group.run([&] {
    const Socket socket(place, endpoint.family(), type);  // the group is that of the process that makes the socket
    if (connect(socket.fd(), endpoint.address(), endpoint.size) != 0) return errno;
    return send(socket.fd(), "x", 1, MSG_NOSIGNAL) == 1 ? 0 : errno;
  });
}

/// errno of connect(2) by a process of the group with a UDP socket, and ENOMSG when it has another peer than
/// `expected`.
int peer_from(const ControlGroup& group, const NetworkNamespace& place, const Endpoint& endpoint,
              const Endpoint& expected) {
  return group.run([&] {
    const Socket socket(place, endpoint.family(), SOCK_DGRAM);
    if (connect(socket.fd(), endpoint.address(), endpoint.size) != 0) return errno;
    Endpoint peer(expected);
    auto* address = reinterpret_cast<sockaddr*>(&peer.storage);
    if (getpeername(socket.fd(), address, &peer.size) != 0) return errno;
    return peer.size == expected.size && std::memcmp(address, expected.address(), peer.size) == 0 ? 0 : ENOMSG;
  });
}

/// Whether a connect(2) ends as the program says natively, and leaves in `seen` what it does natively.
template <class Hook, class Seen>
void check_as_natively(const Program<Hook>& program, const Seen& seen, const std::vector<std::string>& addresses) {
  using Address = typename Hook::Connection::Address;
  const Loopback loopback;
  loopback.place.shell("ip address add 2001:db8::7:8/128 dev lo nodad");
  const ControlGroup group;
  auto object = Object::open(program);
  object.load();
  const Link link = object[program].attach(group.folder());
  Native native;
  for (const std::string& address : addresses)
    for (const std::uint16_t port : {7069, 7070, 7071, 8079, 8080, 8081}) {
      CAPTURE(address);
      CAPTURE(port);
      const auto outcome = native(program)({.destination = Address::from_text(address).value(),
                                            .port = port,
                                            .type = SocketType::Datagram,
                                            .protocol = IpProtocol::Udp});
      const Endpoint peer(to_text(outcome.context.destination), outcome.context.port.value());
      CHECK(peer_from(group, loopback.place, Endpoint(address, port), peer) == (outcome == Verdict::Deny ? EPERM : 0));
      CHECK(object[seen].find(0) == native[seen].find(0));
    }
}

}  // namespace

TEST_CASE("Cgroup::Connect4: TCP and UDP reach the address and port that the program says" *
          doctest::test_suite("Cgroup::Connect4")) {
  const Loopback loopback;
  const ControlGroup group, other;
  auto object = Object::open(rewrite4);
  object.load();
  const TcpListener rewritten(loopback.place, "127.0.0.1", 9090), open(loopback.place, "127.0.0.2", 8081);
  const UdpReceiver datagrams(loopback.place, "127.0.0.1", 9090);
  Link link = object[rewrite4].attach(group.folder());

  CHECK(connect_from(group, loopback.place, SOCK_STREAM, "127.0.0.9", 8080) == 0);
  CHECK(rewritten.receive(1) == "x");
  const auto tcp = object[seen4].find(0);
  REQUIRE(tcp);
  CHECK(tcp->address == Ipv4Address("127.0.0.9"));
  CHECK(tcp->port == 8080);
  CHECK(tcp->family == AF_INET);
  CHECK(tcp->type == SOCK_STREAM);
  CHECK(tcp->protocol == IPPROTO_TCP);

  CHECK(connect_from(group, loopback.place, SOCK_DGRAM, "127.0.0.9", 8080) == 0);
  CHECK(datagrams.receive(1).size() == 1);
  CHECK(object[seen4].find(0)->type == SOCK_DGRAM);
  CHECK(object[seen4].find(0)->protocol == IPPROTO_UDP);

  CHECK(connect_from(group, loopback.place, SOCK_STREAM, "127.0.0.2", 8081) == 0);
  CHECK(open.receive(1) == "x");
  CHECK(connect_from(group, loopback.place, SOCK_STREAM, "127.0.0.2", 7070) == EPERM);
  CHECK(connect_from(other, loopback.place, SOCK_STREAM, "127.0.0.2", 7070) == ECONNREFUSED);
  CHECK(connect_from(other, loopback.place, SOCK_STREAM, "127.0.0.9", 8080) == ECONNREFUSED);

  const ControlGroup below(group.folder());
  CHECK(connect_from(below, loopback.place, SOCK_STREAM, "127.0.0.2", 7070) == EPERM);
  link.detach();
  CHECK(connect_from(group, loopback.place, SOCK_STREAM, "127.0.0.9", 8080) == ECONNREFUSED);
  CHECK(connect_from(group, loopback.place, SOCK_STREAM, "127.0.0.2", 7070) == ECONNREFUSED);
}

TEST_CASE("Cgroup::Connect4: a program sees what the one before it has changed, and nothing of sendto(2)" *
          doctest::test_suite("Cgroup::Connect4")) {
  const Loopback loopback;
  const ControlGroup group;
  auto object = Object::open(rewrite4, observe4);
  object.load();
  Link first = object[rewrite4].attach(group.folder()), second = object[observe4].attach(group.folder());
  CHECK(connect_from(group, loopback.place, SOCK_DGRAM, "127.0.0.9", 8080) == 0);
  CHECK(object[last_port].find(0) == 9090u);
  const UdpReceiver receiver(loopback.place, "127.0.0.1", 7070);
  const Endpoint closed("127.0.0.1", 7070);
  CHECK(group.run([&] {
    const Socket socket(loopback.place, AF_INET, SOCK_DGRAM);
    return sendto(socket.fd(), "xy", 2, 0, closed.address(), closed.size) == 2 ? 0 : errno;
  }) == 0);
  CHECK(receiver.receive(1).size() == 1);
  CHECK(object[last_port].find(0) == 9090u);
}

TEST_CASE("Cgroup::Connect6: all 16 bytes of the address, and the port" * doctest::test_suite("Cgroup::Connect6")) {
  const Loopback loopback;
  const ControlGroup group;
  auto object = Object::open(rewrite6);
  object.load();
  const TcpListener rewritten(loopback.place, "::1", 9090);
  const UdpReceiver datagrams(loopback.place, "::1", 9090);
  Link link = object[rewrite6].attach(group.folder());

  CHECK(connect_from(group, loopback.place, SOCK_STREAM, "2001:db8::7:8", 8080) == 0);
  CHECK(rewritten.receive(1) == "x");
  const auto tcp = object[seen6].find(0);
  REQUIRE(tcp);
  CHECK(tcp->address == Ipv6Address("2001:db8::7:8"));
  CHECK(tcp->port == 8080);
  CHECK(tcp->family == AF_INET6);
  CHECK(tcp->type == SOCK_STREAM);
  CHECK(tcp->protocol == IPPROTO_TCP);
  CHECK(connect_from(group, loopback.place, SOCK_DGRAM, "2001:db8::7:8", 8080) == 0);
  CHECK(datagrams.receive(1).size() == 1);
  CHECK(connect_from(group, loopback.place, SOCK_STREAM, "2001:db8::7:9", 8080) == ENETUNREACH);
  CHECK(connect_from(group, loopback.place, SOCK_STREAM, "::1", 7070) == EPERM);
  // An IPv6 socket to an IPv4 address is asked about here, not at Connect4.
  CHECK(connect_from(group, loopback.place, SOCK_STREAM, "::ffff:127.0.0.1", 7070) == EPERM);
  CHECK(connect_from(group, loopback.place, SOCK_STREAM, "127.0.0.1", 7070) == ECONNREFUSED);
}

TEST_CASE("connect(2) ends as the program says natively" * doctest::test_suite("Cgroup::Connect4, Cgroup::Connect6")) {
  check_as_natively(rewrite4, seen4, {"127.0.0.1", "127.0.0.9"});
  check_as_natively(rewrite6, seen6, {"::1", "2001:db8::7:8"});
}

TEST_CASE("attaching to a control group says what is wrong, takes over what was kept, and outlives the group" *
          doctest::test_suite("Cgroup::Connect4")) {
  const Loopback loopback;
  auto object = Object::open(deny4, rewrite4);
  object.load();
  expect_error(ENOENT, "cannot attach deny4 to control group /no/such: there is no such folder",
               [&] { return object[deny4].attach(CgroupPath("/no/such")); });
  expect_error(EINVAL,
               "cannot attach deny4 to control group /tmp: it is no folder of cgroup v2; take one below "
               "CgroupPath::root()",
               [&] { return object[deny4].attach(CgroupPath("/tmp")); });

  ControlGroup group;
  {
    constexpr bpf_attach_type type = BPF_CGROUP_INET4_CONNECT;
    const ebpfxx::detail::os::FileDescriptor above(open(group.folder().path().c_str(), O_RDONLY));
    REQUIRE(bpf_prog_attach(object[deny4].fd(), above.fd(), type, 0) == 0);
    const ControlGroup below(group.folder());
    for (const CgroupPath& folder : {group.folder(), below.folder()})
      expect_error(EPERM,
                   "cannot attach deny4 to control group " + folder.path() +
                       ": this group or one above it has a program that takes none beside it; remove that program; "
                       "bpftool cgroup tree shows it",
                   [&] { return object[deny4].attach(folder); });
    REQUIRE(bpf_prog_detach2(object[deny4].fd(), above.fd(), type) == 0);
  }

  const auto connects = [&] { return connect_from(group, loopback.place, SOCK_STREAM, "127.0.0.1", 8081); };
  CHECK(connects() == ECONNREFUSED);
  Link link = object[deny4].attach(group.folder());
  CHECK_FALSE(link.taken_over());
  // Programs of several applications work side by side, and each has to allow.
  Link beside = object[rewrite4].attach(group.folder());
  CHECK(connects() == EPERM);
  link.detach();
  CHECK(connects() == ECONNREFUSED);
  beside.detach();

  link = object[deny4].attach(group.folder());
  link.keep();
  CHECK(connects() == EPERM);
  link = object[deny4].attach(group.folder());
  CHECK(link.taken_over());
  CHECK(connects() == EPERM);
  link.detach();
  CHECK(connects() == ECONNREFUSED);
  link = object[deny4].attach(group.folder());
  CHECK_FALSE(link.taken_over());
  group.remove();
  link.detach();
}
