#pragma once

#include <cstdint>

namespace ebpfxx {

/// What an Ethernet frame carries. IEEE 802 Numbers.
enum class EtherType : std::uint16_t {
  Ipv4 = 0x0800,
  Arp = 0x0806,
  Vlan = 0x8100,
  Ipv6 = 0x86dd,
  Mpls = 0x8847,
  ProviderBridging = 0x88a8,
};

}  // namespace ebpfxx
