#pragma once

#include <cstdint>

#include <ebpfxx/packet/big_endian.hpp>
#include <ebpfxx/packet/bounded.hpp>

namespace ebpfxx {

/// The TCP header without its options (RFC 9293).
struct Tcp {
  BigEndian<std::uint16_t> source = 0;
  BigEndian<std::uint16_t> destination = 0;
  BigEndian<std::uint32_t> sequence = 0;
  BigEndian<std::uint32_t> acknowledgment = 0;
  std::uint8_t data_offset_and_reserved = 0x50;
  std::uint8_t flags = 0;
  BigEndian<std::uint16_t> window = 0;
  BigEndian<std::uint16_t> checksum = 0;
  BigEndian<std::uint16_t> urgent_pointer = 0;

  /// The header's length in units of 4 bytes; at least 5 in a real header.
  constexpr std::uint8_t data_offset() const { return data_offset_and_reserved >> 4; }

  constexpr bool fin() const { return (flags & 0x01) != 0; }
  constexpr bool syn() const { return (flags & 0x02) != 0; }
  constexpr bool rst() const { return (flags & 0x04) != 0; }
  constexpr bool psh() const { return (flags & 0x08) != 0; }
  constexpr bool ack() const { return (flags & 0x10) != 0; }
  constexpr bool urg() const { return (flags & 0x20) != 0; }

  /// In bytes, with options. Holds where `has_next()` is true.
  constexpr Bounded<20, 60> header_length() const {
    return Bounded<20, 60>::proven((data_offset_and_reserved >> 4U) * 4U);
  }

  /// Whether the payload starts behind this header: not in a header that is too short.
  constexpr bool has_next() const { return data_offset() >= 5; }
};

static_assert(sizeof(Tcp) == 20 && alignof(Tcp) == 1);

}  // namespace ebpfxx
