#pragma once

#include <cstdint>
#include <string_view>

#include <ebpfxx/builder/build.hpp>
#include <ebpfxx/net/ether_type.hpp>
#include <ebpfxx/net/ipv4_address.hpp>
#include <ebpfxx/net/mac_address.hpp>
#include <ebpfxx/number/big_endian.hpp>
#include <ebpfxx/packet/describe.hpp>

namespace ebpfxx {

/// What an ARP packet asks or tells.
enum class ArpOperation : std::uint16_t {
#define EBPFXX_ARP_OPERATION(Name, number, text) Name = number,
#include <ebpfxx/protocol/arp_operation.inc>
#undef EBPFXX_ARP_OPERATION
};

/// The name of an operation, as "request"; empty where the number has none.
constexpr std::string_view name_of(ArpOperation operation) {
  switch (operation) {
#define EBPFXX_ARP_OPERATION(Name, number, text) \
  case ArpOperation::Name:                       \
    return text;
#include <ebpfxx/protocol/arp_operation.inc>
#undef EBPFXX_ARP_OPERATION
  }
  return {};
}

/// ARP for IPv4 over Ethernet (RFC 826). Other kinds have addresses of other lengths: `is_ipv4_over_ethernet()` says
/// whether the addresses are what they are called here.
struct Arp {
  static constexpr EtherType ether_type = EtherType::Arp;

  BigEndian<std::uint16_t> hardware_type = 1;                 ///< 1: Ethernet
  BigEndian<EtherType> protocol_type = EtherType::Ipv4;       ///< of the protocol addresses; by default IPv4
  std::uint8_t hardware_length = 6;                           ///< of a hardware address, in bytes
  std::uint8_t protocol_length = 4;                           ///< of a protocol address, in bytes
  BigEndian<ArpOperation> operation = ArpOperation::Request;  ///< what is asked or told
  MacAddress sender_hardware{};                               ///< who sends
  Ipv4Address sender_protocol{};                              ///< its IPv4 address
  MacAddress target_hardware{};                               ///< zero in a request
  Ipv4Address target_protocol{};                              ///< whose hardware address is asked for, in a request

  /// Whether the lengths and types are those of IPv4 addresses and Ethernet, as this header has them.
  constexpr bool is_ipv4_over_ethernet() const {
    return hardware_type == 1 && protocol_type == EtherType::Ipv4 && hardware_length == 6 && protocol_length == 4;
  }
};

template <>
inline constexpr auto header_description<Arp> = describe_header(
    "arp", HeaderField("hardware type", &Arp::hardware_type),
    HeaderField("protocol type", &Arp::protocol_type, FieldNotation::Hexadecimal),
    HeaderField("hardware length", &Arp::hardware_length), HeaderField("protocol length", &Arp::protocol_length),
    HeaderField("operation", &Arp::operation), HeaderField("sender hardware", &Arp::sender_hardware),
    HeaderField("sender protocol", &Arp::sender_protocol), HeaderField("target hardware", &Arp::target_hardware),
    HeaderField("target protocol", &Arp::target_protocol));

static_assert(DescribedHeader<Arp> && sizeof(Arp) == 28);

/// ARP in a packet to build.
constexpr auto arp(const Arp& header = {}) { return layer(header); }

}  // namespace ebpfxx
