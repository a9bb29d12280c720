#pragma once

#include <cstdint>

#include <ebpfxx/number/big_endian.hpp>
#include <ebpfxx/packet/describe.hpp>
#include <ebpfxx/packet/options.hpp>

namespace ebpfxx {

/// What an option of IPv6 is about (IANA, "Destination Options and Hop-by-Hop Options"). The two highest bits say what
/// becomes of a packet with an option that is not known, the third whether the option may change on the way.
enum class Ipv6OptionKind : std::uint8_t {
  Pad1 = 0,
  PadN = 1,
  RouterAlert = 5,
  JumboPayload = 0xc2,
  HomeAddress = 0xc9,
};

/// How an option of IPv6 starts (RFC 8200, section 4.2); Pad1 is of the first byte alone.
struct Ipv6Option {
  using Kind = Ipv6OptionKind;
  static constexpr std::uint32_t most = 16;  ///< options that a program looks at
  static constexpr std::uint32_t most_bytes = 2046;

  Ipv6OptionKind option_kind{};  ///< its highest bits say what a node does that does not know it
  std::uint8_t length = 0;       ///< bytes behind this start

  static constexpr bool ends(Kind) { return false; }
  static constexpr bool stands_alone(Kind kind) { return kind == Kind::Pad1; }

  constexpr Kind kind() const { return option_kind; }

  /// In bytes, this start included.
  constexpr std::uint32_t size() const { return length + 2U; }
};

/// Asks routers to look at the packet (RFC 2711).
struct Ipv6RouterAlert {
  static constexpr auto kind = Ipv6OptionKind::RouterAlert;
  Ipv6Option start{kind, 2};
  BigEndian<std::uint16_t> value = 0;  ///< 0: multicast listener discovery
};

/// The payload's length where 16 bits do not hold it (RFC 2675).
struct Ipv6JumboPayload {
  static constexpr auto kind = Ipv6OptionKind::JumboPayload;
  Ipv6Option start{kind, 4};
  BigEndian<std::uint32_t> payload_length = 0;  ///< bytes behind the IPv6 header
};

static_assert(sizeof(Ipv6RouterAlert) == 4 && sizeof(Ipv6JumboPayload) == 6);

}  // namespace ebpfxx
