#pragma once

#include <linux/ethtool.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <ebpfxx/language.hpp>

#include "network.hpp"
#include "sockets.hpp"

namespace ebpfxx::test {

/// A frame as a packet socket hands it over: a VLAN tag is beside the bytes, as in the kernel.
struct Frame {
  std::vector<std::uint8_t> bytes;
  std::optional<VlanTag> tag;

  template <PacketHeader Header>
  Header at(std::size_t offset) const {
    if (bytes.size() < offset + sizeof(Header)) throw std::out_of_range("the frame is too short");
    return detail::packet::copy_header<Header>(bytes.data() + offset);
  }
};

/// The type of the frames that tests make up, so that nobody else sends or answers them (IEEE 802 experimental).
inline constexpr EtherType test_ether_type{0x88b5};

/// Sends frames out of an interface as they are, and sees those of one type that it receives.
class FrameSocket {
 public:
  FrameSocket(const NetworkNamespace& place, const std::string& device, EtherType type = test_ether_type)
      : socket_(place, AF_PACKET, SOCK_RAW, htons(static_cast<std::uint16_t>(type))) {
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(static_cast<std::uint16_t>(type));
    address.sll_ifindex = static_cast<int>(place.run([&] { return if_nametoindex(device.c_str()); }));
    if (bind(socket_.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      throw std::system_error(errno, std::generic_category(), "cannot bind to " + device);
    const int on = 1;
    setsockopt(socket_.fd(), SOL_PACKET, PACKET_AUXDATA, &on, sizeof on);
    while (!receive(0).empty()) {  // what came from elsewhere before the bind
    }
  }

  void send(std::span<const std::uint8_t> bytes) const {
    if (::send(socket_.fd(), bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
      throw std::system_error(errno, std::generic_category(), "cannot send a frame");
  }
  template <PacketSource Source>
  void send(const Source& source) const {
    const auto bytes = packet_bytes(source);
    send(std::span<const std::uint8_t>(bytes));
  }

  /// What arrives until `expected` frames are there or nothing more comes for a while.
  std::vector<Frame> receive(std::size_t expected = 1) const {
    std::vector<Frame> frames;
    const int soon_ms = expected == 0 ? 0 : 300;
    while ((expected == 0 || frames.size() < expected) && socket_.readable(soon_ms))
      if (std::optional<Frame> frame = next()) frames.push_back(std::move(*frame));
    return frames;
  }

 private:
  // The next frame, if it was received and not sent.
  std::optional<Frame> next() const {
    Frame frame{std::vector<std::uint8_t>(65536), {}};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(tpacket_auxdata))> control{};
    sockaddr_ll from{};
    iovec part{frame.bytes.data(), frame.bytes.size()};
    msghdr message{};
    message.msg_name = &from;
    message.msg_namelen = sizeof from;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t size = recvmsg(socket_.fd(), &message, 0);
    if (size < 0 || from.sll_pkttype == PACKET_OUTGOING) return std::nullopt;
    frame.bytes.resize(static_cast<std::size_t>(size));
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
      if (header->cmsg_level != SOL_PACKET || header->cmsg_type != PACKET_AUXDATA) continue;
      tpacket_auxdata beside{};
      std::memcpy(&beside, CMSG_DATA(header), sizeof beside);
      if ((beside.tp_status & TP_STATUS_VLAN_VALID) != 0)
        frame.tag = VlanTag{static_cast<EtherType>(beside.tp_vlan_tpid), beside.tp_vlan_tci};
    }
    return frame;
  }

  Socket socket_;
};

/// Switches a feature of an interface off, by a command of ethtool(8).
inline void switch_off(const NetworkNamespace& place, const std::string& device, std::uint32_t command) {
  const Socket socket(place, AF_INET, SOCK_DGRAM);
  ethtool_value value{command, 0};
  ifreq request{};
  device.copy(request.ifr_name, sizeof request.ifr_name - 1);
  request.ifr_data = reinterpret_cast<char*>(&value);
  if (ioctl(socket.fd(), SIOCETHTOOL, &request) != 0)
    throw std::system_error(errno, std::generic_category(), "cannot switch off a feature of " + device);
}

/// Makes the kernel write whole checksums into what it sends, instead of leaving them to the device.
inline void checksum_in_software(const NetworkNamespace& place, const std::string& device) {
  switch_off(place, device, ETHTOOL_STXCSUM);
}

/// Makes the kernel cut packets of many segments itself, instead of leaving that to the device.
inline void segment_in_software(const NetworkNamespace& place, const std::string& device) {
  switch_off(place, device, ETHTOOL_STSO);
}

/// The index of an interface in a namespace.
inline std::uint32_t index_of(const NetworkNamespace& place, const std::string& device) {
  return place.run([&] { return if_nametoindex(device.c_str()); });
}

}  // namespace ebpfxx::test
