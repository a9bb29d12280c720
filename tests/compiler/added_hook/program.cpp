// An application of the hook that cgroup_skb.patch adds: in constant evaluation, natively, and, as root, in the kernel.
#define DOCTEST_CONFIG_IMPLEMENT
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <ebpfxx.hpp>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/testing/doctest.hpp>
#include <iostream>
#include <string>

#include "../../kernel/support/cgroup.hpp"
#include "../../kernel/support/sockets.hpp"

using namespace ebpfxx;
using Verdict = CgroupSkb::Egress::Verdict;

inline PerCpu<std::uint64_t> dropped;

inline constexpr Program<CgroupSkb::Egress> drop_dns = [](CgroupSkb::Egress::Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Verdict::Ok;
  auto udp = ip.next<Udp>();
  if (!udp || udp->destination != 53) return Verdict::Ok;
  packet.set_mark(packet.mark() + 1);
  dropped.update([&](std::uint64_t& bytes) { bytes += packet.length(); });
  return Verdict::Drop;
};
inline constexpr Program<CgroupSkb::Egress> copies = [](CgroupSkb::Egress::Packet packet) {
  auto udp = packet.load<Udp>(20);
  return udp && udp->destination == 53 ? Verdict::Drop : Verdict::Ok;
};
static_assert(run(copies, ipv4() / udp({.destination = 53}), {.linear = 20}) == Verdict::Drop);

namespace {

/// errno of a datagram of a process in the group.
int send_from(const test::ControlGroup& group, std::uint16_t port) {
  return group.run([&] {
    const test::NetworkNamespace place;
    place.shell("ip link set lo up");
    const test::Socket socket(place, AF_INET, SOCK_DGRAM);
    const test::Endpoint endpoint("127.0.0.1", port);
    return sendto(socket.fd(), "x", 1, 0, endpoint.address(), endpoint.size) == 1 ? 0 : errno;
  });
}

int check(bool holds, const char* what) {
  if (!holds) std::cout << "FAILED: " << what << '\n';
  return holds ? 0 : 1;
}

}  // namespace

int main() {
  Native native;
  int failures = check(native(drop_dns)(ipv4() / udp({.destination = 53})) == Verdict::Drop, "natively dropped") +
                 check(native(drop_dns)(ipv4() / udp({.destination = 54})) == Verdict::Ok, "natively passed") +
                 check(native[dropped].sum() == 28, "natively counted") +
                 check(to_text(native(drop_dns)(ipv4())).find("ipv4: version 4") != std::string::npos, "packet read") +
                 check(toString(Verdict::Drop) == "Drop", "verdict named");
  if (geteuid() != 0) {
    std::cout << "not in the kernel: needs root\n";
    return failures;
  }
  const test::ControlGroup group;
  auto object = Object::open(drop_dns);
  object.load();
  Link link = object[drop_dns].attach(group.folder());
  failures += check(send_from(group, 53) == EPERM, "dropped in the kernel");
  failures += check(send_from(group, 54) == 0, "passed in the kernel");
  failures += check(object[dropped].sum() == 29, "counted in the kernel");
  link.detach();
  return failures + check(send_from(group, 53) == 0, "passed after detaching");
}
