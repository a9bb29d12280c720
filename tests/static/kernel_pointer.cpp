// KernelPointer, its two kinds of trust, and programs that look on, at compile time.
#include <doctest/doctest.h>

#include <concepts>
#include <type_traits>

#include <ebpfxx/kernel/core_relocation.hpp>
#include <ebpfxx/language.hpp>

using namespace ebpfxx;

namespace {

struct Task {
  int pid;
  const Task* parent;
  char name[4];
  unsigned char bytes[2];
};
using Trusted = KernelPointer<Task>;
using Address = KernelAddress<Task>;

static_assert(std::is_convertible_v<Trusted, Address>);
static_assert(!std::is_constructible_v<Trusted, Address>);
static_assert(!std::is_convertible_v<Address, Trusted>);
static_assert(!std::is_convertible_v<const Task*, Address>, "an address is asked for by its name");
static_assert(std::is_same_v<KernelPointer<Task, PointerTrust::Trusted>, Trusted>);
static_assert(!std::is_same_v<Trusted, Address>);

constexpr Task parent{1, nullptr, {'a', 'b', 0, 0}, {5, 6}};
constexpr Task task{2, &parent, {'a', 'b', 'c', 'd'}, {7, 8}};

static_assert(Trusted(&task)->parent->pid == 1);
static_assert((*Trusted(&task)).pid == 2);
static_assert(!Trusted(nullptr));

constexpr auto pid = [](auto& task) { return &task.pid; };
constexpr auto pid_by_reference = [](auto& task) -> auto& { return task.pid; };
constexpr auto parent_of = [](auto& task) { return &task.parent; };
constexpr auto bytes = [](auto& task) { return &task.bytes; };
constexpr auto name = [](auto& task) { return &task.name; };

static_assert(*Address(Trusted(&task)).read(pid) == 2);
static_assert(*Address(&task).read(pid_by_reference) == 2);
static_assert(*Address(&task).read(parent_of, pid) == 1);
static_assert(!Address(&task).read(parent_of, parent_of, pid));
static_assert(!Address().read(pid));
static_assert((*Address(&task).read(bytes))[1] == 8);
static_assert(*Address(&parent).text(name) == "ab");
static_assert(Address(&task).text(name)->view() == "abc", "its last place is for the zero");
static_assert(std::same_as<decltype(*Address().read(parent_of)), const Address&>, "what a pointer is read as");
static_assert(std::same_as<decltype(*Address().read(bytes)), const std::array<unsigned char, 2>&>);
static_assert(kernel_text(parent.name) == "ab");

enum Kind { first, second = 7 };
static_assert(kernel_has<second>());
static_assert(kernel_value<second>() == second);
static_assert(kernel_has<Task>(pid));

}  // namespace

template <>
struct ebpfxx::BtfTracepointEvent<"test"> {
  bool flag;
  Trusted task;
  Address other;
  unsigned int number;
};
template <>
struct ebpfxx::BtfTracepointEvent<"empty"> {};
template <>
struct ebpfxx::TracepointRecord<"test"> {
  using type = Task;
};

namespace {

static_assert(detail::hook::member_count<BtfTracepointEvent<"test">>() == 4);
static_assert(detail::hook::member_count<BtfTracepointEvent<"empty">>() == 0);

using Test = BtfTracepoint<"test">;
TEST_CASE("a hook for each event" * doctest::test_suite("BtfTracepoint")) {
  static_assert(Test::section.view() == "tp_btf/test");
  static_assert(Test::name.view() == "BtfTracepoint<\"test\">");
  static_assert(ProgramBody<decltype([](Test::Event) {}), Test>);
  static_assert(!ProgramBody<decltype([](Test::Event) { return 0; }), Test>, "there is nobody to return it to");
  static_assert(!ProgramBody<decltype([](BtfTracepoint<"empty">::Event) {}), Test>);
}

constexpr Program<Test> look_on = [](Test::Event event) {
  if (event.task->pid != 2) throw "the wrong task";
};
TEST_CASE("a program looks at its event" * doctest::test_suite("BtfTracepoint")) {
  static_assert((look_on(Test::Event({.flag = true, .task = &task, .other = {}, .number = 3})), true));
}

using TestRecord = Tracepoint<"category", "test">;
constexpr Program<TestRecord> look_at_record = [](TestRecord::Event event) {
  if (event->pid != 2) throw "the wrong task";
};
TEST_CASE("a program looks at its record" * doctest::test_suite("Tracepoint")) {
  static_assert((look_at_record(TestRecord::Event(&task)), true));
  static_assert(TestRecord::section.view() == "tracepoint/category/test");
  static_assert(ProgramBody<decltype([](TestRecord::Event) {}), TestRecord>);
  static_assert(!ProgramBody<decltype([](TestRecord::Event) { return 0; }), TestRecord>);
}

constexpr auto tick = PerfEvent::at(0x401000, 1000, 7);
constexpr Program<PerfEvent> look_at_tick = [](PerfEvent::Event event) {
  if (event.instruction_pointer() != 0x401000 || event.period() != 1000 || event.address() != 7) throw "another tick";
};
TEST_CASE("a program looks at its tick" * doctest::test_suite("PerfEvent")) {
  static_assert((look_at_tick(PerfEvent::Event(tick)), true));
  static_assert(std::same_as<PerfEvent::Verdict, void>);
}

StackTraces<4> stacks;
constexpr Program<PerfEvent> record_stacks = [](PerfEvent::Event event) {
  if (stacks.record(event) || stacks.record_user(event)) throw "there is no stack";
};
TEST_CASE("no stack is recorded" * doctest::test_suite("StackTraces")) {
  static_assert((record_stacks(PerfEvent::Event(tick)), true));
  static_assert(StackTraces<4>::size == 4 && StackTraces<4>::depth == 127);
}

static_assert(concatenate(FixedString{"a"}, FixedString{""}, FixedString{"bc"}).view() == "abc");

}  // namespace
