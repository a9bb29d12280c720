// Checksums that programs amend: the receiver's kernel takes the datagrams, whether the sender's kernel had computed
// their checksums or left them to the device.
#include <doctest/doctest.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <ebpfxx.hpp>
#include <system_error>
#include <vector>

#include "support/sockets.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;

namespace {

constexpr std::uint16_t asked_port = 9999, real_port = 8080;

}  // namespace

inline constexpr Config<std::uint16_t> damage = 0;  // added to the new port behind the checksum's back

/// Sends what goes to 10.0.0.4, port 9999, to 10.0.0.3, port 8080.
constexpr bool redirect_datagram(auto packet) {
  auto ethernet = parse<Ethernet>(packet);
  if (!ethernet) return false;
  auto ip = next<Ipv4>(ethernet);
  if (!ip) return false;
  auto udp = next<Udp>(ip);
  if (!udp || udp->destination != asked_port) return false;
  auto address = replace<&Ipv4::destination>(ip, Ipv4Address("10.0.0.3"));
  auto port = replace<&Udp::destination>(udp, real_port);
  udp->source = static_cast<std::uint16_t>(udp->source.value() + damage.value());
  amend_checksum(packet, ip, address);
  amend_checksum(packet, udp, address);
  // The call before may have moved the packet.
  auto again = packet.bytes().template skip<34>().template parse<Udp>();
  if (!again) return false;
  amend_checksum(packet, again, port);
  return true;
}
inline constexpr Program<Tc::Egress> redirect_out = [](Tc::Egress::Packet packet) {
  redirect_datagram(packet);
  return Tc::Egress::Verdict::Ok;
};
inline constexpr Program<Tc::Ingress> redirect_in = [](Tc::Ingress::Packet packet) {
  redirect_datagram(packet);
  return Tc::Ingress::Verdict::Ok;
};
inline constexpr Program<Xdp> redirect_frame = [](Xdp::Packet packet) {
  redirect_datagram(packet);
  return Xdp::Verdict::Pass;
};

namespace {

/// Whether the interface's device is to compute checksums (SIOCETHTOOL).
void let_device_compute(const NetworkNamespace& place, const char* interface, bool offload) {
  place.run([&] {
    const detail::os::FileDescriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ethtool_value value{ETHTOOL_STXCSUM, offload ? 1U : 0U};
    ifreq request{};
    std::strncpy(request.ifr_name, interface, IFNAMSIZ - 1);
    request.ifr_data = reinterpret_cast<char*>(&value);
    if (ioctl(socket.fd(), SIOCETHTOOL, &request) != 0)
      throw std::system_error(errno, std::generic_category(), "cannot set how checksums are computed");
  });
}

/// How many of five datagrams of 301 bytes arrive.
template <class Hook>
std::size_t arriving(const Program<Hook>& program, bool at_sender, bool offload, std::uint16_t added) {
  Network network;
  introduce(network, "10.0.0.2", "10.0.0.3");
  introduce(network, "10.0.0.2", "10.0.0.4");
  let_device_compute(network.left, "veth0", offload);
  auto object = Object::open(program);
  object[damage] = added;
  object.load();
  const UdpReceiver receiver(network.right, "10.0.0.3", real_port);
  Link link = (at_sender ? network.left : network.right).run([&] {
    return object[program].attach(Interface(at_sender ? "veth0" : "veth1"));
  });
  UdpSender(network.left, "10.0.0.2").send("10.0.0.4", asked_port, 301, 5);
  return receiver.receive(5).size();
}

}  // namespace

TEST_CASE("amended checksums are right on the way out") {
  CHECK(arriving(redirect_out, true, false, 0) == 5);
  CHECK(arriving(redirect_out, true, true, 0) == 5);
  CHECK(arriving(redirect_out, true, false, 1) == 0);
}

TEST_CASE("amended checksums are right on the way in") {
  CHECK(arriving(redirect_in, false, false, 0) == 5);
  CHECK(arriving(redirect_in, false, true, 0) == 5);
  CHECK(arriving(redirect_in, false, false, 1) == 0);
}

TEST_CASE("amended checksums are right before the network stack") {
  CHECK(arriving(redirect_frame, false, false, 0) == 5);
  CHECK(arriving(redirect_frame, false, false, 1) == 0);
}
