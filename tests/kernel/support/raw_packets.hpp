#pragma once

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>
#include <system_error>
#include <vector>

#include "network.hpp"
#include "sockets.hpp"

namespace ebpfxx::test {

/// An IPv4 packet from 10.0.0.2 to 10.0.0.3, written byte by byte, so that it may be as wrong as a test needs it. The
/// kernel fills in total length and checksum.
struct RawIpv4 {
  std::uint8_t ihl = 5;  ///< in units of 4 bytes; what is beyond 20 bytes is filled with no-operation options
  std::uint16_t fragment = 0;
  std::uint8_t protocol = IPPROTO_TCP;
  std::vector<std::uint8_t> payload{};

  std::vector<std::uint8_t> bytes() const {
    std::vector<std::uint8_t> packet = {static_cast<std::uint8_t>(0x40 | ihl), 0, 0, 0, 0, 1};
    packet.push_back(static_cast<std::uint8_t>(fragment >> 8));
    packet.push_back(static_cast<std::uint8_t>(fragment));
    packet.insert(packet.end(), {64, protocol, 0, 0, 10, 0, 0, 2, 10, 0, 0, 3});
    packet.resize(std::max<std::size_t>(20, ihl * 4u), 1);
    packet.insert(packet.end(), payload.begin(), payload.end());
    return packet;
  }
};

/// The first `size` bytes of a TCP segment to a port, zeros but for the port.
inline std::vector<std::uint8_t> tcp_segment(std::uint16_t port, std::size_t size) {
  std::vector<std::uint8_t> segment(std::max<std::size_t>(size, 4));
  segment[2] = static_cast<std::uint8_t>(port >> 8);
  segment[3] = static_cast<std::uint8_t>(port);
  segment.resize(size);
  return segment;
}

/// Sends a packet as it is; the route decides, and its program sees it.
inline void send_raw(const NetworkNamespace& place, const RawIpv4& packet) {
  Socket socket(place, AF_INET, SOCK_RAW, IPPROTO_RAW);
  std::vector<std::uint8_t> bytes = packet.bytes();
  Endpoint endpoint("10.0.0.3", 0);
  sendto(socket.fd(), bytes.data(), bytes.size(), 0, endpoint.address(), endpoint.size);
}

/// Sees the IPv4 packets that arrive at an interface, before the kernel looks at them.
class PacketListener {
 public:
  PacketListener(const NetworkNamespace& place, const std::string& device)
      : socket_(place, AF_PACKET, SOCK_DGRAM, htons(ETH_P_IP)) {
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(ETH_P_IP);
    address.sll_ifindex = static_cast<int>(place.run([&] { return if_nametoindex(device.c_str()); }));
    if (bind(socket_.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      throw std::system_error(errno, std::generic_category(), "cannot listen on " + device);
  }

  /// The sizes in bytes of the packets that have arrived since the last call.
  std::vector<std::size_t> received() const {
    std::vector<std::size_t> sizes;
    std::array<char, 65536> buffer;
    // veth delivers while the sender is still in its call, or an instant later on another CPU.
    while (socket_.readable(sizes.empty() ? 50 : 0)) {
      sockaddr_ll from{};
      socklen_t length = sizeof from;
      ssize_t size =
          recvfrom(socket_.fd(), buffer.data(), buffer.size(), 0, reinterpret_cast<sockaddr*>(&from), &length);
      if (size >= 0 && from.sll_pkttype != PACKET_OUTGOING) sizes.push_back(static_cast<std::size_t>(size));
    }
    return sizes;
  }

 private:
  Socket socket_;
};

}  // namespace ebpfxx::test
