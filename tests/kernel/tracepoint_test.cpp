// Tracepoints hit by threads of the test itself: every event that is theirs, with the kernel's own counts beside them.
#include <bpf/bpf.h>
#include <doctest/doctest.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdint>
#include <ebpfxx.hpp>
#include <string>
#include <thread>

#include "support/expect_error.hpp"
#include "support/kernel_types.hpp"
#include "support/switches.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;

template <>
struct ebpfxx::BtfTracepointEvent<"nobody_has_this"> {};
namespace ebpfxx::kernel {
struct EBPFXX_KERNEL_TYPE trace_event_raw_nobody_has_this{};
}  // namespace ebpfxx::kernel
template <>
struct ebpfxx::TracepointRecord<"nobody_has_this"> {
  using type = kernel::trace_event_raw_nobody_has_this;
};

namespace {

using BtfSwitch = BtfTracepoint<"sched_switch">;
using Switch = Tracepoint<"sched", "sched_switch">;

}  // namespace

/// A thread that left its CPU, or came back.
struct Passages {
  Atomic<std::uint64_t> left_by_itself, left, came;
};
inline constexpr Config<std::int32_t> thread_id = 0;
inline Map<std::uint32_t, Passages> btf_passages;
inline Map<std::uint32_t, Passages> passages;
inline Map<std::uint32_t, std::uint64_t> numbers;
inline Map<std::uint32_t, Text<16>> names;

inline constexpr Program<BtfSwitch> on_btf_switch = [](BtfSwitch::Event event) {
  if (event.prev->pid == thread_id)
    btf_passages.update(0, [&](Passages& all) {
      all.left += 1;
      if (!event.preempt && event.prev_state != 0) all.left_by_itself += 1;
    });
  if (event.next->pid == thread_id) btf_passages.update(0, [](Passages& all) { all.came += 1; });
};

inline constexpr Program<Switch> on_switch = [](Switch::Event event) {
  if (event->prev_pid == thread_id)
    passages.update(0, [&](Passages& all) {
      all.left += 1;
      // TASK_REPORT in the kernel's linux/sched.h; the bit above stands for a preempted task.
      if ((event->prev_state & 0xff) != 0) all.left_by_itself += 1;
    });
  if (event->next_pid != thread_id) return;
  passages.update(0, [](Passages& all) { all.came += 1; });
  numbers.set(0, static_cast<std::uint64_t>(event->next_prio));
  names.set(0, kernel_text(event->next_comm));
};

/// Asks at each event which task it is, into what is const.
inline Map<std::uint32_t, std::uint64_t> leaving_threads;
inline constexpr Program<BtfSwitch> note_leaving_thread = [](BtfSwitch::Event event) {
  const TaskIds task = current_task_ids();
  if (event.prev->pid == thread_id) leaving_threads.set(0, task.thread);
};

inline constexpr Program<BtfTracepoint<"nobody_has_this">> on_nothing_btf =
    [](BtfTracepoint<"nobody_has_this">::Event) {};
inline constexpr Program<Tracepoint<"sched", "nobody_has_this">> on_nothing =
    [](Tracepoint<"sched", "nobody_has_this">::Event) {};

namespace {

/// Runs in a thread of its own, so that nothing but `switch_away` is counted on both sides.
template <class Hook>
std::uint64_t switch_in_a_thread(Object& object, const Program<Hook>& program, std::uint64_t times) {
  std::uint64_t switches = 0;
  std::thread([&] {
    prctl(PR_SET_NAME, "ebpfxx-sleeper");
    object[thread_id] = gettid();
    object.load();
    const Link link = object[program].attach();
    const std::uint64_t before = voluntary_switches();
    switch_away(times);
    switches = voluntary_switches() - before;
  }).join();
  return switches;
}

template <class Handle>
void check_passages(const Handle& handle, std::uint64_t switches) {
  const auto found = handle.find(0);
  REQUIRE(found);
  CHECK(switches >= 20);
  // The thread leaves once more where attaching and detaching wait.
  CHECK(found->left_by_itself >= switches);
  CHECK(found->left_by_itself <= switches + 4);
  CHECK(found->left >= found->left_by_itself);
  CHECK(found->came >= switches);
  CHECK(found->came <= found->left + 1);
}

}  // namespace

TEST_CASE("a program sees every passage of a thread through a BTF tracepoint, as the kernel counts them" *
          doctest::test_suite("BtfTracepoint")) {
  auto object = Object::open(on_btf_switch);
  const std::uint64_t switches = switch_in_a_thread(object, on_btf_switch, 20);
  check_passages(object[btf_passages], switches);
}

