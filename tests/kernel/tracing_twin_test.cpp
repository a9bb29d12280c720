// The examples that trace, and their twins in C, at the same events, since these have no test run. Events of others
// come between two looks at a map: what both count is about the same, and what this thread alone does is the same.
#include <bpf/bpf.h>
#include <doctest/doctest.h>
#include <linux/perf_event.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "os/perf_event.hpp"
#include "os/trace_files.hpp"
#include "support/busy.hpp"
#include "support/object_file.hpp"
#include "support/switches.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;

namespace {

std::uint64_t turns(const ObjectFile& object) {
  std::uint64_t sum = 0;
  for (std::uint32_t bucket = 0; bucket < 32; ++bucket) {
    std::vector<std::uint64_t> counts(static_cast<std::size_t>(libbpf_num_possible_cpus()));
    REQUIRE(bpf_map_lookup_elem(object.map("turns"), &bucket, counts.data()) == 0);
    sum = std::accumulate(counts.begin(), counts.end(), sum);
  }
  return sum;
}

/// As both sources have it.
struct Use {
  std::uint64_t ticks, kernel_ticks, switches, waits;
};

/// Of this thread, on all CPUs.
Use use(const ObjectFile& object) {
  std::vector<Use> uses(static_cast<std::size_t>(libbpf_num_possible_cpus()));
  const auto thread = static_cast<std::uint32_t>(gettid());
  REQUIRE(bpf_map_lookup_elem(object.map("uses"), &thread, uses.data()) == 0);
  Use sum{};
  for (const Use& each : uses)
    sum = {sum.ticks + each.ticks, sum.kernel_ticks + each.kernel_ticks, sum.switches + each.switches,
           sum.waits + each.waits};
  return sum;
}

detail::os::FileDescriptor at_ticks_of_this_thread(const ObjectFile& object) {
  perf_event_attr clock{};
  clock.type = PERF_TYPE_SOFTWARE;
  clock.config = PERF_COUNT_SW_CPU_CLOCK;
  clock.sample_period = 1'000'000;
  return detail::os::link_to_perf_event(clock, gettid(), -1, object.program("count_ticks"), "tick", "count_ticks");
}

detail::os::FileDescriptor at_switches(const ObjectFile& object) {
  const auto folder = detail::os::trace_folder();
  REQUIRE(folder);
  int error = 0;
  const auto number = detail::os::tracepoint_number(*folder, "sched/sched_switch", error);
  REQUIRE(number);
  perf_event_attr tracepoint{};
  tracepoint.type = PERF_TYPE_TRACEPOINT;
  tracepoint.config = *number;
  return detail::os::link_to_perf_event(tracepoint, -1, 0, object.program("count_switches"), "switch",
                                        "count_switches");
}

}  // namespace

TEST_CASE("switch_hist and its twin in C count the same turns" * doctest::test_suite("BtfTracepoint")) {
  const ObjectFile ours(EBPFXX_EXAMPLES "/switch_hist/switch_hist.bpf.o");
  const ObjectFile twin(EBPFXX_TWINS "/switch_hist.c.o");
  const detail::os::FileDescriptor our_link(bpf_raw_tracepoint_open(nullptr, ours.program("count_turns")));
  const detail::os::FileDescriptor twin_link(bpf_raw_tracepoint_open(nullptr, twin.program("count_turns")));
  REQUIRE(our_link.valid());
  REQUIRE(twin_link.valid());
  switch_away(500);
  // The maps are read in one order, and then in the other.
  const std::uint64_t our_start = turns(ours), twin_start = turns(twin);
  switch_away(500);
  const std::uint64_t twin_end = turns(twin), our_end = turns(ours);
  const std::uint64_t counted_by_us = our_end - our_start, counted_by_twin = twin_end - twin_start;
  CHECK(counted_by_twin >= 500);
  CHECK(counted_by_us >= counted_by_twin);
  CHECK(counted_by_us <= counted_by_twin + counted_by_twin / 10 + 100);
}

TEST_CASE("cpu_use and its twin in C count the same ticks and switches of a thread" *
          doctest::test_suite("PerfEvent, Tracepoint")) {
  const ObjectFile ours(EBPFXX_EXAMPLES "/cpu_use/cpu_use.bpf.o");
  const ObjectFile twin(EBPFXX_TWINS "/cpu_use.c.o");
  Use by_us{}, by_twin{};
  {
    const auto our_ticks = at_ticks_of_this_thread(ours), twin_ticks = at_ticks_of_this_thread(twin);
    keep_busy(std::chrono::milliseconds(200));
  }
  {
    const auto our_switches = at_switches(ours), twin_switches = at_switches(twin);
    switch_away(100);
    by_us = use(ours);
    by_twin = use(twin);
  }
  CHECK(by_twin.ticks >= 20);
  // Two clocks, of which an emulated machine may lose some ticks each.
  const std::uint64_t lost = 5 + by_us.ticks / 5;
  CHECK(by_us.ticks + lost >= by_twin.ticks);
  CHECK(by_twin.ticks + lost >= by_us.ticks);
  CHECK(by_us.kernel_ticks <= by_us.ticks);
  CHECK(by_us.kernel_ticks + lost + 5 >= by_twin.kernel_ticks);
  CHECK(by_twin.kernel_ticks + lost + 5 >= by_us.kernel_ticks);
  CHECK(by_us.waits >= 100);
  CHECK(by_us.switches >= by_us.waits);
  // The thread may leave its CPU between two looks, or two links.
  CHECK(by_twin.switches + 2 >= by_us.switches);
  CHECK(by_us.switches + 2 >= by_twin.switches);
  CHECK(by_twin.waits + 2 >= by_us.waits);
  CHECK(by_us.waits + 2 >= by_twin.waits);
}
