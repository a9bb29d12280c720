#pragma once

#include <cstdint>

#include <ebpfxx/builder/build.hpp>
#include <ebpfxx/net/ether_type.hpp>
#include <ebpfxx/net/mac_address.hpp>
#include <ebpfxx/number/bounded.hpp>
#include <ebpfxx/packet/describe.hpp>

namespace ebpfxx {

/// The Ethernet header without VLAN tags (IEEE 802.3).
struct Ethernet {
  MacAddress destination{};  ///< who is to receive the frame
  MacAddress source{};       ///< who sent the frame
  BigEndian<EtherType> ether_type{};

  /// In bytes.
  constexpr Bounded<14, 14> header_length() const { return Bounded<14, 14>::proven(14); }

  /// Whether the type says what follows: below 0x0600 it is the frame's length.
  constexpr bool has_next() const { return static_cast<std::uint16_t>(ether_type.value()) >= 0x0600; }

  constexpr EtherType next_type() const { return ether_type.value(); }

  constexpr void fill_in(const Surroundings& around) {
    if (ether_type == EtherType{} && around.next_ether_type) ether_type = *around.next_ether_type;
  }
};

template <>
inline constexpr auto header_description<Ethernet> = describe_header(
    "ethernet", HeaderField("destination", &Ethernet::destination), HeaderField("source", &Ethernet::source),
    HeaderField("type", &Ethernet::ether_type, FieldNotation::Hexadecimal));

static_assert(DescribedHeader<Ethernet> && sizeof(Ethernet) == 14);

/// An Ethernet header in a packet to build; it fills in `ether_type`.
constexpr auto ethernet(const Ethernet& header = {}) { return layer(header); }

}  // namespace ebpfxx
