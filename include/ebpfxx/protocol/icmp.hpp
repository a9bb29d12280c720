#pragma once

#include <cstdint>
#include <string_view>

#include <ebpfxx/builder/build.hpp>
#include <ebpfxx/net/ip_protocol.hpp>
#include <ebpfxx/number/big_endian.hpp>
#include <ebpfxx/number/bounded.hpp>
#include <ebpfxx/packet/describe.hpp>
#include <ebpfxx/protocol/ipv4.hpp>

namespace ebpfxx {

/// The messages of ICMP.
enum class IcmpType : std::uint8_t {
#define EBPFXX_ICMP_TYPE(Name, number, text) Name = number,
#include <ebpfxx/protocol/icmp_type.inc>
#undef EBPFXX_ICMP_TYPE
};

/// The name of a message, as "echo request"; empty where the number has none.
constexpr std::string_view name_of(IcmpType type) {
  switch (type) {
#define EBPFXX_ICMP_TYPE(Name, number, text) \
  case IcmpType::Name:                       \
    return text;
#include <ebpfxx/protocol/icmp_type.inc>
#undef EBPFXX_ICMP_TYPE
  }
  return {};
}

/// The ICMP header (RFC 792).
struct Icmp {
  static constexpr IpProtocol ip_protocol = IpProtocol::Icmp;

  IcmpType type = IcmpType::EchoRequest;  ///< what the message is
  std::uint8_t code = 0;                  ///< what it means depends on the type
  BigEndian<std::uint16_t> checksum = 0;  ///< of the whole message
  BigEndian<std::uint16_t> id = 0;        ///< of an echo; other messages keep other things in these four bytes
  BigEndian<std::uint16_t> sequence = 0;  ///< of an echo

  /// In bytes, of a DestinationUnreachable message with code 4, "fragmentation needed" (RFC 1191).
  constexpr std::uint16_t next_hop_mtu() const { return sequence.value(); }

  /// In bytes.
  constexpr Bounded<8, 8> header_length() const { return Bounded<8, 8>::proven(8); }

  /// Whether this tells of an error (RFC 792), and so carries the start of the packet that caused it.
  constexpr bool is_error() const {
    return type == IcmpType::DestinationUnreachable || type == IcmpType::Redirect || type == IcmpType::TimeExceeded ||
           type == IcmpType::ParameterProblem;
  }

  /// Always: the data of an echo, or in an error message the packet that caused it.
  constexpr bool has_next() const { return true; }

  constexpr void fill_in(const Surroundings& around) {
    if (checksum == Icmp{}.checksum) checksum = around.checksum(InternetChecksum(), *this);
  }
};

template <>
inline constexpr auto header_description<Icmp> =
    describe_header("icmp", HeaderField("type", &Icmp::type), HeaderField("code", &Icmp::code),
                    HeaderField("checksum", &Icmp::checksum, FieldNotation::Hexadecimal), HeaderField("id", &Icmp::id),
                    HeaderField("sequence", &Icmp::sequence));

template <>
inline constexpr auto relation<Icmp, Ipv4> = [](const Icmp& message) { return message.is_error(); };

static_assert(DescribedHeader<Icmp> && sizeof(Icmp) == 8);

/// An ICMP header in a packet to build; it fills in `checksum`.
constexpr auto icmp(const Icmp& header = {}) { return layer(header); }

}  // namespace ebpfxx
