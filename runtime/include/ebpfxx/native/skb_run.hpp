#pragma once

#include <cerrno>
#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <ebpfxx/error.hpp>
#include <ebpfxx/native/execution.hpp>
#include <ebpfxx/native/outcome.hpp>
#include <ebpfxx/packet/skb.hpp>
#include <ebpfxx/program.hpp>

namespace ebpfxx {

/// A hook whose programs work on a socket buffer.
template <class Hook>
concept SkbHook = std::same_as<typename Hook::Packet::Context, SkbContext>;

namespace detail {

/// Runs a program on a copy of the packet, whose linear part and whose rest each stand alone in memory that ends where
/// they end: a read behind it is a heap-buffer-overflow to AddressSanitizer.
template <SkbHook Hook>
Outcome<Hook> run_on_skb(NativeExecution& execution, const Program<Hook>& program, std::span<const std::uint8_t> packet,
                         const SkbContext& fields) {
  if (fields.len != 0 && fields.len < packet.size())
    throw Error(EINVAL, {.attempt = "run a program on " + std::to_string(packet.size()) + " bytes",
                         .reason = "the context's len says " + std::to_string(fields.len)});
  using Packet = typename Hook::Packet;
  std::vector<std::uint8_t> bytes(packet.begin(), packet.end());
  SkbContext context = Packet::context_of(bytes, fields);
  execution.move_packet(context.memory, context.memory.linear_size());

  const ExecutionScope scope(&execution);
  const auto verdict = program(Packet(&context));
  Outcome<Hook> outcome{verdict, std::vector<std::uint8_t>(context.memory.size()), context};
  context.memory.read(0, outcome.packet);
  outcome.context.memory = {};
  return outcome;
}

}  // namespace detail
}  // namespace ebpfxx
