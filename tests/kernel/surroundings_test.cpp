// What a program asks of the world around it beside its packet: random numbers, the CPU, the control group, the socket.
#include <doctest/doctest.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <ebpfxx.hpp>
#include <set>

#include "support/cgroup.hpp"
#include "support/run_program.hpp"
#include "support/sockets.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;

struct SeenAround {
  std::uint64_t random, cpu, cgroup, cookie, uid;
};
inline Map<std::uint32_t, SeenAround, Array<1>> around;

inline constexpr Program<Lwt::Out> look_around = [](Lwt::Out::Packet) {
  around.at<0>().update([](SeenAround& seen) {
    seen.random = random_number();
    seen.cpu = current_cpu();
  });
  return Lwt::Out::Verdict::Ok;
};

inline constexpr Program<Cgroup::Connect4> look_at_caller = [](Cgroup::Connect4::Connection connection) {
  around.at<0>().update([&](SeenAround& seen) {
    seen.cgroup = current_cgroup_id();
    seen.cookie = connection.socket_cookie();
  });
  return Cgroup::Connect4::Verdict::Allow;
};

template <class Packet>
constexpr void look_at_socket(Packet packet) {
  around.at<0>().update([&](SeenAround& seen) {
    seen.cookie = packet.socket_cookie();
    seen.uid = packet.socket_uid();
  });
}
inline constexpr Program<Tc::Egress> look_at_sender = [](Tc::Egress::Packet packet) {
  if (packet.protocol() == EtherType::Ipv4) look_at_socket(packet);
  return Tc::Egress::Verdict::Ok;
};
inline constexpr Program<Tc::Ingress> look_at_nobody = [](Tc::Ingress::Packet packet) {
  if (packet.protocol() == EtherType::Arp) look_at_socket(packet);
  return Tc::Ingress::Verdict::Ok;
};

namespace {

std::uint64_t cookie_of(int socket) {
  std::uint64_t cookie = 0;
  socklen_t size = sizeof cookie;
  getsockopt(socket, SOL_SOCKET, SO_COOKIE, &cookie, &size);
  return cookie;
}

}  // namespace

TEST_CASE("random numbers differ, and the CPU is the one that the test runs on") {
  auto object = Object::open(look_around);
  object.load();
  cpu_set_t before;
  REQUIRE(sched_getaffinity(0, sizeof before, &before) == 0);
  std::set<std::uint64_t> numbers;
  int cpus = 0;
  for (unsigned cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &before)) continue;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    REQUIRE(sched_setaffinity(0, sizeof one, &one) == 0);
    for (int run = 0; run < 4; ++run) {
      run_program(object[look_around].fd(), {});
      CHECK(object[around][0].cpu == cpu);
      numbers.insert(object[around][0].random);
    }
    ++cpus;
  }
  sched_setaffinity(0, sizeof before, &before);
  CHECK(cpus > 0);
  CHECK(numbers.size() >= 3);
  CHECK(*numbers.rbegin() <= UINT32_MAX);
}

TEST_CASE("a connect(2) is seen with its control group and its socket" * doctest::test_suite("Cgroup::Connect4")) {
  const NetworkNamespace place;
  place.shell("ip link set lo up");
  const ControlGroup group;
  auto object = Object::open(look_at_caller);
  object.load();
  Link link = object[look_at_caller].attach(group.folder());
  const Endpoint peer("127.0.0.1", 7070);
  CHECK(group.run([&] {
    const Socket socket(place, AF_INET, SOCK_DGRAM);
    if (connect(socket.fd(), peer.address(), peer.size) != 0) return 1;
    return cookie_of(socket.fd()) == object[around][0].cookie ? 0 : 2;
  }) == 0);
  struct stat folder{};
  REQUIRE(stat(group.folder().path().c_str(), &folder) == 0);
  CHECK(object[around][0].cgroup == folder.st_ino);
  CHECK(object[around][0].cookie != 0);
}

TEST_CASE("a packet has its sender's socket, one that the kernel makes has none" *
          doctest::test_suite("Tc::Ingress, Tc::Egress")) {
  Network network;
  auto object = Object::open(look_at_sender, look_at_nobody);
  object.load();
  const UdpReceiver receiver(network.right, "10.0.0.3", 5000);
  const Socket sender(network.left, AF_INET, SOCK_DGRAM);
  constexpr uid_t user = 12345;
  REQUIRE(fchown(sender.fd(), user, static_cast<gid_t>(-1)) == 0);
  const Endpoint peer("10.0.0.3", 5000);
  object[around].set(0, SeenAround{0, 0, 0, 1, 0});
  Link in = network.right.run([&] { return object[look_at_nobody].attach(Interface("veth1")); });
  sendto(sender.fd(), "x", 1, 0, peer.address(), peer.size);  // the kernel asks for the link address before
  CHECK(receiver.receive(1).size() == 1);
  CHECK(object[around][0].cookie == 0);
  CHECK(object[around][0].uid == 65534);
  in.detach();
  Link out = network.left.run([&] { return object[look_at_sender].attach(Interface("veth0")); });
  sendto(sender.fd(), "x", 1, 0, peer.address(), peer.size);
  CHECK(receiver.receive(1).size() == 1);
  CHECK(object[around][0].cookie == cookie_of(sender.fd()));
  CHECK(object[around][0].uid == user);
}
