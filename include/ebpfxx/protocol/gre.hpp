#pragma once

#include <cstddef>
#include <cstdint>

#include <ebpfxx/builder/build.hpp>
#include <ebpfxx/net/ether_type.hpp>
#include <ebpfxx/net/ip_protocol.hpp>
#include <ebpfxx/number/big_endian.hpp>
#include <ebpfxx/number/bounded.hpp>
#include <ebpfxx/packet/describe.hpp>
#include <ebpfxx/protocol/ethernet.hpp>

namespace ebpfxx {

/// The part of a GRE header that is always there (RFC 2784, RFC 2890). Behind it are those of `GreChecksum`, `GreKey`
/// and `GreSequence` that the flags announce, in this order: `gre.part<GreKey>()`.
struct Gre {
  static constexpr IpProtocol ip_protocol = IpProtocol::Gre;

  /// For `flags_and_version`.
  enum Flag : std::uint16_t {
    HasChecksum = 0x8000,
    HasKey = 0x2000,
    HasSequence = 0x1000,
  };

  BigEndian<std::uint16_t> flags_and_version = 0;  ///< which optional parts follow; then 3 bits of version
  BigEndian<EtherType> protocol{};                 ///< of what follows

  /// Whether a GreChecksum follows.
  constexpr bool has_checksum() const { return (flags_and_version.value() & HasChecksum) != 0; }
  /// Whether a GreKey follows.
  constexpr bool has_key() const { return (flags_and_version.value() & HasKey) != 0; }
  /// Whether a GreSequence follows.
  constexpr bool has_sequence() const { return (flags_and_version.value() & HasSequence) != 0; }

  /// Whether a source route follows (RFC 1701), of which no length is known.
  constexpr bool has_routing() const { return (flags_and_version.value() & 0x4000) != 0; }

  /// Nine bits that are zero.
  constexpr std::uint16_t reserved() const { return flags_and_version.value() >> 3 & 0x1ff; }

  /// 0; 1 is that of PPTP, with fields of its own.
  constexpr std::uint8_t version() const { return static_cast<std::uint8_t>(flags_and_version.value() & 7); }

  /// In bytes, with all parts. Holds where `has_next()` is true.
  constexpr Bounded<4, 16> header_length() const { return Bounded<4, 16>::proven(behind(GreParts::All)); }

  /// Whether what `protocol` names starts behind this header: in version 0 without a source route.
  constexpr bool has_next() const { return is_plausible() && !has_routing(); }
  constexpr EtherType next_type() const { return protocol.value(); }

  /// Whether this can be a GRE header as it is described here: by its version.
  constexpr bool is_plausible() const { return version() == 0; }

  constexpr void fill_in(const Surroundings& around);

 private:
  friend struct GreChecksum;
  friend struct GreKey;
  friend struct GreSequence;

  enum class GreParts : std::uint16_t {
    None = 0,
    Checksum = HasChecksum,
    ChecksumAndKey = HasChecksum | HasKey,
    All = HasChecksum | HasKey | HasSequence,
  };

  // How many bytes this header and those of `parts` take that are there: 4 each.
  constexpr std::uint64_t behind(GreParts parts) const {
    const unsigned there = flags_and_version.value() & static_cast<unsigned>(parts);
    return detail::opaque(there >> 13 & 4) + detail::opaque(there >> 11 & 4) + detail::opaque(there >> 10 & 4) + 4;
  }
};

/// The checksum of a GRE packet; see Gre::part.
struct GreChecksum {
  BigEndian<std::uint16_t> checksum = 0;  ///< over the GRE header and everything behind it
  BigEndian<std::uint16_t> reserved = 0;  ///< zero

  static constexpr bool is_in(const Gre& gre) { return gre.has_next() && gre.has_checksum(); }
  static constexpr Bounded<4, 4> offset_in(const Gre&) { return Bounded<4, 4>::proven(4); }
};

/// The key of a GRE packet, which says which tunnel it belongs to.
struct GreKey {
  BigEndian<std::uint32_t> key = 0;  ///< which tunnel, or part of it, a packet belongs to

