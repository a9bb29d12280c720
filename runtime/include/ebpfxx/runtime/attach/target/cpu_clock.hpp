#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace ebpfxx {

/// The clock of each CPU as a source of events for programs of `PerfEvent`: PERF_COUNT_SW_CPU_CLOCK, an event every
/// `period` of the time that a CPU is not idle.
///
///     object[on_tick].attach(CpuClock(std::chrono::milliseconds(10)));                 // on all CPUs, whatever runs
///     object[on_tick].attach(CpuClock(std::chrono::milliseconds(10)).thread(gettid()));  // while this thread runs
class CpuClock {
 public:
  /// A program runs on each CPU once in `period` of processor time.
  explicit CpuClock(std::chrono::nanoseconds period) : period_(period) {}

  /// Only while this thread runs, by its number as gettid(2) gives it; not its children.
  CpuClock& thread(int number) {
    thread_ = number;
    return *this;
  }

  /// Nanoseconds between two runs on one CPU.
  std::chrono::nanoseconds period() const { return period_; }
  const std::optional<int>& thread() const { return thread_; }

  /// "every 10000000 ns", "every 10000000 ns of thread 4711".
  friend std::string to_text(const CpuClock& clock);

 private:
  std::chrono::nanoseconds period_;
  std::optional<int> thread_;
};

}  // namespace ebpfxx
