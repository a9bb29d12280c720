#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>

#include <ebpfxx/net/relation.hpp>
#include <ebpfxx/number/enumerator_number.hpp>

namespace ebpfxx {

/// What an IP header carries: IPv4's protocol and IPv6's next header field.
enum class IpProtocol : std::uint8_t {
#define EBPFXX_IP_PROTOCOL(Name, number, text) Name = number,
#include <ebpfxx/net/ip_protocol.inc>
#undef EBPFXX_IP_PROTOCOL
};

/// The name of a protocol, as "tcp"; empty where the number has none.
constexpr std::string_view name_of(IpProtocol protocol) {
  switch (protocol) {
#define EBPFXX_IP_PROTOCOL(Name, number, text) \
  case IpProtocol::Name:                       \
    return text;
#include <ebpfxx/net/ip_protocol.inc>
#undef EBPFXX_IP_PROTOCOL
  }
  return {};
}

template <class Header>
  requires std::same_as<decltype(Header::ip_protocol), const IpProtocol>
inline constexpr auto numbers_of<IpProtocol, Header> = TypeNumbers<Header::ip_protocol>{};

namespace detail::net {

/// Whether an extension header of IPv6 is called so.
constexpr bool is_extension(IpProtocol protocol) {
  switch (protocol) {
    case IpProtocol::HopByHop:
    case IpProtocol::Routing:
    case IpProtocol::Fragment:
    case IpProtocol::Ah:
    case IpProtocol::DestinationOptions:
      return true;
    default:
      return false;
  }
}

}  // namespace detail::net
}  // namespace ebpfxx