  static constexpr bool is_in(const Gre& gre) { return gre.has_next() && gre.has_key(); }
  static constexpr Bounded<4, 8> offset_in(const Gre& gre) {
    return Bounded<4, 8>::proven(gre.behind(Gre::GreParts::Checksum));
  }
};

/// The number of a GRE packet in its tunnel.
struct GreSequence {
  BigEndian<std::uint32_t> sequence = 0;  ///< counts the packets of the tunnel

  static constexpr bool is_in(const Gre& gre) { return gre.has_next() && gre.has_sequence(); }
  static constexpr Bounded<4, 12> offset_in(const Gre& gre) {
    return Bounded<4, 12>::proven(gre.behind(Gre::GreParts::ChecksumAndKey));
  }
};

/// A frame in a tunnel.
template <>
inline constexpr auto relation<Gre, Ethernet> = TypeNumbers<EtherType::TransparentEthernet>{};

template <>
inline constexpr bool detail::builder::is_tunnel_header<Gre> = true;

template <>
inline constexpr auto header_description<Gre> = describe_header(
    "gre", HeaderField("checksum present", &Gre::has_checksum), HeaderField("routing present", &Gre::has_routing),
    HeaderField("key present", &Gre::has_key), HeaderField("sequence present", &Gre::has_sequence),
    HeaderField("reserved", &Gre::reserved), HeaderField("version", &Gre::version),
    HeaderField("protocol", &Gre::protocol, FieldNotation::Hexadecimal));
template <>
inline constexpr auto header_description<GreChecksum> =
    describe_header("gre checksum", HeaderField("checksum", &GreChecksum::checksum, FieldNotation::Hexadecimal),
                    HeaderField("reserved", &GreChecksum::reserved));
template <>
inline constexpr auto header_description<GreKey> =
    describe_header("gre key", HeaderField("key", &GreKey::key, FieldNotation::Hexadecimal));
template <>
inline constexpr auto header_description<GreSequence> =
    describe_header("gre sequence", HeaderField("sequence", &GreSequence::sequence));

static_assert(DescribedHeader<Gre> && sizeof(Gre) == 4);
static_assert(DescribedHeader<GreChecksum> && DescribedHeader<GreKey> && DescribedHeader<GreSequence>);

constexpr void Gre::fill_in(const Surroundings& around) {
  if (protocol == EtherType{} && around.next_ether_type) protocol = *around.next_ether_type;
}

namespace detail::protocol {

template <class Part>
inline constexpr std::uint16_t gre_flag = 0;
template <>
inline constexpr std::uint16_t gre_flag<GreChecksum> = Gre::HasChecksum;
template <>
inline constexpr std::uint16_t gre_flag<GreKey> = Gre::HasKey;
template <>
inline constexpr std::uint16_t gre_flag<GreSequence> = Gre::HasSequence;

/// Flags that get smaller from part to part: that is the parts' order.
template <class First, class... Rest>
inline constexpr bool in_gre_order = [] {
  if constexpr (sizeof...(Rest) == 0)
    return gre_flag<First> != 0;
  else
    return ((gre_flag<First> > gre_flag<Rest>) && ...) && in_gre_order<Rest...>;
}();

}  // namespace detail::protocol

/// A GRE header in a packet to build; it fills in `protocol`.
constexpr auto gre(const Gre& header = {}) { return layer(header); }

/// With parts, in their order: `gre({}, GreKey{.key = 7}, GreSequence{.sequence = 1})`; it fills in their flags. A
/// checksum is not computed.
template <class... Parts>
  requires(detail::protocol::in_gre_order<Parts...>)
constexpr auto gre(Gre header, const Parts&... parts) {
  header.flags_and_version =
      static_cast<std::uint16_t>(header.flags_and_version.value() | (detail::protocol::gre_flag<Parts> | ...));
  return layer(header, HeaderOptions<4 * sizeof...(Parts)>{detail::builder::joined_bytes(parts...)});
}

/// With parts as bytes: `gre({.flags_and_version = std::uint16_t{Gre::HasKey}}, options({0, 0, 0, 7}))`.
template <std::size_t N>
constexpr auto gre(const Gre& header, const HeaderOptions<N>& options) {
  return layer(header, options);
}

}  // namespace ebpfxx
