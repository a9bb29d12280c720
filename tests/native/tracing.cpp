#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <tuple>

#include <ebpfxx/kernel/core_relocation.hpp>
#include <ebpfxx/language.hpp>
#include <ebpfxx/native/native.hpp>

using namespace ebpfxx;

namespace ebpfxx::kernel {
struct EBPFXX_KERNEL_TYPE task_struct {
  int pid, tgid;
  char comm[16];
  unsigned char bytes[4];
  task_struct* real_parent;
};
struct EBPFXX_KERNEL_TYPE trace_event_raw_sched_switch {
  int prev_pid, next_pid;
};
}  // namespace ebpfxx::kernel
using kernel::task_struct;

template <>
struct ebpfxx::BtfTracepointEvent<"sched_switch"> {
  bool preempt;
  KernelPointer<task_struct> prev, next;
  unsigned int prev_state;
};
template <>
struct ebpfxx::TracepointRecord<"sched_switch"> {
  using type = kernel::trace_event_raw_sched_switch;
};

namespace {

using Switch = BtfTracepoint<"sched_switch">;
using SwitchRecord = Tracepoint<"sched", "sched_switch">;

Map<std::uint32_t, std::uint64_t> seen;
void note(std::uint32_t place, std::uint64_t value) { seen.set(place, value); }
void note(std::uint32_t place, int value) { note(place, static_cast<std::uint64_t>(value)); }

constexpr Program<Switch> look_at_event = [](Switch::Event event) {
  note(0, event.preempt);
  note(1, event.prev->pid);
  note(2, event.next->real_parent->tgid);
  note(3, std::uint64_t{event.prev_state});
  note(4, event.prev == event.next);
};

constexpr Program<Switch> read_addresses = [](Switch::Event event) {
  const KernelAddress<task_struct> task = event.prev;
  auto tgid = task.read([](auto& task) { return &task.tgid; });
  if (tgid) note(0, *tgid);
  auto parent = task.read([](auto& task) { return &task.real_parent; });
  if (parent) note(1, static_cast<bool>(*parent));
  if (auto found = task.read([](auto& task) { return &task.real_parent; }, [](auto& task) { return &task.tgid; }))
    note(2, *found);
  if (auto bytes = task.read([](auto& task) { return &task.bytes; })) note(3, (*bytes)[3]);
  if (auto name = task.text([](auto& task) { return &task.comm; })) note(4, name->view().size());
  if (KernelAddress<int>().read()) note(5, 1);
};

constexpr Program<SwitchRecord> look_at_record = [](SwitchRecord::Event event) {
  note(0, event->prev_pid);
  note(1, event->next_pid);
};

constexpr Program<PerfEvent> look_at_tick = [](PerfEvent::Event event) {
  note(0, event.instruction_pointer());
  note(1, event.period());
  note(2, event.address());
};

constexpr Program<SwitchRecord> look_at_task = [](SwitchRecord::Event) {
  note(0, std::uint64_t{current_task_ids().process});
  note(1, std::uint64_t{current_task_ids().thread});
  note(2, current_command() == "sleeper");
  if (auto task = current_task<task_struct>()) note(3, task->pid);
};

constexpr Program<Switch> ask = [](Switch::Event) {
  note(0, kernel_has<task_struct>([](auto& task) { return &task.pid; }));
};

}  // namespace

TEST_CASE("a program gets the arguments of a tracepoint natively" * doctest::test_suite("BtfTracepoint")) {
  Native native;
  task_struct parent{.pid = 3, .tgid = 4, .comm = {}, .bytes = {}, .real_parent = nullptr};
  task_struct one{.pid = 5, .tgid = 6, .comm = {}, .bytes = {}, .real_parent = nullptr};
  task_struct other{.pid = 7, .tgid = 8, .comm = {}, .bytes = {}, .real_parent = &parent};
  native(look_at_event)({.preempt = true, .prev = &one, .next = &other, .prev_state = 9});
  CHECK(native[seen].find(0) == 1);
  CHECK(native[seen].find(1) == 5);
  CHECK(native[seen].find(2) == 4);
  CHECK(native[seen].find(3) == 9);
  CHECK(native[seen].find(4) == 0);
}

TEST_CASE("natively, what an address leads to is read, and nothing where nothing is" *
          doctest::test_suite("BtfTracepoint")) {
  Native native;
  task_struct parent{.pid = 3, .tgid = 4, .comm = {}, .bytes = {}, .real_parent = nullptr};
  // 16 characters without a zero: the last one gives way to it.
  task_struct task{.pid = 5,
                   .tgid = 6,
                   .comm = {'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p'},
                   .bytes = {1, 2, 3, 4},
                   .real_parent = &parent};
  native(read_addresses)({.preempt = false, .prev = &task, .next = &task, .prev_state = 0});
  CHECK(native[seen].find(0) == 6);
  CHECK(native[seen].find(1) == 1);
  CHECK(native[seen].find(2) == 4);
  CHECK(native[seen].find(3) == 4);
  CHECK(native[seen].find(4) == 15);
  CHECK_FALSE(native[seen].find(5));

  Native without_parent;
  task.real_parent = nullptr;
  without_parent(read_addresses)({.preempt = false, .prev = &task, .next = &task, .prev_state = 0});
  CHECK(without_parent[seen].find(1) == 0);
  CHECK_FALSE(without_parent[seen].find(2));

  Native nothing;
  nothing(read_addresses)({.preempt = false, .prev = nullptr, .next = &task, .prev_state = 0});
  for (std::uint32_t place = 0; place < 5; ++place) CHECK_FALSE(nothing[seen].find(place));
}

TEST_CASE("a program gets the record of a tracepoint natively" * doctest::test_suite("Tracepoint")) {
  Native native;
  native(look_at_record)({.prev_pid = 5, .next_pid = 6});
  CHECK(native[seen].find(0) == 5);
  CHECK(native[seen].find(1) == 6);
}

TEST_CASE("a program gets the context of a perf event natively" * doctest::test_suite("PerfEvent")) {
  Native native;
  native(look_at_tick)(PerfEvent::at(0x1234, 1000, 7));
  CHECK(native[seen].find(0) == 0x1234);
  CHECK(native[seen].find(1) == 1000);
  CHECK(native[seen].find(2) == 7);
}

TEST_CASE("programs run in the task that the application says" * doctest::test_suite("Tracepoint")) {
  Native native;
  native(look_at_task)({.prev_pid = 0, .next_pid = 0});
  CHECK(native[seen].find(0) == 0);
  CHECK(native[seen].find(2) == 0);
  CHECK_FALSE(native[seen].find(3));
  const task_struct task{.pid = 9, .tgid = 0, .comm = {}, .bytes = {}, .real_parent = nullptr};
  native.task({.process = 5, .thread = 6}, "sleeper", &task);
  native(look_at_task)({.prev_pid = 0, .next_pid = 0});
  CHECK(native[seen].find(0) == 5);
  CHECK(native[seen].find(1) == 6);
  CHECK(native[seen].find(2) == 1);
  CHECK(native[seen].find(3) == 9);
  native.task({.process = 5, .thread = 6}, "a name of more characters");
  native(look_at_task)({.prev_pid = 0, .next_pid = 0});
  CHECK(native[seen].find(2) == 0);
}

TEST_CASE("natively, the kernel has what the header has" * doctest::test_suite("BtfTracepoint")) {
  Native native;
  native(ask)({.preempt = false, .prev = nullptr, .next = nullptr, .prev_state = 0});
  CHECK(native[seen].find(0) == 1);
}
