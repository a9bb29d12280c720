#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include <ebpfxx/net/ip_protocol.hpp>
#include <ebpfxx/net/ipv4_address.hpp>
#include <ebpfxx/net/ipv6_address.hpp>
#include <ebpfxx/number/big_endian.hpp>

namespace ebpfxx {

/// The version of IP that a flow's addresses are of; `None` where there are none.
enum class IpVersion : std::uint8_t { None = 0, Ipv4 = 4, Ipv6 = 6 };

/// An address of a flow: an IPv4 or an IPv6 one, which the flow's `version` tells. Behind an IPv4 address the bytes are
/// zero.
class FlowAddress {
 public:
  constexpr FlowAddress() = default;
  /// Of either kind; an IPv4 address takes the first four bytes.
  // NOLINTNEXTLINE(google-explicit-constructor): an address of either version is one
  constexpr FlowAddress(Ipv4Address address) : halves_{first_of(std::bit_cast<std::uint32_t>(address)), 0} {}
  // NOLINTNEXTLINE(google-explicit-constructor): likewise
  constexpr FlowAddress(const Ipv6Address& address) : halves_(std::bit_cast<Halves>(address)) {}

  /// The address of a flow of IPv4.
  constexpr Ipv4Address ipv4() const {
    const auto bytes = std::bit_cast<Ipv6Address::Bytes>(halves_);
    return Ipv4Address(Ipv4Address::Bytes{bytes[0], bytes[1], bytes[2], bytes[3]});
  }

  /// The address of a flow of IPv6.
  constexpr Ipv6Address ipv6() const { return std::bit_cast<Ipv6Address>(halves_); }

  friend constexpr bool operator==(const FlowAddress&, const FlowAddress&) = default;

 private:
  using Halves = std::array<std::uint64_t, 2>;

  static constexpr std::uint64_t first_of(std::uint64_t number) {
    return std::endian::native == std::endian::little ? number : number << 32;
  }

  Halves halves_{};
};

/// What all packets of one conversation have in common in one direction: both addresses, both ports and the protocol.
/// Good as the key of a map: it has no padding, and flows of IPv4 and of IPv6 are never equal.
///
///     PacketFlow(IpProtocol::Tcp, Ipv4Address("10.0.0.1"), 40000, Ipv4Address("10.0.0.2"), 443)
struct PacketFlow {
  FlowAddress source{};                           ///< zero where there is no flow
  FlowAddress destination{};                      ///< zero where there is no flow
  BigEndian<std::uint16_t> source_port = 0;       ///< 0 where the protocol has no ports
  BigEndian<std::uint16_t> destination_port = 0;  ///< zero where the protocol has no ports
  IpProtocol protocol{};                          ///< of the transport header
  IpVersion version = IpVersion::None;            ///< which tells the addresses' kind
  /// Always 0. The kernel hashes keys of a multiple of 4 bytes faster (htab_map_hash in kernel/bpf/hashtab.c).
  std::uint16_t zero = 0;

  constexpr PacketFlow() = default;
  /// A flow from one address and port to another, of one IP protocol; ports are zero where the protocol has none.
  constexpr PacketFlow(IpProtocol of, Ipv4Address from, BigEndian<std::uint16_t> from_port, Ipv4Address to,
                       BigEndian<std::uint16_t> to_port)
      : source(from),
        destination(to),
        source_port(from_port),
        destination_port(to_port),
        protocol(of),
        version(IpVersion::Ipv4) {}
  constexpr PacketFlow(IpProtocol of, const Ipv6Address& from, BigEndian<std::uint16_t> from_port,
                       const Ipv6Address& to, BigEndian<std::uint16_t> to_port)
      : source(from),
        destination(to),
        source_port(from_port),
        destination_port(to_port),
        protocol(of),
        version(IpVersion::Ipv6) {}

  /// The flow of the answers.
  constexpr PacketFlow reversed() const {
    PacketFlow flow = *this;
    flow.source = destination;
    flow.destination = source;
    flow.source_port = destination_port;
    flow.destination_port = source_port;
    return flow;
  }

  friend constexpr bool operator==(const PacketFlow&, const PacketFlow&) = default;
};

static_assert(sizeof(PacketFlow) == 40 && std::has_unique_object_representations_v<PacketFlow>);

namespace detail::net {

/// As "10.0.0.3:80" or "[fd00::1]:80"; without a port where it is 0.
inline std::string endpoint_text(const PacketFlow& flow, const FlowAddress& address, std::uint16_t port) {
  const bool is_ipv6 = flow.version == IpVersion::Ipv6;
  std::string text = is_ipv6 ? to_text(address.ipv6()) : to_text(address.ipv4());
  if (port != 0) text = (is_ipv6 ? '[' + text + ']' : text) + ':' + std::to_string(port);
  return text;
}

}  // namespace detail::net

/// As "tcp 10.0.0.1:40000 > 10.0.0.2:443", or "icmpv6 fd00::1 > fd00::2" for a protocol without ports.
inline std::string to_text(const PacketFlow& flow) {
  const std::string_view name = name_of(flow.protocol);
  const std::string protocol =
      name.empty() ? "protocol " + std::to_string(static_cast<unsigned>(flow.protocol)) : std::string(name);
  return protocol + ' ' + detail::net::endpoint_text(flow, flow.source, flow.source_port.value()) + " > " +
         detail::net::endpoint_text(flow, flow.destination, flow.destination_port.value());
}

}  // namespace ebpfxx
