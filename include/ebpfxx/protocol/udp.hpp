#pragma once

#include <cstdint>

#include <ebpfxx/builder/build.hpp>
#include <ebpfxx/net/ip_protocol.hpp>
#include <ebpfxx/number/big_endian.hpp>
#include <ebpfxx/number/bounded.hpp>
#include <ebpfxx/packet/describe.hpp>

namespace ebpfxx {

/// The UDP header (RFC 768).
struct Udp {
  static constexpr IpProtocol ip_protocol = IpProtocol::Udp;
  /// A checksum of zero says that there is none; one that comes out as zero is sent as 0xffff.
  static constexpr bool zero_is_no_checksum = true;

  BigEndian<std::uint16_t> source = 0;       ///< port; zero where no answer is expected
  BigEndian<std::uint16_t> destination = 0;  ///< port
  BigEndian<std::uint16_t> length = 0;       ///< bytes, header included
  BigEndian<std::uint16_t> checksum = 0;     ///< 0: the sender made none

  /// In bytes.
  constexpr Bounded<8, 8> header_length() const { return Bounded<8, 8>::proven(8); }

  /// Whether the payload starts behind this header: not when the length does not even cover the header.
  constexpr bool has_next() const { return length >= sizeof(Udp); }

  constexpr void fill_in(const Surroundings& around);
};

template <>
inline constexpr auto header_description<Udp> = describe_header(
    "udp", HeaderField("source", &Udp::source), HeaderField("destination", &Udp::destination),
    HeaderField("length", &Udp::length), HeaderField("checksum", &Udp::checksum, FieldNotation::Hexadecimal));

static_assert(DescribedHeader<Udp> && sizeof(Udp) == 8);

constexpr void Udp::fill_in(const Surroundings& around) {
  constexpr Udp untouched;
  if (length == untouched.length) length = detail::builder::length_field(sizeof(Udp) + around.bytes_behind());
  if (checksum == untouched.checksum && around.pseudo_header) {
    const std::uint16_t computed = around.checksum(*around.pseudo_header, *this);
    // 0 is taken for "no checksum"; 0xffff is the same number in one's complement.
    checksum = computed == 0 ? std::uint16_t{0xffff} : computed;
  }
}

/// A UDP header in a packet to build; it fills in `length` and, behind an IP header, `checksum`.
constexpr auto udp(const Udp& header = {}) { return layer(header); }

}  // namespace ebpfxx
