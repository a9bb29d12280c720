#pragma once

#include <cstddef>
#include <cstdint>

#include <ebpfxx/builder/build.hpp>
#include <ebpfxx/net/ether_type.hpp>
#include <ebpfxx/net/ip_protocol.hpp>
#include <ebpfxx/net/ipv6_address.hpp>
#include <ebpfxx/number/big_endian.hpp>
#include <ebpfxx/number/bounded.hpp>
#include <ebpfxx/packet/describe.hpp>

namespace ebpfxx {

/// The IPv6 header without extension headers (RFC 8200).
struct Ipv6 {
  static constexpr EtherType ether_type = EtherType::Ipv6;
  static constexpr IpProtocol ip_protocol = IpProtocol::Ipv6;

  /// 4 bits of version, 8 of traffic class, 20 of flow label.
  BigEndian<std::uint32_t> version_class_and_flow = 0x60000000;
  BigEndian<std::uint16_t> payload_length = 0;  ///< bytes behind this header
  IpProtocol next_header = IpProtocol::NoNext;  ///< what follows
  std::uint8_t hop_limit = 64;                  ///< routers that it may still pass
  Ipv6Address source{};                         ///< who sent the packet
  Ipv6Address destination{};                    ///< who is to receive the packet

  /// 6, when it is one.
  constexpr std::uint8_t version() const { return static_cast<std::uint8_t>(version_class_and_flow.value() >> 28); }
  /// Six bits of DSCP; then two of ECN.
  constexpr std::uint8_t traffic_class() const {
    return static_cast<std::uint8_t>(version_class_and_flow.value() >> 20);
  }
  /// 20 bits, in host order.
  constexpr std::uint32_t flow_label() const { return version_class_and_flow.value() & 0xfffff; }

  /// In bytes.
  constexpr Bounded<40, 40> header_length() const { return Bounded<40, 40>::proven(40); }

  /// Whether anything follows: a header of the protocol that `next_header` names, which may be an extension header.
  constexpr bool has_next() const { return next_header != IpProtocol::NoNext; }
  constexpr IpProtocol next_type() const { return next_header; }

  /// Whether this can be an IPv6 header: by its version.
  constexpr bool is_plausible() const { return version() == 6; }

  /// What TCP, UDP and ICMPv6 take into their checksums from this header (RFC 8200, section 8.1). `length`: theirs in
  /// bytes.
  constexpr InternetChecksum pseudo_header(IpProtocol next, std::size_t length) const {
    return InternetChecksum()
        .add(source.bytes())
        .add(destination.bytes())
        .add(detail::builder::length_field(length))
        .add(static_cast<std::uint16_t>(next));
  }

  constexpr void fill_in(const Surroundings& around);
};

template <>
inline constexpr auto header_description<Ipv6> =
    describe_header("ipv6", HeaderField("version", &Ipv6::version),
                    HeaderField("traffic class", &Ipv6::traffic_class, FieldNotation::Hexadecimal),
                    HeaderField("flow label", &Ipv6::flow_label), HeaderField("payload length", &Ipv6::payload_length),
                    HeaderField("next header", &Ipv6::next_header), HeaderField("hop limit", &Ipv6::hop_limit),
                    HeaderField("source", &Ipv6::source), HeaderField("destination", &Ipv6::destination));

static_assert(DescribedHeader<Ipv6> && sizeof(Ipv6) == 40);

constexpr void Ipv6::fill_in(const Surroundings& around) {
  constexpr Ipv6 untouched;
  if (payload_length == untouched.payload_length) payload_length = detail::builder::length_field(around.bytes_behind());
  if (next_header == untouched.next_header && around.next_ip_protocol) next_header = *around.next_ip_protocol;
}

/// An IPv6 header in a packet to build; it fills in `payload_length` and `next_header`.
constexpr auto ipv6(const Ipv6& header = {}) { return layer(header); }

}  // namespace ebpfxx
