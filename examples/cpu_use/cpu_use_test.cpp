// What cpu_use counts for a thread.
#include <cstdint>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/testing/doctest.hpp>

#include "cpu_use.hpp"

namespace {

constexpr std::uint64_t last_outside = 0x7fffffffffffffff, first_in_kernel = 0x8000000000000000;

void tick(Native& native, std::uint32_t thread, std::uint64_t place) {
  native.task({.process = 1, .thread = thread}, "worker");
  native(count_ticks)(PerfEvent::at(place));
}

Use use_of(Native& native, std::uint32_t thread) {
  const auto found = native[uses].find(thread);
  return found ? found->sum() : Use{};
}

}  // namespace

TEST_CASE("ticks belong to the thread that they interrupt") {
  Native native;
  tick(native, 7, last_outside);
  tick(native, 7, first_in_kernel);
  tick(native, 7, 0xffffffffffffffff);
  tick(native, 8, 0);
  CHECK(use_of(native, 7).ticks == 3);
  CHECK(use_of(native, 7).kernel_ticks == 2);
  CHECK(use_of(native, 8).ticks == 1);
  CHECK(use_of(native, 8).kernel_ticks == 0);
  CHECK(use_of(native, 7).switches == 0);
  CHECK(!native[uses].find(1));
}

TEST_CASE("a switch is one to wait when the thread's state says so") {
  Native native;
  constexpr long running = 0, interruptible = 1, dead = 0x80, preempted = 0x100;
  for (const long state : {running, interruptible, dead, preempted, preempted | interruptible})
    native(count_switches)({.prev_pid = 7, .prev_state = state});
  CHECK(use_of(native, 7).switches == 5);
  CHECK(use_of(native, 7).waits == 3);
  CHECK(use_of(native, 7).ticks == 0);
}

TEST_CASE("an idle CPU is no thread") {
  Native native;
  native(count_switches)({.prev_pid = 0, .prev_state = 1});
  CHECK(!native[uses].find(0));
}

TEST_CASE("threads move between CPUs") {
  Native native(2);
  tick(native, 7, 0);
  native.cpu(1);
  tick(native, 7, 0);
  native(count_switches)({.prev_pid = 7, .prev_state = 0});
  CHECK(use_of(native, 7).ticks == 2);
  CHECK(use_of(native, 7).switches == 1);
}

TEST_CASE("4096 threads are counted, and no more") {
  Native native(1);
  for (std::uint32_t thread = 1; thread <= 4097; ++thread) tick(native, thread, 0);
  CHECK(use_of(native, 4096).ticks == 1);
  CHECK(!native[uses].find(4097));
  tick(native, 1, 0);
  CHECK(use_of(native, 1).ticks == 2);
}
