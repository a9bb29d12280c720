// The log of programs in a real kernel, read by this process and by another one.
#include <bpf/bpf.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ebpfxx.hpp>
#include <ebpfxx/logging.hpp>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "support/bpf_folder.hpp"
#include "support/expect_error.hpp"
#include "support/run_program.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;
using namespace std::chrono_literals;

inline constexpr Program<Lwt::Xmit> speaks = [](Lwt::Xmit::Packet packet) {
  log<LogLevel::Info, "mark {} ({:x}) for {} and {}">(packet.mark(), packet.mark(), Ipv4Address("192.0.2.7"),
                                                      Ipv6Address("2001:db8::7"));
  log<LogLevel::Debug, "{} at {}, task '{}'">(std::int32_t{-5}, MacAddress("02:00:00:00:00:09"),
                                              std::array<char, 12>{'n', 'o', 'n', 'e', '\0'});
  return Lwt::Xmit::Verdict::Ok;
};

/// 32 lines a run.
inline constexpr Program<Lwt::Xmit> chatters = [](Lwt::Xmit::Packet packet) {
  for (int i = 0; i < 32; ++i) log<LogLevel::Warning, "{}">(packet.mark());
  return Lwt::Xmit::Verdict::Ok;
};

namespace {

constexpr char object_file[] = EBPFXX_LOGS_OBJECT;

void run_on_mark(int program, std::uint32_t mark) {
  __sk_buff context{};
  context.mark = mark;
  run_program(program, context);
}

std::vector<std::string> lines_of(const LogHandle& log) {
  std::vector<std::string> lines;
  log.consume([&](const LogLine& line) { lines.push_back(std::string(name_of(line.level)) + ": " + line.text); });
  return lines;
}

std::uint32_t instructions_in_kernel(int program) {
  bpf_prog_info information{};
  std::uint32_t size = sizeof information;
  REQUIRE(bpf_obj_get_info_by_fd(program, &information, &size) == 0);
  return information.xlated_prog_len / 8;
}

/// Runs the command; its standard output, with its exit status in front.
std::string run_command(const std::string& command) {
  std::FILE* pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string output;
  char block[4096];
  while (const std::size_t size = std::fread(block, 1, sizeof block, pipe)) output.append(block, size);
  const int status = ::pclose(pipe);
  return std::to_string(WEXITSTATUS(status)) + "\n" + output;
}

}  // namespace

TEST_SUITE_BEGIN("LogBuffer");

TEST_CASE("lines of every kind of argument, with the time") {
  auto object = Object::open(speaks);
  object[log_level] = LogLevel::Debug;
  object.load();
  const auto before = std::chrono::steady_clock::now().time_since_epoch();  // CLOCK_MONOTONIC
  run_on_mark(object[speaks].fd(), 255);
  const auto after = std::chrono::steady_clock::now().time_since_epoch();
  std::vector<std::string> lines;
  CHECK(object[log_lines].poll(1s, [&](const LogLine& line) {
    CHECK(line.time >= before);
    CHECK(line.time <= after);
    lines.push_back(line.text);
  }) == 2);
  CHECK(lines == std::vector<std::string>{"mark 255 (ff) for 192.0.2.7 and 2001:db8::7",
                                          "-5 at 02:00:00:00:00:09, task 'none'"});
  CHECK(object[log_lines].dropped() == 0);
}

TEST_CASE("what the level rules out is no code in the kernel") {
  std::uint32_t fewer = 0;
  for (const auto& [level, lines] :
       {std::pair{LogLevel::Off, 0u}, {LogLevel::Warning, 0u}, {LogLevel::Info, 1u}, {LogLevel::Debug, 2u}}) {
    auto object = Object::open(speaks);
    object[log_level] = level;
    object.load();
    run_on_mark(object[speaks].fd(), 1);
    CHECK(lines_of(object[log_lines]).size() == lines);
    const std::uint32_t instructions = instructions_in_kernel(object[speaks].fd());
    if (level == LogLevel::Warning) CHECK(instructions == fewer);
    if (lines > 0) CHECK(instructions > fewer + 20);
    fewer = instructions;
  }
}

