#pragma once

#include <cerrno>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <ebpfxx/context/memory.hpp>
#include <ebpfxx/error.hpp>
#include <ebpfxx/native/execution.hpp>
#include <ebpfxx/program.hpp>
#include <ebpfxx/runtime/outcome.hpp>

namespace ebpfxx::detail::native {

/// Runs a program on a copy of the packet, whose linear part (with its metadata in front) and whose rest each are
/// alone in memory that ends where they end: a read behind it is a heap-buffer-overflow to AddressSanitizer.
template <PacketHook Hook>
RunOutcome<Hook> run_on_packet(NativeExecution& execution, const Program<Hook>& program,
                               std::span<const std::uint8_t> packet, const typename Hook::Packet::Context& fields) {
  using Packet = typename Hook::Packet;
  if (fields.metadata > packet.size())
    throw Error(EINVAL, {.attempt = "run a program on " + std::to_string(packet.size()) + " bytes",
                         .reason = "the context's metadata says " + std::to_string(fields.metadata)});
  if constexpr (requires { fields.len; })
    if (fields.len != 0 && fields.len < packet.size() - fields.metadata)
      throw Error(EINVAL, {.attempt = "run a program on " + std::to_string(packet.size() - fields.metadata) + " bytes",
                           .reason = "the context's len says " + std::to_string(fields.len)});
  std::vector<std::uint8_t> bytes(packet.begin(), packet.end());
  typename Packet::Context context = Packet::context_of(bytes, fields);
  PacketMemory& memory = context.memory;
  if constexpr (requires { Packet::native_margins; }) memory.margins = Packet::native_margins;
  execution.move_packet(memory, memory.linear_size());

  const ExecutionScope scope(&execution);
  const auto verdict = program(Packet(&context));
  RunOutcome<Hook> outcome{
      verdict, std::vector<std::uint8_t>(memory.size()), {memory.data - memory.metadata, memory.data}, context};
  memory.read(0, outcome.packet);
  outcome.context.memory = {};
  return outcome;
}

}  // namespace ebpfxx::detail::native
