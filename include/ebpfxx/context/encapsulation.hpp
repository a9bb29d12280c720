#pragma once

#include <linux/bpf.h>

#include <cstdint>

namespace ebpfxx {

/// The header behind which `adjust_room` adds or removes bytes.
enum class EncapsulationBehind : std::uint32_t {
  IpHeader = BPF_ADJ_ROOM_NET,    ///< behind its fixed part of 20 or 40 bytes
  LinkHeader = BPF_ADJ_ROOM_MAC,  ///< behind all bytes before the IP header
};

/// The headers of a tunnel that a program is about to write into the bytes that `adjust_room` adds. The kernel takes
/// what follows them for the packet inside, and repeats them in front of each GSO segment:
/// `EncapsulationHeaders::ipv4_udp(14)`, with 14 bytes of link header in front of the packet inside, at most 255.
class EncapsulationHeaders {
 public:
  /// No headers.
  constexpr EncapsulationHeaders() = default;

  /// IPv4 alone, and then a link-layer header of `inner_link_bytes`.
  static constexpr EncapsulationHeaders ipv4(std::uint8_t inner_link_bytes = 0) { return {ip4, 0, inner_link_bytes}; }
  /// IPv4 and GRE, and then a link-layer header of `inner_link_bytes`.
  static constexpr EncapsulationHeaders ipv4_gre(std::uint8_t inner_link_bytes = 0) {
    return {ip4, gre, inner_link_bytes};
  }
  /// IPv4 and UDP, and then a link-layer header of `inner_link_bytes`.
  static constexpr EncapsulationHeaders ipv4_udp(std::uint8_t inner_link_bytes = 0) {
    return {ip4, udp, inner_link_bytes};
  }
  /// IPv6 alone, and then a link-layer header of `inner_link_bytes`.
  static constexpr EncapsulationHeaders ipv6(std::uint8_t inner_link_bytes = 0) { return {ip6, 0, inner_link_bytes}; }
  /// IPv6 and GRE, and then a link-layer header of `inner_link_bytes`.
  static constexpr EncapsulationHeaders ipv6_gre(std::uint8_t inner_link_bytes = 0) {
    return {ip6, gre, inner_link_bytes};
  }
  /// IPv6 and UDP, and then a link-layer header of `inner_link_bytes`.
  static constexpr EncapsulationHeaders ipv6_udp(std::uint8_t inner_link_bytes = 0) {
    return {ip6, udp, inner_link_bytes};
  }

  /// Whether the outer header is IPv4.
  constexpr bool is_ipv4() const { return (flags_ & ip4) != 0; }
  /// Whether the outer header is IPv6.
  constexpr bool is_ipv6() const { return (flags_ & ip6) != 0; }
  /// Whether there is a GRE or UDP header.
  constexpr bool has_transport() const { return (flags_ & (gre | udp)) != 0; }
  /// Bytes of the link-layer header inside the tunnel; zero when there is none.
  constexpr std::uint8_t inner_link_bytes() const {
    return static_cast<std::uint8_t>(flags_ >> BPF_ADJ_ROOM_ENCAP_L2_SHIFT);
  }

  /// As the kernel takes it.
  constexpr std::uint64_t flags() const { return flags_; }

 private:
  static constexpr std::uint64_t ip4 = BPF_F_ADJ_ROOM_ENCAP_L3_IPV4, ip6 = BPF_F_ADJ_ROOM_ENCAP_L3_IPV6,
                                 gre = BPF_F_ADJ_ROOM_ENCAP_L4_GRE, udp = BPF_F_ADJ_ROOM_ENCAP_L4_UDP;

  constexpr EncapsulationHeaders(std::uint64_t ip, std::uint64_t transport, std::uint8_t inner_link_bytes)
      : flags_(ip | transport | BPF_F_ADJ_ROOM_ENCAP_L2(inner_link_bytes)) {}

  std::uint64_t flags_ = 0;
};

/// The encapsulation flags of `adjust_room`: `{.tunnel = EncapsulationHeaders::ipv4_gre(), .fixed_gso = true}`.
struct EncapsulationOptions {
  EncapsulationHeaders tunnel = {};  ///< the headers that the new bytes hold; none by default
  bool fixed_gso = false;            ///< keeps `gso_size`, as UDP needs (BPF_F_ADJ_ROOM_FIXED_GSO)
  bool keep_checksum = false;  ///< keeps the device's verdict that a checksum is right (BPF_F_ADJ_ROOM_NO_CSUM_RESET)

  /// As the kernel takes it.
  constexpr std::uint64_t flags() const {
    return tunnel.flags() | (fixed_gso ? std::uint64_t{BPF_F_ADJ_ROOM_FIXED_GSO} : 0) |
           (keep_checksum ? std::uint64_t{BPF_F_ADJ_ROOM_NO_CSUM_RESET} : 0);
  }
};

}  // namespace ebpfxx
