// What programs read of the kernel's objects is what /proc says of the same task, on every kernel with one object.
#include <bpf/btf.h>
#include <doctest/doctest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <ebpfxx.hpp>
#include <ebpfxx/kernel/core_relocation.hpp>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "support/core_relocations.hpp"
#include "support/kernel_types.hpp"
#include "support/switches.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;
using kernel::task_struct;

/// What /proc tells too. RLIMIT_NOFILE is 7.
struct Seen {
  std::uint64_t pid, tgid, parent, user, policy, priority, open_files, stack, code, start_boottime;
  Text<16> command;
};

using Switch = BtfTracepoint<"sched_switch">;

inline constexpr Config<std::int32_t> watched = 0;
inline Map<std::uint32_t, Seen> directly;
inline Map<std::uint32_t, Seen> copied;
inline Map<std::uint32_t, std::uint64_t> answers;

/// Of the thread that goes to sleep, since its parent may end at any time otherwise.
inline constexpr Program<Switch> read_directly = [](Switch::Event event) {
  if (event.prev->pid != watched) return;
  const auto& task = *event.prev;
  Seen seen{.pid = static_cast<std::uint64_t>(task.pid),
            .tgid = static_cast<std::uint64_t>(task.tgid),
            .parent = static_cast<std::uint64_t>(task.real_parent->tgid),
            .user = task.real_cred->uid.val,
            .policy = task.policy,
            .priority = static_cast<std::uint64_t>(task.static_prio),
            .open_files = task.signal->rlim[7].rlim_cur,
            .stack = task.mm->start_stack,
            .code = task.mm->start_code,
            .start_boottime = task.start_boottime,
            .command = kernel_text(task.comm)};
  directly.set(0, seen);
};

inline constexpr Program<Switch> read_by_copies = [](Switch::Event event) {
  const KernelAddress<task_struct> task = event.prev;
  auto pid = task.read([](auto& task) { return &task.pid; });
  if (!pid || *pid != watched) return;
  auto tgid = task.read([](auto& task) { return &task.tgid; });
  auto parent = task.read([](auto& task) { return &task.real_parent; }, [](auto& parent) { return &parent.tgid; });
  auto user = task.read([](auto& task) { return &task.real_cred; }, [](auto& cred) { return &cred.uid.val; });
  auto policy = task.read([](auto& task) -> auto& { return task.policy; });
  auto priority = task.read([](auto& task) { return &task.static_prio; });
  auto open_files =
      task.read([](auto& task) { return &task.signal; }, [](auto& signal) { return &signal.rlim[7].rlim_cur; });
  auto memory = task.read([](auto& task) { return &task.mm; });
  auto boottime = task.read([](auto& task) { return &task.start_boottime; });
  auto command = task.text([](auto& task) { return &task.comm; });
  if (!tgid || !parent || !user || !policy || !priority || !open_files || !memory || !boottime || !command) return;
  auto stack = memory->read([](auto& mm) { return &mm.start_stack; });
  auto code = memory->read([](auto& mm) { return &mm.start_code; });
  if (!stack || !code) return;
  Seen seen{.pid = static_cast<std::uint64_t>(*pid),
            .tgid = static_cast<std::uint64_t>(*tgid),
            .parent = static_cast<std::uint64_t>(*parent),
            .user = *user,
            .policy = *policy,
            .priority = static_cast<std::uint64_t>(*priority),
            .open_files = *open_files,
            .stack = *stack,
            .code = *code,
            .start_boottime = *boottime,
            .command = *command};
  copied.set(0, seen);
};

inline void answer(std::uint32_t question, std::uint64_t value) { answers.set(question, value); }

inline constexpr Program<Switch> ask = [](Switch::Event event) {
  if (event.prev->pid != watched) return;
  answer(0, kernel_has<task_struct>([](auto& task) { return &task.__state; }));
  answer(1, kernel_has<task_struct>([](auto& task) { return &task.state; }));
  answer(2, kernel_has<task_struct>([](auto& task) { return &task.bpf_net_context; }));
  if (kernel_has<task_struct>([](auto& task) { return &task.nobody_has_this; }))
    answer(3, static_cast<std::uint64_t>(event.prev->nobody_has_this));
  answer(4, kernel_has<kernel::PIDTYPE_SID>());
  answer(5, kernel_value<kernel::PIDTYPE_SID>());
  answer(6, kernel_has<kernel::PIDTYPE_NOBODY_HAS_THIS>());
  if (kernel_has<kernel::PIDTYPE_NOBODY_HAS_THIS>()) answer(7, kernel_value<kernel::PIDTYPE_NOBODY_HAS_THIS>());
};

/// Nothing is at the addresses of the first page.
inline constexpr Program<Switch> read_nothing = [](Switch::Event event) {
  if (event.prev->pid != watched) return;
  const KernelAddress<task_struct> nothing(nullptr);
  if (nothing.read([](auto& task) { return &task.pid; })) answer(0, 1);
  if (nothing.text([](auto& task) { return &task.comm; })) answer(1, 1);
  // What a null pointer among the fields leads to is read as zeros.
  const task_struct* task = &*event.prev;
  if (current_task<task_struct>()->pid == task->pid) answer(2, 1);
  answer(3, current_task_ids().thread);
  answer(4, current_task_ids().process);
  if (current_command() == kernel_text(task->comm)) answer(5, 1);
};

