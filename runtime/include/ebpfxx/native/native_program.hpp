#pragma once

#include <cstdint>
#include <span>

#include <ebpfxx/native/execution.hpp>
#include <ebpfxx/native/outcome.hpp>
#include <ebpfxx/native/packet_run.hpp>
#include <ebpfxx/packet/cursor.hpp>
#include <ebpfxx/program.hpp>
#include <ebpfxx/run.hpp>

namespace ebpfxx {

/// A hook whose programs look on, and are handed an event.
template <class Hook>
concept EventHook = requires { typename Hook::Arguments; };

/// A program and the Native that it runs in, which must both live as long.
template <class Hook>
class NativeProgram;

template <PacketHook Hook>
class NativeProgram<Hook> {
 public:
  using Context = typename Hook::Packet::Context;

  NativeProgram(detail::NativeExecution& execution, const Program<Hook>& program)
      : execution_(&execution), program_(&program) {}

  /// Runs it on a packet that starts where the hook's data starts, with the fields of `context` beside it, as the
  /// hook's context in the kernel has them (struct __sk_buff, with `protocol` in network byte order; struct xdp_md).
  /// `metadata` bytes in front are no packet but metadata. A `len` of 0 becomes the number of bytes; more than that is
  /// a packet with a part that is not linear; less throws Error (EINVAL). A `protocol` of 0 becomes what the bytes say.
  Outcome<Hook> operator()(std::span<const std::uint8_t> packet, const Context& context = {}) const {
    return detail::run_on_packet(*execution_, *program_, packet, context);
  }
  template <PacketSource Source>
  Outcome<Hook> operator()(const Source& packet, const Context& context = {}) const {
    const auto bytes = packet_bytes(packet);
    return (*this)(std::span<const std::uint8_t>(bytes), context);
  }

 private:
  detail::NativeExecution* execution_;
  const Program<Hook>* program_;
};

template <ContextHook Hook>
class NativeProgram<Hook> {
 public:
  NativeProgram(detail::NativeExecution& execution, const Program<Hook>& program)
      : execution_(&execution), program_(&program) {}

  /// Runs it on a context, of which the outcome has a changed copy: `native(rewrite)({.port = 80})`.
  ContextOutcome<Hook> operator()(const typename Hook::Packet::Context& context) const {
    const detail::ExecutionScope scope(execution_);
    return run(*program_, context);
  }

 private:
  detail::NativeExecution* execution_;
  const Program<Hook>* program_;
};

template <EventHook Hook>
class NativeProgram<Hook> {
 public:
  NativeProgram(detail::NativeExecution& execution, const Program<Hook>& program)
      : execution_(&execution), program_(&program) {}

  /// Runs it on an event: `native(on_switch)({.preempt = false, .prev = &task, .next = &other})`.
  void operator()(const typename Hook::Arguments& event) const {
    const detail::ExecutionScope scope(execution_);
    (*program_)(typename Hook::Packet(event));
  }

 private:
  detail::NativeExecution* execution_;
  const Program<Hook>* program_;
};

}  // namespace ebpfxx
