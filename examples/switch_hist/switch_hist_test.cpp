// In which buckets switch_hist counts the turns of tasks.
#include <chrono>
#include <cstdint>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/testing/doctest.hpp>

#include "switch_hist.hpp"

using namespace std::chrono_literals;

namespace {

constexpr task_struct idle{.pid = 0, .tgid = 0}, worker{.pid = 8, .tgid = 7}, other{.pid = 9, .tgid = 9};

/// A task leaves the CPU at this time.
void leaves(Native& native, const task_struct& task, std::chrono::nanoseconds when) {
  native.clock(when);
  native(count_turns)({.preempt = false, .prev = &task, .next = &other});
}

std::uint64_t all_turns(Native& native) {
  std::uint64_t total = 0;
  for (auto [index, counts] : native[turns]) total += counts.sum();
  return total;
}

/// How often a turn of this time is counted in this bucket.
std::uint64_t counted_in(std::uint32_t bucket, std::chrono::nanoseconds turn) {
  Native native;
  leaves(native, worker, 1s);
  leaves(native, worker, 1s + turn);
  CHECK(all_turns(native) == 1);
  return native[turns][bucket].sum();
}

}  // namespace

TEST_CASE("bucket n has 2^n to 2^(n+1) - 1 microseconds") {
  CHECK(counted_in(0, 0us) == 1);
  CHECK(counted_in(0, 1us) == 1);
  CHECK(counted_in(0, 1999ns) == 1);
  CHECK(counted_in(1, 2us) == 1);
  for (std::uint32_t n = 2; n < 32; ++n) {
    CHECK(counted_in(n, std::chrono::microseconds(1ULL << n)) == 1);
    CHECK(counted_in(n - 1, std::chrono::microseconds(1ULL << n) - 1ns) == 1);
  }
}

TEST_CASE("the first switch of a CPU has no turn before it") {
  Native native(2);
  leaves(native, worker, 1s);
  CHECK(all_turns(native) == 0);
  native.cpu(1);
  leaves(native, worker, 1s + 4us);
  CHECK(all_turns(native) == 0);
  leaves(native, worker, 1s + 6us);
  CHECK(native[turns][1][0] == 0);
  CHECK(native[turns][1][1] == 1);
  native.cpu(0);
  leaves(native, worker, 1s + 8us);
  CHECK(native[turns][3][0] == 1);
}

TEST_CASE("idle time is not counted, and not added to the next turn") {
  Native native;
  leaves(native, worker, 1s);
  leaves(native, idle, 2s);
  CHECK(all_turns(native) == 0);
  leaves(native, worker, 2s + 16us);
  CHECK(native[turns][4].sum() == 1);
  CHECK(all_turns(native) == 1);
}

TEST_CASE("the application chooses a process, of which all threads count") {
  Native native;
  native[process] = 7;
  leaves(native, other, 1s);
  leaves(native, worker, 1s + 2us);
  leaves(native, other, 1s + 6us);
  CHECK(native[turns][1].sum() == 1);
  CHECK(all_turns(native) == 1);
  native[process] = 8;  // a thread is no process
  leaves(native, worker, 1s + 8us);
  CHECK(all_turns(native) == 1);
}
