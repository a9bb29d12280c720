#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <tuple>

#include <ebpfxx/packet/cursor.hpp>
#include <ebpfxx/program.hpp>

namespace ebpfxx {

/// What a program made of a packet.
template <class Hook, std::size_t Size>
struct Outcome {
  typename Hook::Verdict verdict;
  std::array<std::uint8_t, Size> bytes;    ///< the packet afterwards
  typename Hook::Packet::Context context;  ///< the fields afterwards; its pointers are null

  /// The header `At` bytes into the packet.
  template <PacketHeader Header, std::size_t At = 0>
    requires(At + sizeof(Header) <= Size)
  constexpr Header at() const {
    return detail::copy_header<Header>(bytes.data() + At);
  }
};

/// Runs a program on a packet and keeps what it changes, in constant evaluation or natively:
///
///     static_assert(run(count_down, ipv4({.ttl = 9})).at<Ipv4>().ttl == 8);
///
/// `context` has the fields beside the packet's bytes, all zero unless the test sets them; a length of zero becomes
/// that of the packet.
template <class Hook, PacketSource Source>
constexpr auto run(const Program<Hook>& program, const Source& source, typename Hook::Packet::Context context = {}) {
  Outcome<Hook, std::tuple_size_v<decltype(packet_bytes(source))>> outcome{{}, packet_bytes(source), {}};
  context.data = outcome.bytes.data();
  context.data_end = outcome.bytes.data() + outcome.bytes.size();
  if (context.len == 0) context.len = static_cast<std::uint32_t>(outcome.bytes.size());
  outcome.verdict = program(typename Hook::Packet(&context));
  context.data = nullptr;
  context.data_end = nullptr;
  outcome.context = context;
  return outcome;
}

}  // namespace ebpfxx
