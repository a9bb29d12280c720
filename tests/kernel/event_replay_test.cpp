// Programs at events that no test run makes: what they make of real ones, and natively of the same ones. Each program
// reports what it was given, in a ring buffer, beside its own work in maps.
#include <bpf/libbpf.h>
#include <doctest/doctest.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <ebpfxx.hpp>
#include <ebpfxx/native/native.hpp>
#include <thread>
#include <type_traits>
#include <vector>

#include "support/busy.hpp"
#include "support/kernel_types.hpp"
#include "support/switches.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;

using BtfSwitch = BtfTracepoint<"sched_switch">;
using Switch = Tracepoint<"sched", "sched_switch">;

/// A switch from one thread to another, and the thread that it was seen in.
struct Turn {
  std::int32_t from, to;
  std::int64_t state;
  std::uint32_t process, thread;
  std::uint64_t preempt;
};
inline RingBuffer<1 << 20, Turn> turns;
inline Map<std::int32_t, Atomic<std::uint64_t>, Hash<4096>> left, came;
inline PerCpu<std::uint64_t> own;
inline constexpr Config<std::int32_t> thread_id = 0;

constexpr void count(const auto& map, std::int32_t thread) {
  map.update(thread, [](auto& times) { times += 1; });
}

constexpr void look_at(const Turn& turn) {
  if (turn.from != thread_id && turn.to != thread_id) return;
  turns.submit(turn);
  count(left, turn.from);
  count(came, turn.to);
  if (turn.thread == static_cast<std::uint32_t>(turn.from) && turn.preempt == 0 && turn.state != 0)
    own.update([](std::uint64_t& times) { times += 1; });
}

inline constexpr Program<BtfSwitch> on_btf_switch = [](BtfSwitch::Event event) {
  const TaskIds task = current_task_ids();
  look_at({event.prev->pid, event.next->pid, event.prev_state, task.process, task.thread, event.preempt});
};
inline constexpr Program<Switch> on_switch = [](Switch::Event event) {
  const TaskIds task = current_task_ids();
  look_at({event->prev_pid, event->next_pid, event->prev_state, task.process, task.thread, 0});
};

/// A tick of a CPU's clock, and the thread that it interrupted.
struct Tick {
  std::uint64_t place, period;
  std::uint32_t process, thread;
};
inline RingBuffer<1 << 20, Tick> ticks;
inline Map<std::uint32_t, Atomic<std::uint64_t>, Hash<1024>> time_by_thread;
inline PerCpu<std::uint64_t> in_user_code;

inline constexpr Program<PerfEvent> on_tick = [](PerfEvent::Event event) {
  const TaskIds task = current_task_ids();
  ticks.submit(Tick{event.instruction_pointer(), event.period(), task.process, task.thread});
  const std::uint64_t period = event.period();
  time_by_thread.update(task.thread, [&](auto& time) { time += period; });
  // The kernel's own code is in the upper half.
  if (event.instruction_pointer() >> 63 == 0) in_user_code.update([](std::uint64_t& times) { times += 1; });
};

namespace {

template <class Side, class Ring>
auto records_of(Side& side, const Ring& ring) {
  std::vector<std::remove_cvref_t<decltype(*side[ring].begin())>> records;
  for (const auto& record : side[ring]) records.push_back(record);
  CHECK(side[ring].dropped() == 0);
  return records;
}

template <class Variable>
void check_same(Object& object, Native& native, const Variable& map) {
  std::size_t entries = 0;
  for (const auto [key, value] : object[map]) {
    ++entries;
    CAPTURE(key);
    CHECK(native[map].find(key) == value);
  }
  for (const auto entry : native[map]) {
    static_cast<void>(entry);
    --entries;
  }
  CHECK(entries == 0);
}

/// Has a thread leave its CPU while the program watches it, and hands every turn that was seen to `replay`.
template <class Hook, class Replay>
void check_turns(const Program<Hook>& program, Replay replay) {
  auto object = Object::open(program);
  Native native(static_cast<std::uint32_t>(libbpf_num_possible_cpus()));
  std::thread([&] {
    object[thread_id] = gettid();
    native[thread_id] = gettid();
    object.load();
    const Link link = object[program].attach();
    switch_away(20);
  }).join();
  const auto seen = records_of(object, turns);
  CHECK(seen.size() >= 39);  // the thread's last turn back may come behind the detaching
  for (const Turn& turn : seen) {
    native.task({.process = turn.process, .thread = turn.thread}, "");
    replay(native, turn);
  }
  check_same(object, native, left);
  check_same(object, native, came);
  CHECK(native[own].sum() == object[own].sum());
  CHECK(native[own].sum() >= 20);
  CHECK(records_of(native, turns).size() == seen.size());
}

}  // namespace

TEST_CASE("switches seen through a BTF tracepoint are counted as natively" * doctest::test_suite("BtfTracepoint")) {
  check_turns(on_btf_switch, [](Native& native, const Turn& turn) {
    kernel::task_struct from{}, to{};
    from.pid = turn.from;
    to.pid = turn.to;
    native(on_btf_switch)({.preempt = turn.preempt != 0,
                           .prev = &from,
                           .next = &to,
                           .prev_state = static_cast<unsigned int>(turn.state)});
  });
}

TEST_CASE("switches seen through a tracepoint's record are counted as natively" * doctest::test_suite("Tracepoint")) {
  check_turns(on_switch, [](Native& native, const Turn& turn) {
    kernel::trace_event_raw_sched_switch record{};
    record.prev_pid = turn.from;
    record.next_pid = turn.to;
    record.prev_state = turn.state;
    native(on_switch)(record);
  });
}

TEST_CASE("ticks of the clocks are counted as natively" * doctest::test_suite("PerfEvent")) {
  using namespace std::chrono_literals;
  auto object = Object::open(on_tick);
  object.load();
  {
    const Link link = object[on_tick].attach(CpuClock(1ms));
    keep_busy(100ms);
  }
  const auto seen = records_of(object, ticks);
  CHECK(seen.size() >= 10);
  Native native;
  for (const Tick& tick : seen) {
    native.task({.process = tick.process, .thread = tick.thread}, "");
    native(on_tick)(PerfEvent::at(tick.place, tick.period));
  }
  check_same(object, native, time_by_thread);
  CHECK(native[in_user_code].sum() == object[in_user_code].sum());
  CHECK(native[in_user_code].sum() >= 10);
}
