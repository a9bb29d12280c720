#pragma once

#include <cstdint>
#include <span>

#include <ebpfxx/native/execution.hpp>
#include <ebpfxx/native/packet_run.hpp>
#include <ebpfxx/packet/cursor.hpp>
#include <ebpfxx/program.hpp>
#include <ebpfxx/run.hpp>
#include <ebpfxx/runtime/outcome.hpp>

namespace ebpfxx {

namespace detail::native {

template <class Hook>
struct NativeRun {
  NativeRun(NativeExecution& execution, const Program<Hook>& program) : execution(&execution), program(&program) {}

  NativeExecution* execution;
  const Program<Hook>* program;
};

}  // namespace detail::native

/// A program and the Native that it runs in, which must both live as long.
template <class Hook>
class NativeProgram;

template <PacketHook Hook>
class NativeProgram<Hook> : detail::native::NativeRun<Hook> {
 public:
  using Context = typename Hook::Packet::Context;

  using detail::native::NativeRun<Hook>::NativeRun;

  /// Runs it on a packet that starts where the hook's data starts, with the fields of `context` beside it, as the
  /// hook's context in the kernel has them (struct __sk_buff, with `protocol` in network byte order; struct xdp_md).
  /// `metadata` bytes in front are no packet but metadata. A `len` of 0 becomes the number of bytes; more than that is
  /// a packet with a part that is not linear; less throws Error (EINVAL). A `protocol` of 0 becomes what the bytes say.
  RunOutcome<Hook> operator()(std::span<const std::uint8_t> packet, const Context& context = {}) const {
    return detail::native::run_on_packet(*this->execution, *this->program, packet, context);
  }
  template <PacketSource Source>
  RunOutcome<Hook> operator()(const Source& packet, const Context& context = {}) const {
    const auto bytes = packet_bytes(packet);
    return (*this)(std::span<const std::uint8_t>(bytes), context);
  }
};

template <ContextHook Hook>
class NativeProgram<Hook> : detail::native::NativeRun<Hook> {
 public:
  using detail::native::NativeRun<Hook>::NativeRun;

  /// Runs it on a context, of which the outcome has a changed copy: `native(rewrite)({.port = 80})`.
  ContextOutcome<Hook> operator()(const typename Hook::Input::Context& context) const {
    const detail::native::ExecutionScope scope(this->execution);
    return run(*this->program, context);
  }
};

template <EventHook Hook>
class NativeProgram<Hook> : detail::native::NativeRun<Hook> {
 public:
  using detail::native::NativeRun<Hook>::NativeRun;

  /// Runs it on an event: `native(on_switch)({.preempt = false, .prev = &task, .next = &other})`.
  void operator()(const typename Hook::Arguments& event) const {
    const detail::native::ExecutionScope scope(this->execution);
    (*this->program)(typename Hook::Input(event));
  }
};

}  // namespace ebpfxx
