#pragma once

#include <algorithm>
#include <cerrno>
#include <concepts>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

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

/// Runs a program on a copy of the packet, which stands alone in memory that ends where the packet ends: a read behind
/// it is a heap-buffer-overflow to AddressSanitizer.
template <SkbHook Hook>
Outcome<Hook> run_on_skb(NativeExecution& execution, const Program<Hook>& program, std::span<const std::uint8_t> packet,
                         const SkbContext& fields) {
  if (fields.len != 0 && fields.len < packet.size())
    throw Error(EINVAL, {.attempt = "run a program on " + std::to_string(packet.size()) + " bytes",
                         .reason = "the context's len says " + std::to_string(fields.len)});
  using Packet = typename Hook::Packet;
  const auto bytes = std::make_unique<std::uint8_t[]>(packet.size());
  std::copy(packet.begin(), packet.end(), bytes.get());
  SkbContext context = Packet::context_of({bytes.get(), packet.size()}, fields);

  const ExecutionScope scope(&execution);
  const auto verdict = program(Packet(&context));
  Outcome<Hook> outcome{verdict, {context.data, context.data_end}, context};
  outcome.context.data = outcome.context.data_end = nullptr;
  return outcome;
}

}  // namespace detail
}  // namespace ebpfxx
