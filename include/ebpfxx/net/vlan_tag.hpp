#pragma once

#include <cstdint>

#include <ebpfxx/net/ether_type.hpp>

namespace ebpfxx {

/// A VLAN tag (IEEE 802.1Q) as it is beside a packet: numbers in host byte order.
struct VlanTag {
  EtherType protocol = EtherType::Vlan;   ///< EtherType::Vlan or EtherType::ProviderBridging
  std::uint16_t control_information = 0;  ///< TCI: 3 bits of priority, 1 of drop eligibility, 12 of id

  /// 12 bits.
  constexpr std::uint16_t id() const { return control_information & 0xfff; }
  /// Three bits, from 0 to 7.
  constexpr std::uint8_t priority() const { return static_cast<std::uint8_t>(control_information >> 13); }
  /// May be dropped first when there is congestion.
  constexpr bool drop_eligible() const { return (control_information >> 12 & 1) != 0; }

  friend constexpr bool operator==(const VlanTag&, const VlanTag&) = default;
};

}  // namespace ebpfxx
