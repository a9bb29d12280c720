#pragma once

#include <cstdint>

#include <ebpfxx/builder/build.hpp>
#include <ebpfxx/net/ether_type.hpp>
#include <ebpfxx/number/big_endian.hpp>
#include <ebpfxx/number/bounded.hpp>
#include <ebpfxx/packet/describe.hpp>

namespace ebpfxx {

/// One entry of an MPLS label stack (RFC 3032, RFC 5462). Behind the entry that is at the `bottom` starts what the
/// labels carry; no field says of which protocol that is.
struct Mpls {
  BigEndian<std::uint32_t> entry = 64;  ///< 20 bits of label, 3 of traffic class, bottom of stack, 8 of TTL

  /// An entry with these parts; bits that do not fit are cut off.
  static constexpr Mpls of(std::uint32_t label, std::uint8_t ttl = 64, std::uint8_t traffic_class = 0,
                           bool bottom = false) {
    return {(label & 0xfffff) << 12 | (traffic_class & 7U) << 9 | std::uint32_t{bottom} << 8 | ttl};
  }

  /// 20 bits, in host order.
  constexpr std::uint32_t label() const { return entry.value() >> 12; }
  /// Three bits, from 0 to 7.
  constexpr std::uint8_t traffic_class() const { return static_cast<std::uint8_t>(entry.value() >> 9 & 7); }
  /// The last label of the stack: what follows is no label.
  constexpr bool bottom() const { return (entry.value() >> 8 & 1) != 0; }
  /// Routers that it may still pass.
  constexpr std::uint8_t ttl() const { return static_cast<std::uint8_t>(entry.value()); }

  /// In bytes.
  constexpr Bounded<4, 4> header_length() const { return Bounded<4, 4>::proven(4); }

  /// Always: the next entry, or what the labels carry.
  constexpr bool has_next() const { return true; }

  constexpr void fill_in(const Surroundings& around) {
    if (!around.next_is_announced) entry = entry.value() | 0x100;
  }
};

template <>
inline constexpr auto header_description<Mpls> =
    describe_header("mpls", HeaderField("label", &Mpls::label), HeaderField("traffic class", &Mpls::traffic_class),
                    HeaderField("bottom", &Mpls::bottom), HeaderField("ttl", &Mpls::ttl));

template <>
inline constexpr auto numbers_of<EtherType, Mpls> = TypeNumbers<EtherType::Mpls, EtherType::MplsMulticast>{};

/// The next entry. Nothing says what follows the one at the bottom: `bottom.payload<Ipv4>()`.
template <>
inline constexpr auto relation<Mpls, Mpls> = [](const Mpls& entry) { return !entry.bottom(); };

static_assert(DescribedHeader<Mpls> && sizeof(Mpls) == 4);

/// A label in a packet to build, as `mpls(Mpls::of(100)) / mpls(Mpls::of(200)) / ipv4()`; the last one becomes the
/// bottom.
constexpr auto mpls(const Mpls& entry = {}) { return layer(entry); }

}  // namespace ebpfxx
