#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ebpfxx {

/// What an IP header carries: IPv4's protocol and IPv6's next header field.
enum class IpProtocol : std::uint8_t {
#define EBPFXX_IP_PROTOCOL(Name, number, text) Name = number,
#include <ebpfxx/protocol/ip_protocol.inc>
#undef EBPFXX_IP_PROTOCOL
};

/// The name of a protocol, as "tcp"; empty where the number has none.
constexpr std::string_view name_of(IpProtocol protocol) {
  switch (protocol) {
#define EBPFXX_IP_PROTOCOL(Name, number, text) \
  case IpProtocol::Name:                       \
    return text;
#include <ebpfxx/protocol/ip_protocol.inc>
#undef EBPFXX_IP_PROTOCOL
  }
  return {};
}

/// What a header is called by the IP header in front of it: its constant `ip_protocol`; nothing where it has none.
template <class Header>
inline constexpr std::optional<IpProtocol> ip_protocol_of{};
template <class Header>
  requires std::same_as<decltype(Header::ip_protocol), const IpProtocol>
inline constexpr std::optional<IpProtocol> ip_protocol_of<Header> = Header::ip_protocol;

}  // namespace ebpfxx
