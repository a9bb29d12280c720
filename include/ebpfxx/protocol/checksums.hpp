#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include <ebpfxx/checksum/checksum_change.hpp>
#include <ebpfxx/checksum/checksum_parts.hpp>
#include <ebpfxx/packet/position.hpp>
#include <ebpfxx/protocol/icmp.hpp>
#include <ebpfxx/protocol/icmpv6.hpp>
#include <ebpfxx/protocol/ipv4.hpp>
#include <ebpfxx/protocol/ipv6.hpp>
#include <ebpfxx/protocol/tcp.hpp>
#include <ebpfxx/protocol/udp.hpp>

/// Which checksum covers what, and the sums over what does not have a fixed size.
namespace ebpfxx {

template <>
inline constexpr detail::checksum::PartList<Ipv4, OptionBytes> checksum_covers<Ipv4>{};
template <>
inline constexpr detail::checksum::PartList<PseudoHeader, Tcp, OptionBytes, PayloadBytes> checksum_covers<Tcp>{};
template <>
inline constexpr detail::checksum::PartList<PseudoHeader, Udp, PayloadBytes> checksum_covers<Udp>{};
template <>
inline constexpr detail::checksum::PartList<Icmp, PayloadBytes> checksum_covers<Icmp>{};
template <>
inline constexpr detail::checksum::PartList<PseudoHeader, Icmpv6, PayloadBytes> checksum_covers<Icmpv6>{};

namespace detail::checksum {

template <>
inline constexpr bool is_in_pseudo_header<&Ipv4::source> = true;
template <>
inline constexpr bool is_in_pseudo_header<&Ipv4::destination> = true;
template <>
inline constexpr bool is_in_pseudo_header<&Ipv6::source> = true;
template <>
inline constexpr bool is_in_pseudo_header<&Ipv6::destination> = true;

}  // namespace detail::checksum

namespace detail::protocol {

template <class Ip>
constexpr ChecksumParts<PseudoHeader> sum_of_pseudo_header(const Ip& ip, IpProtocol protocol, std::uint16_t length) {
  const BigEndian<std::uint16_t> words[] = {std::uint16_t{static_cast<std::uint8_t>(protocol)}, length};
  return ChecksumParts<PseudoHeader>::of(
      checksum::sum_of<0>(packet::bytes_of(ip.source)) + checksum::sum_of<0>(packet::bytes_of(ip.destination)) +
      checksum::sum_of<0>(packet::bytes_of(words[0])) + checksum::sum_of<0>(packet::bytes_of(words[1])));
}

}  // namespace detail::protocol

/// The sum over the pseudo header. `length`: of the header and the payload behind the IP header, in bytes.
constexpr ChecksumParts<PseudoHeader> pseudo_header(const Ipv4& ip, IpProtocol protocol, std::uint16_t length) {
  return detail::protocol::sum_of_pseudo_header(ip, protocol, length);
}
constexpr ChecksumParts<PseudoHeader> pseudo_header(const Ipv6& ip, IpProtocol protocol, std::uint16_t length) {
  return detail::protocol::sum_of_pseudo_header(ip, protocol, length);
}

/// A sum over bytes of a packet, or nothing when the packet ends before them, or they are too many. Test it before use.
template <class Part>
class EBPFXX_ANNOTATE(EBPFXX_ABI_TESTED, "packet-bounds", "may reach past the end of the packet here")
    [[nodiscard]] SummedBytes {
 public:
  /// `whole`: all bytes could be summed; without, the sum is zero and must not be used.
  constexpr SummedBytes(std::uint64_t sum, bool whole) : sum_(sum), whole_(whole) {}

  constexpr explicit operator bool() const { return whole_; }
  constexpr const ChecksumParts<Part> operator*() const { return ChecksumParts<Part>::of(sum_); }

 private:
  std::uint64_t sum_;
  bool whole_;
};

/// The sum over `length` bytes of a packet from `offset` on, linear or not, if they are at most `Most`. Reads 32 at a
/// time, by copies.
template <class Part, std::size_t Most = 1500, class Packet>
constexpr SummedBytes<Part> sum_bytes(Packet packet, std::uint32_t offset, std::uint32_t length) {
  using Block = std::array<std::uint8_t, 32>;
  const SummedBytes<Part> nothing(0, false);
  if (length > Most) return nothing;
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < Most / sizeof(Block) && length >= sizeof(Block); ++i) {
    const auto block = packet.template load<Block>(offset);
    if (!block) return nothing;
    sum += detail::checksum::sum_of<0>(*block);
    offset += sizeof(Block);
    length -= sizeof(Block);
  }
  for (std::size_t i = 0; i < sizeof(Block) / 2 && length >= 2; ++i) {
    const auto word = packet.template load<BigEndian<std::uint16_t>>(offset);
    if (!word) return nothing;
    sum += detail::checksum::sum_of<0>(detail::packet::bytes_of(*word));
    offset += 2;
    length -= 2;
  }
  if (length == 1) {
    const auto byte = packet.template load<std::uint8_t>(offset);
    if (!byte) return nothing;
    sum += detail::checksum::sum_of<0>(std::array{*byte});
  }
  return SummedBytes<Part>(sum, true);
}

}  // namespace ebpfxx
