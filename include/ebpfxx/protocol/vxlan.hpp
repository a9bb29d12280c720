#pragma once

#include <cstdint>

#include <ebpfxx/builder/build.hpp>
#include <ebpfxx/net/relation.hpp>
#include <ebpfxx/number/big_endian24.hpp>
#include <ebpfxx/number/bounded.hpp>
#include <ebpfxx/packet/describe.hpp>
#include <ebpfxx/protocol/ethernet.hpp>

namespace ebpfxx {

/// The VXLAN header behind UDP (RFC 7348); an Ethernet frame follows.
struct Vxlan {
  /// The usual destination port of UDP.
  static constexpr std::uint16_t port = 4789;

  /// For `flags`: whether `network` says something.
  static constexpr std::uint8_t valid_network = 0x08;

  std::uint8_t flags = valid_network;  ///< bit 3: `network` means something
  BigEndian24 reserved{};              ///< zero
  BigEndian24 network{};               ///< VNI, the network that the frame belongs to
  std::uint8_t reserved_behind = 0;    ///< zero

  /// In bytes.
  constexpr Bounded<8, 8> header_length() const { return Bounded<8, 8>::proven(8); }

  /// Whether a frame follows: where the header says which network it belongs to.
  constexpr bool has_next() const { return (flags & valid_network) != 0; }
};

/// Nothing else follows.
template <>
inline constexpr auto relation<Vxlan, Ethernet> = [](const Vxlan&) { return true; };

template <>
inline constexpr auto header_description<Vxlan> = describe_header(
    "vxlan", HeaderField("flags", &Vxlan::flags, FieldNotation::Hexadecimal), HeaderField("reserved", &Vxlan::reserved),
    HeaderField("network", &Vxlan::network), HeaderField("reserved behind", &Vxlan::reserved_behind));

static_assert(DescribedHeader<Vxlan> && sizeof(Vxlan) == 8);

/// A VXLAN header in a packet to build, as `udp({.destination = Vxlan::port}) / vxlan({.network = 42}) / ethernet()`.
constexpr auto vxlan(const Vxlan& header = {}) { return layer(header); }

}  // namespace ebpfxx
