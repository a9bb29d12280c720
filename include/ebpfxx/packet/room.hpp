#pragma once

#include <linux/bpf.h>

#include <cstdint>

namespace ebpfxx {

/// What `adjust_room` makes room behind.
enum class RoomBehind : std::uint32_t {
  IpHeader = BPF_ADJ_ROOM_NET,    ///< the fixed part of it: 20 or 40 bytes
  LinkHeader = BPF_ADJ_ROOM_MAC,  ///< all that stands before the IP header
};

/// The headers of a tunnel that a program is about to write into new room. With them the kernel takes what follows the
/// room for the packet inside, and cuts packets of many segments with the headers in front of each:
/// `RoomTunnel::ipv4_udp(14)`, where 14 bytes of link header follow before the packet inside, at most 255.
class RoomTunnel {
 public:
  /// None.
  constexpr RoomTunnel() = default;

  static constexpr RoomTunnel ipv4(std::uint8_t inner_link_bytes = 0) { return {ip4, 0, inner_link_bytes}; }
  static constexpr RoomTunnel ipv4_gre(std::uint8_t inner_link_bytes = 0) { return {ip4, gre, inner_link_bytes}; }
  static constexpr RoomTunnel ipv4_udp(std::uint8_t inner_link_bytes = 0) { return {ip4, udp, inner_link_bytes}; }
  static constexpr RoomTunnel ipv6(std::uint8_t inner_link_bytes = 0) { return {ip6, 0, inner_link_bytes}; }
  static constexpr RoomTunnel ipv6_gre(std::uint8_t inner_link_bytes = 0) { return {ip6, gre, inner_link_bytes}; }
  static constexpr RoomTunnel ipv6_udp(std::uint8_t inner_link_bytes = 0) { return {ip6, udp, inner_link_bytes}; }

  constexpr bool is_ipv4() const { return (flags_ & ip4) != 0; }
  constexpr bool is_ipv6() const { return (flags_ & ip6) != 0; }
  constexpr bool has_transport() const { return (flags_ & (gre | udp)) != 0; }
  constexpr std::uint8_t inner_link_bytes() const {
    return static_cast<std::uint8_t>(flags_ >> BPF_ADJ_ROOM_ENCAP_L2_SHIFT);
  }

  /// As the kernel takes it.
  constexpr std::uint64_t flags() const { return flags_; }

 private:
  static constexpr std::uint64_t ip4 = BPF_F_ADJ_ROOM_ENCAP_L3_IPV4, ip6 = BPF_F_ADJ_ROOM_ENCAP_L3_IPV6,
                                 gre = BPF_F_ADJ_ROOM_ENCAP_L4_GRE, udp = BPF_F_ADJ_ROOM_ENCAP_L4_UDP;

  constexpr RoomTunnel(std::uint64_t ip, std::uint64_t transport, std::uint8_t inner_link_bytes)
      : flags_(ip | transport | BPF_F_ADJ_ROOM_ENCAP_L2(inner_link_bytes)) {}

  std::uint64_t flags_ = 0;
};

/// What `adjust_room` does besides: `{.tunnel = RoomTunnel::ipv4_gre(), .fixed_gso = true}`.
struct RoomOptions {
  RoomTunnel tunnel = {};
  bool fixed_gso = false;      ///< segments stay as large as they are; UDP's must (BPF_F_ADJ_ROOM_FIXED_GSO)
  bool keep_checksum = false;  ///< a checksum that the device has found right stays so (BPF_F_ADJ_ROOM_NO_CSUM_RESET)

  /// As the kernel takes it.
  constexpr std::uint64_t flags() const {
    return tunnel.flags() | (fixed_gso ? std::uint64_t{BPF_F_ADJ_ROOM_FIXED_GSO} : 0) |
           (keep_checksum ? std::uint64_t{BPF_F_ADJ_ROOM_NO_CSUM_RESET} : 0);
  }
};

}  // namespace ebpfxx
