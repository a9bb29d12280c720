#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <ebpfxx/net/ether_type.hpp>
#include <ebpfxx/number/big_endian.hpp>
#include <ebpfxx/packet/start.hpp>

/// The protocol that the kernel gives a packet: as struct __sk_buff has it, in network byte order.
namespace ebpfxx::detail::context {

/// By the version of the IP header that the packet starts with. 0 for what is no IP.
constexpr std::uint32_t protocol_of_ip(std::span<const std::uint8_t> packet) {
  const unsigned version = packet.empty() ? 0 : packet.front() >> 4;
  if (version == 4) return number::swap_to_network(static_cast<std::uint16_t>(EtherType::Ipv4));
  if (version == 6) return number::swap_to_network(static_cast<std::uint16_t>(EtherType::Ipv6));
  return 0;
}

/// By the type in the Ethernet header that the packet starts with (eth_type_trans in net/ethernet/eth.c). Where that is
/// a length (below 0x0600, IEEE 802.3): ETH_P_802_3 for Novell's frames, which 0xffff follows, else ETH_P_802_2. 0 for
/// less than a header.
constexpr std::uint32_t protocol_of_frame(std::span<const std::uint8_t> frame) {
  constexpr std::size_t type = 12, payload = 14;
  constexpr std::uint16_t novell = 0x0001, ieee = 0x0004;
  if (frame.size() < payload) return 0;
  if (frame[type] >= 0x06)
    return number::swap_to_network(static_cast<std::uint16_t>(frame[type] << 8 | frame[type + 1]));
  const bool is_novell = frame.size() >= payload + 2 && frame[payload] == 0xff && frame[payload + 1] == 0xff;
  return number::swap_to_network(is_novell ? novell : ieee);
}

/// Of a packet that starts so; 0 where its bytes do not tell.
constexpr std::uint32_t protocol_of(std::span<const std::uint8_t> packet, PacketStart start) {
  switch (start) {
    case PacketStart::Ethernet:
      return protocol_of_frame(packet);
    case PacketStart::Ip:
      return protocol_of_ip(packet);
    case PacketStart::Unknown:
      return 0;
  }
  return 0;
}

}  // namespace ebpfxx::detail::context
