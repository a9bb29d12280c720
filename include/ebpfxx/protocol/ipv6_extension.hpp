#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <ebpfxx/builder/build.hpp>
#include <ebpfxx/net/ip_protocol.hpp>
#include <ebpfxx/number/big_endian.hpp>
#include <ebpfxx/number/bounded.hpp>
#include <ebpfxx/packet/describe.hpp>
#include <ebpfxx/packet/options.hpp>
#include <ebpfxx/protocol/ipv6_option.hpp>

/// The extension headers of IPv6 (RFC 8200, RFC 4302), their fixed parts. `skip_extension_headers` walks over them.
namespace ebpfxx {

namespace detail::protocol {

/// The next header, where it is still untouched, and the length in units of 8 bytes beyond the first.
template <class Header>
constexpr void fill_in_extension(Header& header, const Surroundings& around) {
  if (header.next_header == Header{}.next_header && around.next_ip_protocol)
    header.next_header = *around.next_ip_protocol;
  if constexpr (requires { header.length; })
    if (header.length == Header{}.length)
      header.length = static_cast<std::uint8_t>((sizeof(Header) + around.options.size() + 7) / 8 - 1);
}

/// A header with options; those of IPv6.
template <IpProtocol Number>
struct Ipv6OptionsHeader {
  static constexpr IpProtocol ip_protocol = Number;
  using Option = Ipv6Option;

  IpProtocol next_header = IpProtocol::NoNext;  ///< what follows
  std::uint8_t length = 0;                      ///< in units of 8 bytes, beyond the first 8

  /// In bytes, with options.
  constexpr Bounded<8, 2048> header_length() const { return Bounded<8, 2048>::proven(opaque(length) * 8 + 8); }

  /// In bytes.
  constexpr std::uint64_t options_length() const { return (length + 1U) * 8 - 2; }

  constexpr bool has_next() const { return next_header != IpProtocol::NoNext; }
  constexpr IpProtocol next_type() const { return next_header; }
  constexpr void fill_in(const Surroundings& around) { fill_in_extension(*this, around); }
};

}  // namespace detail::protocol

/// Options for every router on the way.
using Ipv6HopByHop = detail::protocol::Ipv6OptionsHeader<IpProtocol::HopByHop>;

/// Options for the destination.
using Ipv6DestinationOptions = detail::protocol::Ipv6OptionsHeader<IpProtocol::DestinationOptions>;

/// Where the packet is to pass; what follows the fixed part depends on `type`.
struct Ipv6Routing {
  static constexpr IpProtocol ip_protocol = IpProtocol::Routing;

  IpProtocol next_header = IpProtocol::NoNext;  ///< what follows
  std::uint8_t length = 0;                      ///< in units of 8 bytes, beyond the first 8
  std::uint8_t type = 0;                        ///< of routing; what follows depends on it
  std::uint8_t segments_left = 0;               ///< nodes that are still to be visited

  /// In bytes.
  constexpr Bounded<8, 2048> header_length() const { return Bounded<8, 2048>::proven(detail::opaque(length) * 8 + 8); }
  constexpr bool has_next() const { return next_header != IpProtocol::NoNext; }
  constexpr IpProtocol next_type() const { return next_header; }
  constexpr void fill_in(const Surroundings& around) { detail::protocol::fill_in_extension(*this, around); }
};

/// A packet of which this is a part.
struct Ipv6Fragment {
  static constexpr IpProtocol ip_protocol = IpProtocol::Fragment;

  IpProtocol next_header = IpProtocol::NoNext;  ///< what the whole packet has behind this header
  std::uint8_t reserved = 0;                    ///< zero
  /// 13 bits of offset in units of 8 bytes, two that are reserved, more fragments.
  BigEndian<std::uint16_t> offset_and_flags = 0;
  BigEndian<std::uint32_t> id = 0;  ///< the same in all fragments of a packet

  /// In units of 8 bytes; 0 in the first fragment.
  constexpr std::uint16_t fragment_offset() const { return offset_and_flags.value() >> 3; }
  /// Two bits; senders set them to zero.
  constexpr std::uint8_t reserved_flags() const { return static_cast<std::uint8_t>(offset_and_flags.value() >> 1 & 3); }
  /// This is not the last fragment.
  constexpr bool more_fragments() const { return (offset_and_flags.value() & 1) != 0; }

  /// In bytes.
  constexpr Bounded<8, 8> header_length() const { return Bounded<8, 8>::proven(8); }

  /// Whether the next header starts behind this one: not in a later fragment.
  constexpr bool has_next() const { return next_header != IpProtocol::NoNext && fragment_offset() == 0; }
  constexpr IpProtocol next_type() const { return next_header; }
  constexpr void fill_in(const Surroundings& around) { detail::protocol::fill_in_extension(*this, around); }
};

/// The IP Authentication Header without the integrity check value (RFC 4302); also behind IPv4.
struct Ah {
  static constexpr IpProtocol ip_protocol = IpProtocol::Ah;

  IpProtocol next_header = IpProtocol::NoNext;  ///< what follows
  std::uint8_t payload_length = 1;              ///< of the whole header, in units of 4 bytes, beyond the first 8
  BigEndian<std::uint16_t> reserved = 0;        ///< zero
  BigEndian<std::uint32_t> security_parameters_index = 0;  ///< which security association the packet belongs to
  BigEndian<std::uint32_t> sequence = 0;                   ///< counts the packets of the association