TEST_CASE("lines that find no room are counted, and reading makes room") {
  auto object = Object::open(chatters);
  object.load();
  const int program = object[chatters].fd();
  constexpr std::size_t room =
      (LogBuffer::bytes - 1) / 32;  // an id, the time, an argument, and 8 bytes of the kernel's
  for (std::size_t run = 0; run < room / 32 + 2; ++run) run_on_mark(program, 3);
  const std::size_t written = (room / 32 + 2) * 32;
  CHECK(object[log_lines].dropped() == written - room);
  CHECK(lines_of(object[log_lines]).size() == room);
  run_on_mark(program, 4);
  CHECK(lines_of(object[log_lines]) == std::vector<std::string>(32, "warning: 4"));
  CHECK(object[log_lines].dropped() == written - room);
}

TEST_CASE("another process reads a pinned log") {
  const BpfFolder folder;
  const std::string pin = folder / "log", command = std::string(EBPFXX_LOG_COMMAND) + " " + pin + " " + object_file;
  auto object = Object::open(speaks, chatters);
  object[log_level] = LogLevel::Debug;
  object.load();
  object[log_lines].pin(pin);
  run_on_mark(object[speaks].fd(), 16);
  std::string output = run_command(command + " 2>&1");
  // Each line starts with the time.
  CHECK(output.starts_with("0\n["));
  CHECK(output.find("] info: mark 16 (10) for 192.0.2.7 and 2001:db8::7\n[") != output.npos);
  CHECK(output.ends_with("] debug: -5 at 02:00:00:00:00:09, task 'none'\n"));
  CHECK(run_command(command) == "0\n");
  CHECK(lines_of(object[log_lines]).empty());

  for (std::size_t run = 0; run < 257; ++run) run_on_mark(object[chatters].fd(), 3);
  CHECK(run_command(command + " 2>&1 >/dev/null") == "0\nebpfxx log: the ring buffer was full, 33 lines lost\n");

  // It goes on where there is something to wait for.
  run_on_mark(object[speaks].fd(), 17);
  std::thread later([&] {
    std::this_thread::sleep_for(300ms);
    run_on_mark(object[speaks].fd(), 18);
  });
  output = run_command("timeout -s INT 2 " + command + " --follow 2>/dev/null");
  later.join();
  CHECK(output.find("mark 17 ") != output.npos);
  CHECK(output.find("mark 18 ") != output.npos);
}

TEST_CASE("an upgrade goes on with the log of the one before") {
  const BpfFolder folder;
  auto old = Object::open(chatters);
  CHECK_FALSE(old.reuse(log_lines, folder / "log"));
  old.load();
  old[log_lines].pin(folder / "log");
  run_on_mark(old[chatters].fd(), 1);
  auto upgrade = Object::open(chatters);
  CHECK(upgrade.reuse(log_lines, folder / "log"));
  upgrade.load();
  run_on_mark(upgrade[chatters].fd(), 2);
  std::vector<std::string> expected(32, "warning: 1");
  expected.insert(expected.end(), 32, "warning: 2");
  CHECK(lines_of(upgrade[log_lines]) == expected);
}

TEST_CASE("what is no pinned log, and what has no formats") {
  const BpfFolder folder;
  const std::string pin = folder / "log";
  expect_error(ENOENT, "cannot open the log pinned at " + pin + ": nothing is pinned at " + pin,
               [&] { return open_log(pin, object_file).fd(); });
  expect_error(ENOENT, "cannot read /nowhere.bpf.o: No such file or directory",
               [&] { return open_log(pin, "/nowhere.bpf.o").fd(); });
  expect_error(EINVAL,
               "cannot read the formats of the log in /bin/true: it has none; name the BPF object (.bpf.o) of the "
               "programs that write the log",
               [&] { return open_log(pin, "/bin/true").fd(); });
  auto object = Object::open(chatters);
  object.load();
  object[log_lines].pin(pin);
  expect_error(EINVAL, "cannot open the log pinned at " + pin + "_dropped: it is a map of type percpu_array",
               [&] { return open_log(pin + "_dropped", object_file).fd(); });
  CHECK(unpin(pin));
  CHECK_FALSE(std::filesystem::exists(pin + "_dropped"));
}

TEST_SUITE_END();
