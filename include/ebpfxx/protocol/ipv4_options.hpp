#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <ebpfxx/number/big_endian.hpp>
#include <ebpfxx/packet/describe.hpp>
#include <ebpfxx/packet/options.hpp>

namespace ebpfxx {

/// What an option of IPv4 is about.
enum class Ipv4OptionKind : std::uint8_t {
#define EBPFXX_IPV4_OPTION(Name, number, text) Name = number,
#include <ebpfxx/protocol/ipv4_option.inc>
#undef EBPFXX_IPV4_OPTION
};

/// The name of a kind, as "record route"; empty where the number has none.
constexpr std::string_view name_of(Ipv4OptionKind kind) {
  switch (kind) {
#define EBPFXX_IPV4_OPTION(Name, number, text) \
  case Ipv4OptionKind::Name:                   \
    return text;
#include <ebpfxx/protocol/ipv4_option.inc>
#undef EBPFXX_IPV4_OPTION
  }
  return {};
}

/// How an option of IPv4 starts.
using Ipv4Option = KindAndLength<Ipv4OptionKind>;

/// Asks routers to look at the packet (RFC 2113).
struct Ipv4RouterAlert {
  static constexpr auto kind = Ipv4OptionKind::RouterAlert;
  Ipv4Option start{kind, 4};
  BigEndian<std::uint16_t> value = 0;  ///< zero: every router looks at the packet
};

namespace detail::protocol {

/// A list of addresses, and where in it the packet is.
template <Ipv4OptionKind Kind>
struct Ipv4Route {
  static constexpr auto kind = Kind;
  static constexpr bool has_more = true;
  Ipv4Option start{kind, 3};
  std::uint8_t pointer = 4;  ///< to the next address, counted from the option's first byte, which is 1
};

}  // namespace detail::protocol

/// Routers write their addresses here; the first is `option.at<Ipv4Address, 3>()`, further ones follow at 7, 11, ...
using Ipv4RecordRoute = detail::protocol::Ipv4Route<Ipv4OptionKind::RecordRoute>;

/// Routers to pass, with others between; addresses as in Ipv4RecordRoute.
using Ipv4LooseSourceRoute = detail::protocol::Ipv4Route<Ipv4OptionKind::LooseSourceRoute>;

/// Routers to pass, with no others between; addresses as in Ipv4RecordRoute.
using Ipv4StrictSourceRoute = detail::protocol::Ipv4Route<Ipv4OptionKind::StrictSourceRoute>;

/// Routers write times here, and their addresses if asked; the entries follow at 4.
struct Ipv4Timestamp {
  static constexpr auto kind = Ipv4OptionKind::Timestamp;
  static constexpr bool has_more = true;
  Ipv4Option start{kind, 4};
  std::uint8_t pointer = 5;            ///< to the next entry, counted from the option's first byte, which is 1
  std::uint8_t overflow_and_flag = 0;  ///< 4 bits each: routers that found no room; 0 times, 1 addresses too, 3 given
};

template <>
inline constexpr auto header_description<Ipv4Option> = describe_header(
    "ipv4 option", HeaderField("kind", &Ipv4Option::option_kind), HeaderField("length", &Ipv4Option::length));

static_assert(DescribedHeader<Ipv4Option> && sizeof(Ipv4Option) == 2);
static_assert(sizeof(Ipv4RouterAlert) == 4 && sizeof(Ipv4RecordRoute) == 3 && sizeof(Ipv4Timestamp) == 4);

}  // namespace ebpfxx