  /// In bytes. Holds where `has_next()` is true.
  constexpr Bounded<8, 1028> header_length() const {
    return Bounded<8, 1028>::proven(detail::opaque(payload_length) * 4 + 8);
  }
  constexpr bool has_next() const { return next_header != IpProtocol::NoNext && payload_length >= 1; }
  constexpr IpProtocol next_type() const { return next_header; }
  constexpr void fill_in(const Surroundings& around) {
    if (payload_length == Ah{}.payload_length)
      payload_length = static_cast<std::uint8_t>(payload_length + around.options.size() / 4);
    detail::protocol::fill_in_extension(*this, around);
  }
};

namespace detail::protocol {

/// Described as two words: the fields are the same in both headers with options.
template <IpProtocol Number>
constexpr auto describe_options_header(std::string_view name) {
  using Header = Ipv6OptionsHeader<Number>;
  return describe_header(name, HeaderField("next header", &Header::next_header),
                         HeaderField("length", &Header::length));
}

}  // namespace detail::protocol

template <>
inline constexpr auto header_description<Ipv6HopByHop> =
    detail::protocol::describe_options_header<IpProtocol::HopByHop>("hop-by-hop options");
template <>
inline constexpr auto header_description<Ipv6DestinationOptions> =
    detail::protocol::describe_options_header<IpProtocol::DestinationOptions>("destination options");
template <>
inline constexpr auto header_description<Ipv6Routing> = describe_header(
    "routing", HeaderField("next header", &Ipv6Routing::next_header), HeaderField("length", &Ipv6Routing::length),
    HeaderField("type", &Ipv6Routing::type), HeaderField("segments left", &Ipv6Routing::segments_left));
template <>
inline constexpr auto header_description<Ipv6Fragment> = describe_header(
    "fragment", HeaderField("next header", &Ipv6Fragment::next_header),
    HeaderField("reserved", &Ipv6Fragment::reserved), HeaderField("fragment offset", &Ipv6Fragment::fragment_offset),
    HeaderField("reserved flags", &Ipv6Fragment::reserved_flags),
    HeaderField("more fragments", &Ipv6Fragment::more_fragments), HeaderField("id", &Ipv6Fragment::id));
template <>
inline constexpr auto header_description<Ah> = describe_header(
    "ah", HeaderField("next header", &Ah::next_header), HeaderField("payload length", &Ah::payload_length),
    HeaderField("reserved", &Ah::reserved),
    HeaderField("security parameters index", &Ah::security_parameters_index, FieldNotation::Hexadecimal),
    HeaderField("sequence", &Ah::sequence));

static_assert(DescribedHeader<Ipv6HopByHop> && DescribedHeader<Ipv6DestinationOptions> && sizeof(Ipv6HopByHop) == 2);
static_assert(DescribedHeader<Ipv6Routing> && sizeof(Ipv6Routing) == 4);
static_assert(DescribedHeader<Ipv6Fragment> && sizeof(Ipv6Fragment) == 8 && DescribedHeader<Ah> && sizeof(Ah) == 12);

/// Options of IPv6 in a packet to build, filled up with zeros, which are Pad1, to where the header with them ends:
/// `ipv6_hop_by_hop({}, ipv6_options(Ipv6RouterAlert{}))`.
template <PacketHeader... Options>
constexpr auto ipv6_options(const Options&... described) {
  constexpr std::size_t size = (sizeof(Options) + ... + 0);
  HeaderOptions<(size + 2 + 7) / 8 * 8 - 2> options;
  if constexpr (size > 0) std::ranges::copy(detail::builder::joined_bytes(described...), options.bytes.begin());
  return options;
}

/// Extension headers in a packet to build, in front of what they are an extension of:
/// `ipv6() / ipv6_hop_by_hop() / ipv6_fragment() / udp()`. They fill in `next_header` and their length; checksums
/// behind them take in the IPv6 header in front.
template <std::size_t N = 6>
  requires((N + 2) % 8 == 0)
constexpr auto ipv6_hop_by_hop(const Ipv6HopByHop& header = {}, const HeaderOptions<N>& options = {}) {
  return layer(header, options);
}
/// A layer of a built packet: destination options, and the options that follow.
template <std::size_t N = 6>
  requires((N + 2) % 8 == 0)
constexpr auto ipv6_destination_options(const Ipv6DestinationOptions& header = {},
                                        const HeaderOptions<N>& options = {}) {
  return layer(header, options);
}
/// A layer of a built packet: a fragment header.
constexpr auto ipv6_fragment(const Ipv6Fragment& header = {}) { return layer(header); }

/// A routing header of any type with what its type has behind the fixed part; `segment_routing` knows one of them.
template <std::size_t N>
  requires((N + 4) % 8 == 0)
constexpr auto ipv6_routing(const Ipv6Routing& header, const HeaderOptions<N>& data) {
  return layer(header, data);
}

/// An authentication header with its integrity check value, which is not computed.
template <std::size_t N = 12>
  requires(N % 4 == 0)
constexpr auto ah(const Ah& header = {}, const HeaderOptions<N>& check_value = {}) {
  return layer(header, check_value);
}

}  // namespace ebpfxx