TEST_CASE("a program sees every passage of a thread through a tracepoint's record, as the kernel counts them" *
          doctest::test_suite("Tracepoint")) {
  auto object = Object::open(on_switch);
  const std::uint64_t switches = switch_in_a_thread(object, on_switch, 20);
  check_passages(object[passages], switches);
  CHECK(object[numbers].find(0) == 120);
  CHECK(object[names].find(0) == Text<16>{"ebpfxx-sleeper"});
}

TEST_CASE_TEMPLATE("a program sees nothing before it is attached and after it is detached" *
                       doctest::test_suite("BtfTracepoint, Tracepoint"),
                   Attached, std::integral_constant<bool, true>, std::integral_constant<bool, false>) {
  constexpr bool with_btf = Attached::value;
  auto object = Object::open(on_btf_switch, on_switch);
  object[thread_id] = gettid();
  object.load();
  const auto count = [&] {
    const auto found = with_btf ? object[btf_passages].find(0) : object[passages].find(0);
    return found ? found->left.load() : 0;
  };
  switch_away(5);
  CHECK(count() == 0);
  Link link = with_btf ? object[on_btf_switch].attach() : object[on_switch].attach();
  switch_away(5);
  const auto seen = count();
  CHECK(seen >= 5);
  link.detach();
  CHECK_FALSE(link);
  const auto at_end = count();
  switch_away(5);
  CHECK(count() == at_end);
}

TEST_CASE("a const struct has what the kernel says at that time" * doctest::test_suite("BtfTracepoint")) {
  auto object = Object::open(note_leaving_thread);
  std::thread([&] {
    object[thread_id] = gettid();
    object.load();
    const Link link = object[note_leaving_thread].attach();
    switch_away(5);
    CHECK(object[leaving_threads].find(0) == static_cast<std::uint64_t>(gettid()));
  }).join();
}

TEST_CASE("two programs at one tracepoint do not disturb each other" * doctest::test_suite("BtfTracepoint")) {
  auto one = Object::open(on_btf_switch), other = Object::open(on_btf_switch);
  for (Object* object : {&one, &other}) {
    (*object)[thread_id] = gettid();
    object->load();
  }
  const Link kept = one[on_btf_switch].attach();
  {
    const Link link = other[on_btf_switch].attach();
    switch_away(3);
  }
  const auto before = one[btf_passages].find(0)->left;
  const auto of_other = other[btf_passages].find(0)->left;
  switch_away(3);
  CHECK(of_other >= 3);
  CHECK(one[btf_passages].find(0)->left >= before + 3);
  CHECK(other[btf_passages].find(0)->left == of_other);
}

TEST_CASE_TEMPLATE("a link that is kept goes on without its object, and the next attachment takes it over" *
                       doctest::test_suite("BtfTracepoint, Tracepoint"),
                   Attached, std::integral_constant<bool, true>, std::integral_constant<bool, false>) {
  constexpr bool with_btf = Attached::value;
  const auto open = [] {
    auto object = Object::open(on_btf_switch, on_switch);
    object[thread_id] = gettid();
    object.load();
    return object;
  };
  const auto attach = [](const Object& object) {
    return with_btf ? object[on_btf_switch].attach() : object[on_switch].attach();
  };
  std::uint32_t earlier = 0;
  {
    auto object = open();
    Link link = attach(object);
    CHECK_FALSE(link.taken_over());
    try {
      link.keep();
    } catch (const Error& error) {
      REQUIRE(error.code().value() == ENOTSUP);
      MESSAGE("skipped: no bpf file system is mounted");
      return;
    }
    earlier = with_btf ? object[on_btf_switch].id() : object[on_switch].id();
  }
  CHECK(bpf_prog_get_fd_by_id(earlier) >= 0);
  auto object = open();
  Link link = attach(object);
  CHECK(link.taken_over());
  link.detach();
  CHECK_FALSE(attach(object).taken_over());
}

TEST_CASE("a tracepoint that the kernel lacks is refused, by its name" *
          doctest::test_suite("BtfTracepoint, Tracepoint")) {
  auto with_btf = Object::open(on_nothing_btf);
  expect_error(ESRCH, "cannot load program on_nothing_btf: the BTF of this kernel has no 'nobody_has_this'", [&] {
    with_btf.load();
    return 0;
  });
  auto object = Object::open(on_nothing);
  object.load();
  expect_error(ENOENT,
               "cannot attach on_nothing to tracepoint sched/nobody_has_this: this kernel has no such tracepoint",
               [&] { return object[on_nothing].attach(); });
}