inline constexpr Program<Switch> not_here = [](Switch::Event event) {
  answer(0, static_cast<std::uint64_t>(event.prev->nobody_has_this));
};

namespace {

/// The fields of /proc/self/stat from the third on, which is at 0: proc(5) counts from 1.
std::vector<std::string> stat_fields() {
  std::ifstream file("/proc/thread-self/stat");
  std::string text;
  std::getline(file, text);
  std::istringstream rest(text.substr(text.rfind(')') + 2));
  std::vector<std::string> fields;
  for (std::string field; rest >> field;) fields.push_back(field);
  return fields;
}

std::uint64_t stat_field(std::size_t number) { return std::stoull(stat_fields().at(number - 3)); }

std::string command_of_this_thread() {
  std::ifstream file("/proc/thread-self/comm");
  std::string command;
  std::getline(file, command);
  return command;
}

void check_against_proc(const Seen& seen) {
  rlimit files{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &files) == 0);
  CHECK(seen.pid == static_cast<std::uint64_t>(gettid()));
  CHECK(seen.tgid == static_cast<std::uint64_t>(getpid()));
  CHECK(seen.parent == stat_field(4));
  CHECK(seen.user == getuid());
  CHECK(seen.policy == stat_field(41));
  CHECK(seen.priority == 120 + std::stoi(stat_fields().at(19 - 3)));
  CHECK(seen.open_files == files.rlim_cur);
  CHECK(seen.code == stat_field(26));
  CHECK(seen.stack == stat_field(28));
  const auto per_tick = 1'000'000'000 / static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK));
  CHECK(seen.start_boottime / per_tick == stat_field(22));
  CHECK(seen.command == command_of_this_thread());
}

template <class Hook>
void watch(Object& object, const Program<Hook>& program) {
  object[watched] = gettid();
  object.load();
  const Link link = object[program].attach();
  switch_away(3);
}

/// What the running kernel's own BTF says.
bool kernel_has_field(const char* type, const std::string& field) {
  const std::unique_ptr<btf, void (*)(btf*)> types(btf__load_vmlinux_btf(), &btf__free);
  REQUIRE(types != nullptr);
  const int id = btf__find_by_name_kind(types.get(), type, BTF_KIND_STRUCT);
  REQUIRE(id > 0);
  const btf_type* record = btf__type_by_id(types.get(), static_cast<std::uint32_t>(id));
  for (std::size_t i = 0; i < btf_vlen(record); ++i)
    if (field == btf__name_by_offset(types.get(), btf_members(record)[i].name_off)) return true;
  return false;
}

}  // namespace

TEST_SUITE_BEGIN("BtfTracepoint");

TEST_CASE("fields read directly through trusted pointers are what /proc says") {
  auto object = Object::open(read_directly);
  watch(object, read_directly);
  const auto seen = object[directly].find(0);
  REQUIRE(seen);
  check_against_proc(*seen);
}

TEST_CASE("fields copied from addresses are what /proc says") {
  auto object = Object::open(read_by_copies);
  watch(object, read_by_copies);
  const auto seen = object[copied].find(0);
  REQUIRE(seen);
  check_against_proc(*seen);
}

TEST_CASE("what the kernel has is answered at load, and fields it lacks may be behind the question") {
  auto object = Object::open(ask);
  watch(object, ask);
  const auto given = object[answers];
  CHECK(given.find(0) == 1);
  CHECK(given.find(1) == 0);
  CHECK(given.find(2) == kernel_has_field("task_struct", "bpf_net_context"));
  CHECK_FALSE(given.find(3));
  CHECK(given.find(4) == 1);
  CHECK(given.find(5) == 3);
  CHECK(given.find(6) == 0);
  CHECK_FALSE(given.find(7));
}

TEST_CASE("an address where nothing is gives nothing, and the current task is the one that leaves the CPU") {
  auto object = Object::open(read_nothing);
  watch(object, read_nothing);
  const auto given = object[answers];
  CHECK_FALSE(given.find(0));
  CHECK_FALSE(given.find(1));
  CHECK(given.find(2) == 1);
  CHECK(given.find(3) == static_cast<std::uint64_t>(gettid()));
  CHECK(given.find(4) == static_cast<std::uint64_t>(getpid()));
  CHECK(given.find(5) == 1);
}

TEST_CASE("a field that the kernel lacks is refused at load, by its name") {
  auto object = Object::open(not_here);
  try {
    object.load();
    FAIL("it was loaded");
  } catch (const Error& error) {
    const std::string line = error.what();
    CAPTURE(line);
    CHECK(line.find("task_struct") != std::string::npos);
    CHECK(line.find("nobody_has_this") != std::string::npos);
  }
}

TEST_CASE("the object has a relocation for every field that its programs read") {
  const std::string of_both =
      "cred.uid.val mm_struct.start_code mm_struct.start_stack signal_struct.rlim[7].rlim_cur task_struct.comm "
      "task_struct.mm task_struct.pid task_struct.policy task_struct.real_cred task_struct.real_parent "
      "task_struct.signal task_struct.start_boottime task_struct.static_prio task_struct.tgid ";
  const CoreRelocations relocations(EBPFXX_TRACING_OBJECT);
  CHECK(relocations.fields_of("read_directly") == of_both);
  CHECK(relocations.fields_of("read_by_copies") == of_both);
  CHECK(relocations.fields_of("not_here") == "task_struct.nobody_has_this ");
}

TEST_SUITE_END();
