// Ticks of the CPUs' clocks, in code of the test itself that keeps them busy.
#include <doctest/doctest.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <ebpfxx.hpp>
#include <thread>

#include "support/busy.hpp"
#include "support/expect_error.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;
using namespace std::chrono_literals;

struct Ticks {
  std::uint64_t all, in_body, period;
};
inline PerCpu<Ticks> ticks_of_thread;
inline PerCpu<Ticks> ticks_of_others;
inline PerCpu<Ticks> ticks_of_idle_cpus;
inline constexpr Config<std::uint32_t> busy_thread = 0;
inline constexpr Config<std::uint64_t> body_begin = 0;
inline constexpr Config<std::uint64_t> body_end = 0;

inline constexpr Program<PerfEvent> on_tick = [](PerfEvent::Event event) {
  const auto count = [&](Ticks& ticks) {
    const std::uint64_t place = event.instruction_pointer();
    ticks.all += 1;
    ticks.period = event.period();
    if (place >= body_begin && place < body_end) ticks.in_body += 1;
  };
  const TaskIds task = current_task_ids();
  if (task.thread == busy_thread)
    ticks_of_thread.update(count);
  else if (task.thread == 0)
    ticks_of_idle_cpus.update(count);
  else
    ticks_of_others.update(count);
};

namespace {

extern "C" char __executable_start, etext;  // of the linker: the code of this executable is between them

Object loaded() {
  auto object = Object::open(on_tick);
  object[busy_thread] = static_cast<std::uint32_t>(gettid());
  object[body_begin] = reinterpret_cast<std::uint64_t>(&__executable_start);
  object[body_end] = reinterpret_cast<std::uint64_t>(&etext);
  object.load();
  return object;
}

}  // namespace

TEST_SUITE_BEGIN("PerfEvent");

TEST_CASE("a program runs at each tick of the clock of a thread's own CPU time, and no other thread's") {
  Object object = loaded();
  {
    const Link link = object[on_tick].attach(CpuClock(1ms).thread(gettid()));
    std::thread other([] { keep_busy(50ms); });
    keep_busy(200ms);
    other.join();
  }
  const Ticks seen = object[ticks_of_thread].sum();
  // Ticks may come late where the machine is emulated, and never early.
  CHECK(seen.all >= 20);
  CHECK(seen.all <= 250);
  CHECK(seen.in_body >= seen.all / 2);
  CHECK(object[ticks_of_others].sum().all == 0);
  for (const Ticks& ticks : object[ticks_of_thread].per_cpu())
    if (ticks.all != 0) CHECK(ticks.period >= 1'000'000);
  const std::uint64_t at_end = seen.all;
  keep_busy(20ms);
  CHECK(object[ticks_of_thread].sum().all == at_end);
}

TEST_CASE("a program runs at the ticks of all CPUs, whatever they run") {
  Object object = loaded();
  {
    const Link link = object[on_tick].attach(CpuClock(1ms));
    std::thread other([] { keep_busy(100ms); });
    keep_busy(100ms);
    other.join();
    std::this_thread::sleep_for(50ms);
  }
  CHECK(object[ticks_of_thread].sum().all >= 10);
  CHECK(object[ticks_of_others].sum().all >= 10);
  CHECK(object[ticks_of_idle_cpus].sum().all == 0);
}

TEST_CASE("a clock that does not tick and a thread that is not there are refused") {
  Object object = loaded();
  expect_error(EINVAL, "cannot attach on_tick to the CPU clock every 0 ns: a period is longer than nothing",
               [&] { return object[on_tick].attach(CpuClock(0ns)); });
  expect_error(ESRCH,
               "cannot attach on_tick to the CPU clock every 1000000 ns of thread 2147483647: there is no such thread",
               [&] { return object[on_tick].attach(CpuClock(1ms).thread(2147483647)); });
}

TEST_SUITE_END();
