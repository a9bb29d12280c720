#pragma once

/// The programs of cpu_use: they count what threads do with the CPUs.
#include <cstdint>
#include <ebpfxx.hpp>

using namespace ebpfxx;

struct Use {
  std::uint64_t ticks, kernel_ticks;
  std::uint64_t switches, waits;  ///< how often it left a CPU, and how often of that to wait for something
};
/// By the thread's number.
inline Map<std::uint32_t, Use, PerCpuHash<4096>> uses;

/// For every tick of a CPU's clock, in the task that it interrupts.
inline constexpr Program<PerfEvent> count_ticks = [](PerfEvent::Event event) {
  const bool in_kernel = event.instruction_pointer() >> 63 != 0;  // the upper half of addresses is the kernel's
  uses.update(current_task_ids().thread, [&](Use& use) {
    use.ticks += 1;
    if (in_kernel) use.kernel_ticks += 1;
  });
};

/// Of the record, what is looked at here; the running kernel says where it is.
struct EBPFXX_KERNEL_TYPE trace_event_raw_sched_switch {
  int prev_pid;
  long prev_state;
};
template <>
struct ebpfxx::TracepointRecord<"sched_switch"> {
  using type = trace_event_raw_sched_switch;
};
using Switch = Tracepoint<"sched", "sched_switch">;

/// For every task that leaves a CPU.
inline constexpr Program<Switch> count_switches = [](Switch::Event event) {
  const auto thread = static_cast<std::uint32_t>(event->prev_pid);
  if (thread == 0) return;                             // the CPU was idle
  const bool waits = (event->prev_state & 0xff) != 0;  // TASK_REPORT in the kernel's linux/sched.h
  uses.update(thread, [&](Use& use) {
    use.switches += 1;
    if (waits) use.waits += 1;
  });
};
