#pragma once

#include <linux/if_packet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include <ebpfxx/runtime/detail/os/file_descriptor.hpp>

namespace ebpfxx::detail::test_run {

/// The interface that a test run takes a packet for received by, as far as it decides on `packet_type` (eth_type_trans
/// in net/ethernet/eth.c).
class TestRunDevice {
 public:
  using Address = std::array<std::uint8_t, 6>;

  /// The loopback interface's index, in every network namespace.
  static constexpr std::uint32_t loopback = 1;

  /// The interface of the calling thread's network namespace; nothing if it has none of this index.
  static std::optional<TestRunDevice> of(std::uint32_t ifindex) {
    if (ifindex <= loopback) return TestRunDevice({}, false);
    ifreq request{};
    const os::FileDescriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (if_indextoname(ifindex, request.ifr_name) == nullptr) return std::nullopt;
    if (ioctl(socket.fd(), SIOCGIFHWADDR, &request) != 0) return std::nullopt;
    Address address;
    std::copy_n(reinterpret_cast<const std::uint8_t*>(request.ifr_hwaddr.sa_data), address.size(), address.begin());
    return TestRunDevice(address, request.ifr_hwaddr.sa_family == ARPHRD_ETHER);
  }

  /// The type of a frame to this address, of 6 bytes.
  std::uint32_t packet_type(std::span<const std::uint8_t> destination) const {
    if (std::equal(address_.begin(), address_.end(), destination.begin())) return PACKET_HOST;
    if ((destination[0] & 1) == 0) return PACKET_OTHERHOST;
    constexpr Address all_ones{0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    const bool to_all = std::equal(all_ones.begin(), all_ones.end(), destination.begin());
    return has_broadcast_ && to_all ? PACKET_BROADCAST : PACKET_MULTICAST;
  }

  /// An address that makes a frame of this type; nothing where none does.
  std::optional<Address> address_for(std::uint32_t packet_type) const {
    Address other = address_;
    other[0] ^= 2;
    for (const Address& address :
         {address_, Address{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, Address{1, 0, 0x5e, 0, 0, 1}, other})
      if (this->packet_type(address) == packet_type) return address;
    return std::nullopt;
  }

 private:
  TestRunDevice(Address address, bool has_broadcast) : address_(address), has_broadcast_(has_broadcast) {}

  Address address_;
  bool has_broadcast_;
};

}  // namespace ebpfxx::detail::test_run
