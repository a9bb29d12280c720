#pragma once

#include <cstddef>
#include <cstdint>

#include <ebpfxx/builder/build.hpp>
#include <ebpfxx/net/ether_type.hpp>
#include <ebpfxx/number/big_endian.hpp>
#include <ebpfxx/number/big_endian24.hpp>
#include <ebpfxx/number/bounded.hpp>
#include <ebpfxx/packet/describe.hpp>
#include <ebpfxx/packet/options.hpp>
#include <ebpfxx/protocol/ethernet.hpp>

namespace ebpfxx {

/// How an option of GENEVE starts; options of a certain class and type start with one that has them, and say so:
///
///     struct Metadata {
///       static constexpr auto kind = GeneveOption::kind_of(0x0102, 0x80);
///       GeneveOption start{0x0102, 0x80, 1};
///       BigEndian<std::uint32_t> value;
///     };
struct GeneveOption {
  using Kind = std::uint32_t;
  static constexpr std::uint32_t most = 16;  ///< options that a program looks at
  static constexpr std::uint32_t most_bytes = 252;

  BigEndian<std::uint16_t> option_class = 0;  ///< who gives the type its meaning
  std::uint8_t type = 0;                      ///< its highest bit: who does not know the option drops the packet
  /// Three bits that are reserved; then the length of the data in units of 4 bytes.
  std::uint8_t reserved_and_length = 0;

  /// The kind of an option is its class and its type.
  static constexpr Kind kind_of(std::uint16_t option_class, std::uint8_t type) {
    return std::uint32_t{option_class} << 8 | type;
  }
  constexpr Kind kind() const { return kind_of(option_class.value(), type); }

  /// Whether who does not know this option must drop the packet.
  constexpr bool critical() const { return (type & 0x80) != 0; }

  /// Three bits that are zero.
  constexpr std::uint8_t reserved() const { return reserved_and_length >> 5; }

  /// Of what follows, in units of 4 bytes.
  constexpr std::uint8_t length() const { return reserved_and_length & 0x1f; }

  /// In bytes.
  constexpr std::uint32_t size() const { return sizeof(GeneveOption) + (reserved_and_length & 0x1fU) * 4; }
};

template <>
inline constexpr auto header_description<GeneveOption> =
    describe_header("geneve option", HeaderField("class", &GeneveOption::option_class, FieldNotation::Hexadecimal),
                    HeaderField("type", &GeneveOption::type, FieldNotation::Hexadecimal),
                    HeaderField("reserved", &GeneveOption::reserved), HeaderField("length", &GeneveOption::length));

static_assert(DescribedHeader<GeneveOption> && sizeof(GeneveOption) == 4);

/// The GENEVE header behind UDP, without its options (RFC 8926).
struct Geneve {
  /// The usual destination port of UDP.
  static constexpr std::uint16_t port = 6081;
  using Option = GeneveOption;

  std::uint8_t version_and_options_length = 0;  ///< two bits of version; then the options' length in units of 4 bytes
  std::uint8_t flags = 0;                       ///< control packet, critical options; then six bits that are reserved
  BigEndian<EtherType> protocol{};              ///< of what follows
  BigEndian24 network{};                        ///< VNI, the network that the packet belongs to
  std::uint8_t reserved = 0;                    ///< zero

  /// 0 is the only one.
  constexpr std::uint8_t version() const { return version_and_options_length >> 6; }

  /// In bytes: a multiple of 4.
  constexpr std::uint64_t options_length() const { return (version_and_options_length & 0x3fU) * 4; }

  /// Whether the packet is for the end of the tunnel itself.
  constexpr bool control() const { return (flags & 0x80) != 0; }

  /// Whether some option has its critical bit set.
  constexpr bool critical_options() const { return (flags & 0x40) != 0; }

  /// Six bits that are zero.
  constexpr std::uint8_t reserved_flags() const { return flags & 0x3f; }

  /// In bytes, with options.
  constexpr Bounded<8, 260> header_length() const {
    return Bounded<8, 260>::proven(detail::opaque((version_and_options_length & 0x3fU) * 4U) + sizeof(Geneve));
  }

  /// Whether what `protocol` names starts behind this header: in version 0.
  constexpr bool has_next() const { return is_plausible(); }
  constexpr EtherType next_type() const { return protocol.value(); }

  /// Whether this can be a GENEVE header as it is described here: by its version.
  constexpr bool is_plausible() const { return version() == 0; }

  constexpr void fill_in(const Surroundings& around) {
    if (version_and_options_length == Geneve{}.version_and_options_length)
      version_and_options_length = static_cast<std::uint8_t>(around.options.size() / 4);
    if (protocol == EtherType{} && around.next_ether_type) protocol = *around.next_ether_type;
  }
};

/// A frame in a tunnel.
template <>
inline constexpr auto relation<Geneve, Ethernet> = TypeNumbers<EtherType::TransparentEthernet>{};

template <>
inline constexpr auto header_description<Geneve> = describe_header(
    "geneve", HeaderField("version", &Geneve::version), HeaderField("options length", &Geneve::options_length),
    HeaderField("control", &Geneve::control), HeaderField("critical options", &Geneve::critical_options),
    HeaderField("reserved flags", &Geneve::reserved_flags),
    HeaderField("protocol", &Geneve::protocol, FieldNotation::Hexadecimal), HeaderField("network", &Geneve::network),
    HeaderField("reserved", &Geneve::reserved));

static_assert(DescribedHeader<Geneve> && sizeof(Geneve) == 8);

/// A GENEVE header in a packet to build; it fills in the length of the options and `protocol`.
constexpr auto geneve(const Geneve& header = {}) { return layer(header); }

/// With options, as `geneve({.network = 42}, options({1, 2, 0x80, 1, 0, 0, 0, 7}))`.
template <std::size_t N>
constexpr auto geneve(const Geneve& header, const HeaderOptions<N>& options) {
  return layer(header, options);
}

}  // namespace ebpfxx
