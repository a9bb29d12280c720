#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <tuple>

#include <ebpfxx/context/memory.hpp>
#include <ebpfxx/error.hpp>
#include <ebpfxx/net/relation.hpp>
#include <ebpfxx/packet/cursor.hpp>
#include <ebpfxx/program.hpp>

namespace ebpfxx {

/// What a program made of a packet of `Size` bytes. Compares with a verdict by itself.
template <class Hook, std::size_t Size>
struct PacketOutcome {
  /// The packet afterwards, with the headroom and tailroom of its hook.
  using Bytes = StoredPacket<Size, Hook::Packet::margins>;

  typename Hook::Verdict verdict;          ///< what the program returned
  Bytes packet;                            ///< all of the packet's bytes, with its changes, and its metadata
  typename Hook::Packet::Context context;  ///< the fields beside them, with its changes; its memory is empty

  /// A copy of the header `At` bytes into the packet, which must be there, and be able to be one. Throws Error
  /// otherwise.
  template <PacketHeader Header, std::size_t At = 0>
    requires(At + sizeof(Header) <= Bytes::capacity)
  constexpr const Header at() const {
    if (At + sizeof(Header) > packet.size())
      throw Error(ERANGE, {.attempt = "read a header", .reason = "the packet ends before it does"});
    const auto header = detail::packet::copy_header<Header>(packet.data() + At);
    if (!can_be(header)) throw Error(EINVAL, {.attempt = "read a header", .reason = "its bytes cannot be one"});
    return header;
  }

  friend constexpr bool operator==(const PacketOutcome& outcome, typename Hook::Verdict expected) {
    return outcome.verdict == expected;
  }
};

/// Runs a program on a packet and keeps what it changes, in constant evaluation as well:
///
///     static_assert(run(count_down, ipv4({.ttl = 9})).at<Ipv4>().ttl == 8);
///
/// `context` has the fields beside the packet's bytes; what it leaves at zero is as `Packet::context_of` says.
template <PacketHook Hook, PacketSource Source>
constexpr auto run(const Program<Hook>& program, const Source& source, typename Hook::Packet::Context context = {}) {
  using Packet = typename Hook::Packet;
  using Outcome = PacketOutcome<Hook, std::tuple_size_v<decltype(packet_bytes(source))>>;
  typename Outcome::Bytes packet(packet_bytes(source));
  context = Packet::context_of(packet.span(), context);
  const typename Hook::Verdict verdict = program(Packet(&context));
  packet.settle(context.memory);
  context.memory = {};
  return Outcome{verdict, packet, context};
}

/// What a program made of a context. Compares with a verdict by itself.
template <ContextHook Hook>
struct ContextOutcome {
  typename Hook::Verdict verdict;         ///< what the program returned
  typename Hook::Input::Context context;  ///< with the program's changes

  friend constexpr bool operator==(const ContextOutcome& outcome, typename Hook::Verdict expected) {
    return outcome.verdict == expected;
  }
};

/// Runs a program on a context and keeps what it changes, in constant evaluation as well:
///
///     static_assert(run(rewrite, {.destination = "127.0.0.1", .port = 80}).context.port == 8080);
template <ContextHook Hook>
constexpr ContextOutcome<Hook> run(const Program<Hook>& program, typename Hook::Input::Context context) {
  const auto verdict = program(typename Hook::Input(&context));
  return {verdict, context};
}

}  // namespace ebpfxx
