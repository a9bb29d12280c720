#pragma once

#include <linux/bpf.h>
#include <linux/bpf_perf_event.h>

#include <cstdint>

#include <ebpfxx/detail/fixed_string.hpp>

namespace ebpfxx {

namespace detail::hook {

template <class PerfEventData>
constexpr auto& instruction_pointer_of(PerfEventData& event) {
#if defined(__x86_64__)
  return event.regs.rip;
#elif defined(__aarch64__)
  return event.regs.pc;
#else
#error "the instruction pointer in bpf_user_pt_regs_t is not known for this architecture"
#endif
}

}  // namespace detail::hook

/// An event of the perf subsystem, as a tick of a CPU's clock:
///
///     inline constexpr Program<PerfEvent> on_tick = [](PerfEvent::Event event) { count(event.instruction_pointer());
///     };
///
/// Programs run on the CPU of the event, in the task that it interrupted, and return nothing. BPF_PROG_TYPE_PERF_EVENT,
/// Linux 4.9.
struct PerfEvent {
  static constexpr bpf_prog_type program_type = BPF_PROG_TYPE_PERF_EVENT;
  static constexpr FixedString name{"PerfEvent"};
  static constexpr FixedString section{"perf_event"};

  /// What a run outside the kernel is given, as `PerfEvent::at(0x401000)`.
  using Arguments = bpf_perf_event_data;

  /// Returns an event that interrupted the code at this address.
  static constexpr Arguments at(std::uint64_t instruction_pointer, std::uint64_t period = 0,
                                std::uint64_t address = 0) {
    Arguments event{};
    detail::hook::instruction_pointer_of(event) = instruction_pointer;
    event.sample_period = period;
    event.addr = address;
    return event;
  }

  class Event {
   public:
    using Raw = const bpf_perf_event_data;

    /// The kernel's context, or the one of a run outside of it, which must live as long.
    constexpr explicit Event(Raw* data) : data_(data) {}
    constexpr explicit Event(Raw& data) : data_(&data) {}

    /// The address of the interrupted instruction, in the kernel or in the task.
    constexpr std::uint64_t instruction_pointer() const { return detail::hook::instruction_pointer_of(*data_); }

    /// How much was counted since the event before: of clocks, nanoseconds.
    constexpr std::uint64_t period() const { return data_->sample_period; }

    /// The address that the event is about, or 0.
    constexpr std::uint64_t address() const { return data_->addr; }

    /// The context as helpers take it.
    constexpr Raw* raw_context() const { return data_; }

   private:
    Raw* data_;
  };
  using Input = Event;
  using Verdict = void;
};

}  // namespace ebpfxx
