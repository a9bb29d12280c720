#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <ebpfxx/builder/build.hpp>
#include <ebpfxx/net/ip_protocol.hpp>
#include <ebpfxx/net/ipv6_address.hpp>
#include <ebpfxx/number/big_endian.hpp>
#include <ebpfxx/number/bounded.hpp>
#include <ebpfxx/packet/describe.hpp>

namespace ebpfxx {

/// The segment routing header of IPv6 without what follows its first 8 bytes: the list of segments, of which the last
/// one to be visited is first, and TLVs (RFC 8754).
struct SegmentRouting {
  static constexpr IpProtocol ip_protocol = IpProtocol::Routing;
  static constexpr std::uint8_t type = 4;  ///< among routing headers

  IpProtocol next_header = IpProtocol::NoNext;  ///< what follows
  std::uint8_t extension_length = 0;            ///< of what follows, in units of 8 bytes
  std::uint8_t routing_type = type;             ///< 4, when it is one
  std::uint8_t segments_left = 0;               ///< to be visited; the index of the current one in the list
  std::uint8_t last_entry = 0;                  ///< index of the last segment in the list
  std::uint8_t flags = 0;                       ///< none has a meaning yet
  BigEndian<std::uint16_t> tag = 0;             ///< marks packets of one group

  /// In bytes, with list and TLVs.
  constexpr Bounded<8, 2048> header_length() const {
    return Bounded<8, 2048>::proven(detail::opaque((extension_length + 1U) * 8U));
  }

  /// Where TLVs start, in bytes from the start of this header.
  constexpr Bounded<24, 4104> tlv_offset() const {
    return Bounded<24, 4104>::proven(detail::opaque(last_entry * 16U + 24U));
  }

  /// Whether anything follows: a header of the protocol that `next_header` names. Not in another kind of routing
  /// header.
  constexpr bool has_next() const { return is_plausible() && next_header != IpProtocol::NoNext; }
  constexpr IpProtocol next_type() const { return next_header; }

  /// Whether this can be a segment routing header: by its type among routing headers.
  constexpr bool is_plausible() const { return routing_type == type; }

  constexpr void fill_in(const Surroundings& around);

  /// Where a packet that is built goes in the end, which checksums are about: the first segment of the list, if it is
  /// still to be visited.
  template <std::size_t N>
  constexpr std::optional<Ipv6Address> final_destination(const std::array<std::uint8_t, N>& list) const {
    Ipv6Address::Bytes first{};
    if (segments_left == 0 || N < first.size()) return std::nullopt;
    for (std::size_t i = 0; i < first.size(); ++i) first[i] = list[i];
    return Ipv6Address(first);
  }
};

template <>
inline constexpr auto header_description<SegmentRouting> =
    describe_header("segment routing", HeaderField("next header", &SegmentRouting::next_header),
                    HeaderField("extension length", &SegmentRouting::extension_length),
                    HeaderField("routing type", &SegmentRouting::routing_type),
                    HeaderField("segments left", &SegmentRouting::segments_left),
                    HeaderField("last entry", &SegmentRouting::last_entry),
                    HeaderField("flags", &SegmentRouting::flags, FieldNotation::Hexadecimal),
                    HeaderField("tag", &SegmentRouting::tag, FieldNotation::Hexadecimal));

static_assert(DescribedHeader<SegmentRouting> && sizeof(SegmentRouting) == 8);

constexpr void SegmentRouting::fill_in(const Surroundings& around) {
  constexpr SegmentRouting untouched;
  const std::size_t size = around.options.size();
  if (extension_length == untouched.extension_length) extension_length = static_cast<std::uint8_t>(size / 8);
  if (last_entry == untouched.last_entry && size >= 16) last_entry = static_cast<std::uint8_t>(size / 16 - 1);
  if (next_header == untouched.next_header && around.next_ip_protocol) next_header = *around.next_ip_protocol;
}

/// The list of a segment routing header in its order on the wire: the segment to be visited last is first.
template <std::size_t N>
constexpr HeaderOptions<N * 16> segments(const std::array<Ipv6Address, N>& list) {
  HeaderOptions<N * 16> options;
  for (std::size_t i = 0; i < N; ++i) std::ranges::copy(list[i].bytes(), options.bytes.begin() + i * 16);
  return options;
}

/// A segment routing header in a packet to build, as `segment_routing({.segments_left = 1}, segments(...))`; it fills
/// in `next_header`, and, as if all that follows were segments, `extension_length` and `last_entry`.
template <std::size_t N>
constexpr auto segment_routing(const SegmentRouting& header, const HeaderOptions<N>& list) {
  return layer(header, list);
}

}  // namespace ebpfxx
