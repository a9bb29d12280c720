// Stacks of this test's own threads: where the kernel switched away from them, and where a clock found them.
#include <doctest/doctest.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <ebpfxx.hpp>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "support/bpf_folder.hpp"
#include "support/busy.hpp"
#include "support/kernel_types.hpp"
#include "support/switches.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;
using namespace std::chrono_literals;

inline constexpr Config<std::int32_t> watched = 0;
inline StackTraces<4096> stacks;
inline StackTraces<1, 4> few_stacks;
inline Map<std::uint32_t, Atomic<std::uint64_t>> seen;
inline PerCpu<std::uint64_t> unrecorded;

inline constexpr Program<BtfTracepoint<"sched_switch">> at_btf_switch = [](BtfTracepoint<"sched_switch">::Event event) {
  if (event.prev->pid != watched) return;
  if (auto id = stacks.record(event)) seen.update(*id, [](auto& count) { count += 1; });
};
inline constexpr Program<Tracepoint<"sched", "sched_switch">> at_switch =
    [](Tracepoint<"sched", "sched_switch">::Event event) {
      if (event->prev_pid != watched) return;
      if (auto id = stacks.record(event)) seen.update(*id, [](auto& count) { count += 1; });
      if (!few_stacks.record(event)) unrecorded.update([](std::uint64_t& count) { count += 1; });
    };
inline constexpr Program<PerfEvent> at_tick = [](PerfEvent::Event event) {
  if (auto id = stacks.record_user(event)) seen.update(*id, [](auto& count) { count += 1; });
};

namespace {

/// The kernel's functions by their addresses (/proc/kallsyms).
class KernelFunctions {
 public:
  KernelFunctions() {
    std::ifstream file("/proc/kallsyms");
    for (std::string line; std::getline(file, line);) {
      std::istringstream fields(line);
      std::uint64_t address;
      std::string type, name;
      if (fields >> std::hex >> address >> type >> name && (type == "t" || type == "T")) names_[address] = name;
    }
  }

  std::string at(std::uint64_t address) const {
    const auto behind = names_.upper_bound(address);
    return behind == names_.begin() ? std::string() : std::prev(behind)->second;
  }

 private:
  std::map<std::uint64_t, std::string> names_;
};

bool has_function(const KernelFunctions& functions, const std::vector<std::uint64_t>& frames, const std::string& name) {
  for (const std::uint64_t frame : frames)
    if (functions.at(frame).find(name) != std::string::npos) return true;
  return false;
}

extern "C" char __executable_start, etext;  // of the linker: the code of this executable is between them

template <class Hook>
void check_switches(const Program<Hook>& program) {
  auto object = Object::open(program);
  object[watched] = gettid();
  object.load();
  {
    const Link link = object[program].attach();
    switch_away(20);
  }
  const KernelFunctions functions;
  std::uint64_t slept = 0;
  for (const auto& [id, count] : object[seen]) {
    const std::vector<std::uint64_t> frames = object[stacks].frames(id);
    REQUIRE(frames.size() > 2);
    CHECK(has_function(functions, frames, "schedule"));
    if (has_function(functions, frames, "nanosleep")) slept += count;
  }
  CHECK(slept >= 20);
}

}  // namespace

TEST_CASE("a BTF tracepoint's stack says why the thread left its CPU" *
          doctest::test_suite("BtfTracepoint, StackTraces")) {
  check_switches(at_btf_switch);
}

TEST_CASE("a tracepoint's stack, and another that finds its place taken" *
          doctest::test_suite("Tracepoint, StackTraces")) {
  check_switches(at_switch);
  auto object = Object::open(at_switch);
  object[watched] = gettid();
  object.load();
  {
    const Link link = object[at_switch].attach();
    switch_away(1);
    sched_yield();
    keep_busy(20ms);
    std::ifstream("/proc/self/status").get();
    switch_away(1);
  }
  // Of the sleeps all but one stack has no place; the one that has is cut to four frames.
  CHECK(object[few_stacks].frames(0).size() <= 4);
  CHECK(!object[few_stacks].frames(0).empty());
  CHECK(object[few_stacks].frames(1).empty());
}

TEST_CASE("a clock's stack is in the code that was busy" * doctest::test_suite("PerfEvent, StackTraces")) {
  auto object = Object::open(at_tick);
  object.load();
  {
    const Link link = object[at_tick].attach(CpuClock(1ms).thread(gettid()));
    keep_busy(100ms);
  }
  std::uint64_t in_test = 0, all = 0;
  for (const auto& [id, count] : object[seen]) {
    const std::vector<std::uint64_t> frames = object[stacks].frames(id);
    REQUIRE_FALSE(frames.empty());
    all += count;
    for (const std::uint64_t frame : frames)
      if (frame >= reinterpret_cast<std::uint64_t>(&__executable_start) &&
          frame < reinterpret_cast<std::uint64_t>(&etext)) {
        in_test += count;
        break;
      }
  }
  CHECK(all >= 10);
  CHECK(in_test >= all / 2);
}

TEST_CASE("stacks are erased one by one, and reopened from a pin" * doctest::test_suite("StackTraces")) {
  const BpfFolder folder;
  auto object = Object::open(at_btf_switch);
  object[watched] = gettid();
  CHECK_FALSE(object.reuse(stacks, folder / "stacks"));
  object.load();
  {
    const Link link = object[at_btf_switch].attach();
    switch_away(1);
  }
  object[stacks].pin(folder / "stacks");
  std::uint32_t id = 0;
  for (const auto& [number, count] : object[seen]) id = number;
  REQUIRE_FALSE(object[stacks].frames(id).empty());
  auto next = Object::open(at_btf_switch);
  CHECK(next.reuse(stacks, folder / "stacks"));
  next.load();
  CHECK(next[stacks].frames(id) == object[stacks].frames(id));
  CHECK(next[stacks].erase(id));
  CHECK_FALSE(next[stacks].erase(id));
  CHECK(object[stacks].frames(id).empty());
}
