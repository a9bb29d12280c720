// A header that ebpfxx vmlinux wrote from the BTF of the kernel that the tests were built on, used on that kernel and
// on others.
#include <doctest/doctest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <ebpfxx.hpp>
#include <fstream>
#include <string>
#include <vmlinux.hpp>

#include "support/switches.hpp"

using namespace ebpfxx;

using Switch = BtfTracepoint<"sched_switch">;
using SwitchRecord = Tracepoint<"sched", "sched_switch">;

struct Found {
  std::uint64_t process, user, open_files, boottime;
  Text<16> command;
};

inline constexpr Config<std::int32_t> watched_thread = 0;
inline Map<std::uint32_t, Found> found_in_task;
inline Map<std::uint32_t, std::uint64_t> found_in_record;

inline constexpr Program<Switch> look_at_task = [](Switch::Event event) {
  const kernel::task_struct& task = *event.prev;
  if (task.pid != watched_thread) return;
  found_in_task.set(0, {.process = static_cast<std::uint64_t>(task.tgid),
                        .user = task.real_cred->uid.val,
                        .open_files = task.signal->rlim[RLIMIT_NOFILE].rlim_cur,
                        .boottime = task.start_boottime,
                        .command = kernel_text(task.comm)});
};

inline constexpr Program<SwitchRecord> look_at_record = [](SwitchRecord::Event event) {
  if (event->prev_pid == watched_thread) found_in_record.set(0, static_cast<std::uint64_t>(event->prev_prio));
};

TEST_CASE("fields of generated types are what the process knows of itself" *
          doctest::test_suite("BtfTracepoint, Tracepoint")) {
  auto object = Object::open(look_at_task, look_at_record);
  object[watched_thread] = gettid();
  object.load();
  {
    const Link task_link = object[look_at_task].attach(), record_link = object[look_at_record].attach();
    test::switch_away(3);
  }
  const auto found = object[found_in_task].find(0);
  REQUIRE(found);
  rlimit files{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &files) == 0);
  CHECK(found->process == static_cast<std::uint64_t>(getpid()));
  CHECK(found->user == getuid());
  CHECK(found->open_files == files.rlim_cur);
  std::ifstream file("/proc/thread-self/comm");
  std::string command;
  std::getline(file, command);
  CHECK(found->command == command);
  CHECK(found->boottime != 0);
  CHECK(object[found_in_record].find(0) == 120);
}
