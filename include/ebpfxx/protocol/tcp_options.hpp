#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <ebpfxx/number/big_endian.hpp>
#include <ebpfxx/packet/describe.hpp>
#include <ebpfxx/packet/options.hpp>

namespace ebpfxx {

/// What an option of TCP is about.
enum class TcpOptionKind : std::uint8_t {
#define EBPFXX_TCP_OPTION(Name, number, text) Name = number,
#include <ebpfxx/protocol/tcp_option.inc>
#undef EBPFXX_TCP_OPTION
};

/// The name of a kind, as "window scale"; empty where the number has none.
constexpr std::string_view name_of(TcpOptionKind kind) {
  switch (kind) {
#define EBPFXX_TCP_OPTION(Name, number, text) \
  case TcpOptionKind::Name:                   \
    return text;
#include <ebpfxx/protocol/tcp_option.inc>
#undef EBPFXX_TCP_OPTION
  }
  return {};
}

/// How an option of TCP starts.
using TcpOption = KindAndLength<TcpOptionKind>;

/// The largest segment that the sender takes (RFC 9293, section 3.7.1).
struct TcpMaximumSegmentSize {
  static constexpr auto kind = TcpOptionKind::MaximumSegmentSize;
  TcpOption start{kind, 4};
  BigEndian<std::uint16_t> bytes = 0;  ///< of data in the largest segment that the sender takes
};

/// By how much the sender's windows are shifted (RFC 7323).
struct TcpWindowScale {
  static constexpr auto kind = TcpOptionKind::WindowScale;
  TcpOption start{kind, 3};
  std::uint8_t shift = 0;  ///< bits; at most 14 count
};

/// The sender takes selective acknowledgments (RFC 2018).
struct TcpSackPermitted {
  static constexpr auto kind = TcpOptionKind::SackPermitted;
  TcpOption start{kind, 2};
};

/// Times in units of the sender's own (RFC 7323).
struct TcpTimestamps {
  static constexpr auto kind = TcpOptionKind::Timestamps;
  TcpOption start{kind, 10};
  BigEndian<std::uint32_t> value = 0;       ///< of the sender's clock
  BigEndian<std::uint32_t> echo_reply = 0;  ///< the other side's latest `value`; of no meaning without ACK
};

/// What has arrived beside what `Tcp::acknowledgment` says: sequence numbers, the right one excluded (RFC 2018).
struct TcpSackBlock {
  BigEndian<std::uint32_t> left = 0;   ///< the first byte of a range that was received
  BigEndian<std::uint32_t> right = 0;  ///< the byte behind it
};

/// Selective acknowledgments, with the first block; further ones are `option.at<TcpSackBlock, 10>()`, 18 and 26.
struct TcpSack {
  static constexpr auto kind = TcpOptionKind::Sack;
  static constexpr bool has_more = true;
  TcpOption start{kind, 10};
  TcpSackBlock first{};  ///< the other blocks follow
};

template <>
inline constexpr auto header_description<TcpOption> = describe_header(
    "tcp option", HeaderField("kind", &TcpOption::option_kind), HeaderField("length", &TcpOption::length));

static_assert(DescribedHeader<TcpOption> && sizeof(TcpOption) == 2);
static_assert(sizeof(TcpMaximumSegmentSize) == 4 && sizeof(TcpWindowScale) == 3 && sizeof(TcpSackPermitted) == 2);
static_assert(sizeof(TcpTimestamps) == 10 && sizeof(TcpSack) == 10);

}  // namespace ebpfxx
