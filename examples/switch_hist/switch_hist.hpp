#pragma once

/// The program of switch_hist: it counts how long tasks keep a CPU.
#include <cstdint>
#include <ebpfxx.hpp>

using namespace ebpfxx;

/// Of a task, what is looked at here; the running kernel says where it is.
struct EBPFXX_KERNEL_TYPE task_struct {
  int pid, tgid;
};

template <>
struct ebpfxx::BtfTracepointEvent<"sched_switch"> {
  bool preempt;
  KernelPointer<task_struct> prev, next;
};
using Switch = BtfTracepoint<"sched_switch">;

/// Bucket n counts the turns of 2^n to 2^(n+1) - 1 microseconds.
inline Map<std::uint32_t, std::uint64_t, PerCpuArray<32>> turns;
inline PerCpu<std::uint64_t> last_switch;
inline constexpr Config<std::int32_t> process = 0;  ///< 0: all but the idle tasks

inline constexpr Program<Switch> count_turns = [](Switch::Event event) {
  std::uint64_t now = monotonic_time();
  std::uint64_t began = 0;
  last_switch.update([&](std::uint64_t& time) {
    began = time;
    time = now;
  });
  if (began == 0 || event.prev->pid == 0) return;
  if (process != 0 && event.prev->tgid != process) return;

  const auto microseconds = static_cast<std::uint32_t>((now - began) / 1000);
  turns.at(floor_log2(microseconds)).update([](std::uint64_t& count) { count += 1; });
};
