#pragma once

#include <cstdint>

#include <ebpfxx/builder/build.hpp>
#include <ebpfxx/net/ether_type.hpp>
#include <ebpfxx/number/bounded.hpp>
#include <ebpfxx/packet/describe.hpp>

namespace ebpfxx {

/// A VLAN tag among the bytes of a frame, behind the two addresses and the EtherType that announces it (IEEE 802.1Q):
/// EtherType::Vlan, or EtherType::ProviderBridging for the outer tag of two. On a tc hook the outermost tag usually
/// is beside the bytes (`TcPacket::vlan_tag`).
struct Vlan {
  BigEndian<std::uint16_t> control_information = 0;  ///< TCI: 3 bits of priority, 1 of drop eligibility, 12 of id
  BigEndian<EtherType> ether_type{};                 ///< of what follows, which may be another tag

  /// 12 bits, in host order.
  constexpr std::uint16_t id() const { return control_information.value() & 0xfff; }
  /// Three bits, from 0 to 7.
  constexpr std::uint8_t priority() const { return static_cast<std::uint8_t>(control_information.value() >> 13); }
  /// May be dropped first when there is congestion.
  constexpr bool drop_eligible() const { return (control_information.value() >> 12 & 1) != 0; }

  /// In bytes.
  constexpr Bounded<4, 4> header_length() const { return Bounded<4, 4>::proven(4); }

  /// Whether the type says what follows: below 0x0600 it is a length.
  constexpr bool has_next() const { return static_cast<std::uint16_t>(ether_type.value()) >= 0x0600; }

  constexpr EtherType next_type() const { return ether_type.value(); }

  constexpr void fill_in(const Surroundings& around) {
    if (ether_type == EtherType{} && around.next_ether_type) ether_type = *around.next_ether_type;
  }
};

template <>
inline constexpr auto header_description<Vlan> = describe_header(
    "vlan", HeaderField("priority", &Vlan::priority), HeaderField("drop eligible", &Vlan::drop_eligible),
    HeaderField("id", &Vlan::id), HeaderField("type", &Vlan::ether_type, FieldNotation::Hexadecimal));

template <>
inline constexpr auto numbers_of<EtherType, Vlan> = TypeNumbers<EtherType::Vlan, EtherType::ProviderBridging>{};

static_assert(DescribedHeader<Vlan> && sizeof(Vlan) == 4);

/// A VLAN tag in a packet to build; it fills in `ether_type`. In front of an outer tag of two, say
/// `ethernet({.ether_type = EtherType::ProviderBridging})`.
constexpr auto vlan(const Vlan& header = {}) { return layer(header); }

}  // namespace ebpfxx
