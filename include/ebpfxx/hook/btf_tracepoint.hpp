#pragma once

#include <linux/bpf.h>

#include <cstdint>

#include <ebpfxx/detail/fixed_string.hpp>
#include <ebpfxx/hook/tracepoint_event.hpp>

namespace ebpfxx {

/// A tracepoint of the kernel, with the arguments that it is called with (include/trace/events/ in the kernel's tree):
///
///     inline constexpr Program<BtfTracepoint<"sched_switch">> on_switch =
///         [](BtfTracepoint<"sched_switch">::Event event) { count(event.prev->pid, event.next->pid); };
///
/// Pointers among them are trusted. What an event has says `BtfTracepointEvent<Name>`, from a header that
/// `ebpfxx vmlinux` wrote (in CMake: `ebpfxx_vmlinux(<target> sched_switch)`) or by hand. Programs return nothing.
/// BPF_PROG_TYPE_TRACING, Linux 5.5; the tracepoint is looked up when the object is loaded.
template <FixedString Name>
struct BtfTracepoint {
  static constexpr bpf_prog_type program_type = BPF_PROG_TYPE_TRACING;
  static constexpr FixedString name = concatenate(FixedString{"BtfTracepoint<\""}, Name, FixedString{"\">"});
  static constexpr FixedString section = concatenate(FixedString{"tp_btf/"}, Name);

  /// What a run outside the kernel is given.
  using Arguments = BtfTracepointEvent<Name>;

  struct Event : Arguments {
    using Raw = const std::uint64_t;

    // NOLINTNEXTLINE(google-explicit-constructor): the arguments are all that an event is
    constexpr Event(const Arguments& arguments) : Arguments(arguments) {}
    /// As the kernel hands it over. Device only.
    explicit Event(Raw* arguments) : Arguments(detail::hook::event_from<Arguments>(arguments)), raw_(arguments) {}

    /// The context as helpers take it. Device only.
    constexpr Raw* raw_context() const { return raw_; }

   private:
    Raw* raw_ = nullptr;
  };
  using Input = Event;
  using Verdict = void;
};

}  // namespace ebpfxx
