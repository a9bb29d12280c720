#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>

#include <ebpfxx/checksum/checksum.hpp>
#include <ebpfxx/net/ether_type.hpp>
#include <ebpfxx/net/ip_protocol.hpp>
#include <ebpfxx/packet/cursor.hpp>

namespace ebpfxx {

/// What a header in a packet under construction can look at to fill in its own fields. All bytes behind it are final.
struct Surroundings {
  /// Whether a header follows that this one can announce, and by which number, where it does so by one.
  bool next_is_announced = false;
  /// What an EtherType field would say about the layer inside; empty when nothing announces it.
  std::optional<EtherType> next_ether_type;
  /// What an IP protocol field would say about the layer inside; empty when nothing announces it.
  std::optional<IpProtocol> next_ip_protocol;

  std::span<const std::uint8_t> options;  ///< of this header
  std::span<const std::uint8_t> payload;  ///< everything behind the options

  /// The sum over the pseudo header of the IP header in front, extension headers of IPv6 between them or not; nothing
  /// when no such header is there.
  std::optional<InternetChecksum> pseudo_header;

  /// The bytes behind the fixed part of this header.
  constexpr std::size_t bytes_behind() const { return options.size() + payload.size(); }

  /// The checksum over a header whose own checksum field is zero, its options and its payload, behind what `start` has
  /// taken in.
  template <PacketHeader Header>
  constexpr std::uint16_t checksum(InternetChecksum start, const Header& header) const {
    return start.add(detail::packet::bytes_of(header)).add(options).add(payload).value();
  }
};

namespace detail::builder {

/// A length as a 16-bit field. Throws std::length_error for a packet too long for it.
constexpr std::uint16_t length_field(std::size_t bytes) {
  if (bytes > 0xffff) throw std::length_error("the packet is longer than its length field can say");
  return static_cast<std::uint16_t>(bytes);
}

}  // namespace detail::builder
}  // namespace ebpfxx
