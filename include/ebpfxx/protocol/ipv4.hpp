#pragma once

#include <cstddef>
#include <cstdint>

#include <ebpfxx/builder/build.hpp>
#include <ebpfxx/net/ether_type.hpp>
#include <ebpfxx/net/ip_protocol.hpp>
#include <ebpfxx/net/ipv4_address.hpp>
#include <ebpfxx/number/big_endian.hpp>
#include <ebpfxx/number/bounded.hpp>
#include <ebpfxx/packet/describe.hpp>
#include <ebpfxx/protocol/ipv4_options.hpp>

namespace ebpfxx {

/// The IPv4 header without its options (RFC 791).
struct Ipv4 {
  static constexpr EtherType ether_type = EtherType::Ipv4;
  static constexpr IpProtocol ip_protocol = IpProtocol::Ipv4;
  using Option = Ipv4Option;

  std::uint8_t version_and_ihl = 0x45;        ///< 4; then the header's length in units of 4 bytes
  std::uint8_t type_of_service = 0;           ///< six bits of DSCP; then two of ECN
  BigEndian<std::uint16_t> total_length = 0;  ///< bytes, header included
  BigEndian<std::uint16_t> id = 0;            ///< the same in all fragments of a packet
  /// Reserved, don't fragment, more fragments; then the offset in units of 8 bytes.
  BigEndian<std::uint16_t> flags_and_fragment_offset = 0;
  std::uint8_t ttl = 64;                     ///< routers that it may still pass
  IpProtocol protocol = IpProtocol::NoNext;  ///< what follows
  BigEndian<std::uint16_t> checksum = 0;     ///< of this header and its options
  Ipv4Address source{};                      ///< who sent the packet
  Ipv4Address destination{};                 ///< who is to receive the packet

  /// 4, when it is one.
  constexpr std::uint8_t version() const { return version_and_ihl >> 4; }

  /// The header's length in units of 4 bytes; at least 5 in a real header.
  constexpr std::uint8_t ihl() const { return version_and_ihl & 0xf; }

  /// The bit that is always zero.
  constexpr bool reserved() const { return (flags_and_fragment_offset.value() & 0x8000) != 0; }
  /// The DF bit: a router that would have to cut the packet drops it.
  constexpr bool dont_fragment() const { return (flags_and_fragment_offset.value() & 0x4000) != 0; }
  /// The MF bit: this is not the last fragment.
  constexpr bool more_fragments() const { return (flags_and_fragment_offset.value() & 0x2000) != 0; }

  /// In units of 8 bytes; 0 in a packet that is not fragmented, and in the first fragment.
  constexpr std::uint16_t fragment_offset() const { return flags_and_fragment_offset.value() & 0x1fff; }

  /// Whether this can be an IPv4 header: by its version, and a length that covers it.
  constexpr bool is_plausible() const { return std::uint32_t{version_and_ihl} - 0x45U <= 0x4fU - 0x45U; }

  /// In bytes, with options. Holds where `is_plausible()` is true.
  constexpr Bounded<20, 60> header_length() const {
    return Bounded<20, 60>::proven(detail::opaque((version_and_ihl & 0xfU) * 4U));
  }

  /// In bytes; 0 in a header that is too short.
  constexpr std::uint64_t options_length() const {
    const std::uint64_t length = header_length().value();
    return length >= sizeof(Ipv4) ? length - sizeof(Ipv4) : 0;
  }

  /// Whether the next protocol's header starts behind this one: not in a header that is too short, not in a later
  /// fragment.
  constexpr bool has_next() const { return is_plausible() && fragment_offset() == 0; }
  constexpr IpProtocol next_type() const { return protocol; }

  /// What TCP and UDP take into their checksums from this header (RFC 9293, section 3.1). `length`: theirs in bytes.
  constexpr InternetChecksum pseudo_header(IpProtocol next, std::size_t length) const {
    return InternetChecksum()
        .add(source.bytes())
        .add(destination.bytes())
        .add(static_cast<std::uint16_t>(next))
        .add(detail::builder::length_field(length));
  }

  constexpr void fill_in(const Surroundings& around);
};

template <>
inline constexpr auto header_description<Ipv4> = describe_header(
    "ipv4", HeaderField("version", &Ipv4::version), HeaderField("ihl", &Ipv4::ihl),
    HeaderField("type of service", &Ipv4::type_of_service, FieldNotation::Hexadecimal),
    HeaderField("total length", &Ipv4::total_length), HeaderField("id", &Ipv4::id),
    HeaderField("reserved", &Ipv4::reserved), HeaderField("don't fragment", &Ipv4::dont_fragment),
    HeaderField("more fragments", &Ipv4::more_fragments), HeaderField("fragment offset", &Ipv4::fragment_offset),
    HeaderField("ttl", &Ipv4::ttl), HeaderField("protocol", &Ipv4::protocol),
    HeaderField("checksum", &Ipv4::checksum, FieldNotation::Hexadecimal), HeaderField("source", &Ipv4::source),
    HeaderField("destination", &Ipv4::destination));

static_assert(DescribedHeader<Ipv4> && sizeof(Ipv4) == 20);

constexpr void Ipv4::fill_in(const Surroundings& around) {
  constexpr Ipv4 untouched;
  if (version_and_ihl == untouched.version_and_ihl)
    version_and_ihl = static_cast<std::uint8_t>(version_and_ihl + around.options.size() / 4);
  if (total_length == untouched.total_length)
    total_length = detail::builder::length_field(sizeof(Ipv4) + around.bytes_behind());
  if (protocol == untouched.protocol && around.next_ip_protocol) protocol = *around.next_ip_protocol;
  if (checksum == untouched.checksum)
    checksum = InternetChecksum().add(detail::packet::bytes_of(*this)).add(around.options).value();
}

/// An IPv4 header in a packet to build; it fills in `ihl`, `total_length`, `protocol` and `checksum`.
constexpr auto ipv4(const Ipv4& header = {}) { return layer(header); }

/// With options, as `ipv4({.ttl = 1}, options({0x94, 4, 0, 0}))`.
template <std::size_t N>
constexpr auto ipv4(const Ipv4& header, const HeaderOptions<N>& options) {
  return layer(header, options);
}

}  // namespace ebpfxx
