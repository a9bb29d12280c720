/// Shows which threads use the CPUs: how much time they spend there, in the kernel and outside, and how they leave
/// them. A live table on a terminal, JSON lines when piped.
///
///     cpu_use
///     cpu_use --period 1000
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <ebpfxx.hpp>
#include <ebpfxx/native/native.hpp>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <string>
#include <tuple>
#include <vector>

#include "command_line.hpp"
#include "cpu_use.hpp"
#include "until_stopped.hpp"

struct Row {
  std::uint32_t thread;
  Use use;
};

/// The sums of all CPUs, from the handle that an Object or a Native gives; who used most is first.
template <class Handle>
std::vector<Row> read(const Handle& handle) {
  std::vector<Row> rows;
  for (auto [thread, per_cpu] : handle) rows.push_back({thread, per_cpu.sum()});
  std::sort(rows.begin(), rows.end(), [](const Row& left, const Row& right) {
    return std::tuple(left.use.ticks, left.use.switches, right.thread) >
           std::tuple(right.use.ticks, right.use.switches, left.thread);
  });
  return rows;
}

std::string command_of(std::uint32_t thread) {
  std::ifstream file("/proc/" + std::to_string(thread) + "/comm");
  std::string command;
  return std::getline(file, command) ? command : "(ended)";
}

/// At most ten rows; returns the number of lines.
int draw(const std::vector<Row>& rows, std::chrono::microseconds period) {
  const auto milliseconds = [&](std::uint64_t ticks) {
    return ticks * static_cast<std::uint64_t>(period.count()) / 1000;
  };
  std::cout << " thread     CPU ms  in kernel     switches     waits  command\n";
  const std::size_t shown = std::min<std::size_t>(rows.size(), 10);
  for (std::size_t i = 0; i < shown; ++i) {
    const Use& use = rows[i].use;
    std::cout << std::setw(7) << rows[i].thread << std::setw(11) << milliseconds(use.ticks) << std::setw(11)
              << milliseconds(use.kernel_ticks) << std::setw(10) << use.switches << std::setw(10) << use.waits << "  "
              << command_of(rows[i].thread) << '\n';
  }
  return 1 + static_cast<int>(shown);
}

/// {"<thread>":[<ticks>,<of them in the kernel>,<switches>,<of them to wait>],...}
void write_json(const std::vector<Row>& rows) {
  std::cout << '{';
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Use& use = rows[i].use;
    std::cout << (i == 0 ? "" : ",") << '"' << rows[i].thread << "\":[" << use.ticks << ',' << use.kernel_ticks << ','
              << use.switches << ',' << use.waits << ']';
  }
  std::cout << '}' << std::endl;
}

struct Options {
  std::chrono::microseconds period{10000};
  bool native = false;
};

void run_in_kernel(const Options& options, const UntilStopped& until_stopped) {
  auto object = Object::open(count_ticks, count_switches);
  object.load();
  Link ticks = object[count_ticks].attach(CpuClock(options.period));
  Link switches = object[count_switches].attach();
  int lines = 0;
  until_stopped.every(1, [&] {
    const std::vector<Row> rows = read(object[uses]);
    if (!isatty(STDOUT_FILENO)) return write_json(rows);
    if (lines > 0) std::cout << "\x1b[" << lines << "A\x1b[J";  // up, and clear to the end of the screen
    lines = draw(rows, options.period);
    std::cout << std::flush;
  });
  switches.detach();
  ticks.detach();
}

/// The same lambdas on events of our own, without a kernel.
void run_natively(const Options& options) {
  Native native;
  const auto tick = [&](std::uint32_t thread, std::uint64_t place) {
    native.task({.process = thread, .thread = thread}, "");
    native(count_ticks)(PerfEvent::at(place));
  };
  constexpr std::uint64_t outside = 0x401000, in_kernel = 0xffffffff81000000;
  for (int i = 0; i < 30; ++i) tick(4194305, outside);  // a number that no thread has
  for (int i = 0; i < 10; ++i) tick(4194305, in_kernel);
  for (int i = 0; i < 20; ++i) tick(4194306, in_kernel);
  for (int i = 0; i < 50; ++i) native(count_switches)({.prev_pid = 4194306, .prev_state = 1});
  for (int i = 0; i < 5; ++i) native(count_switches)({.prev_pid = 4194305, .prev_state = 0});
  std::cout << "natively, over events of two threads:\n";
  draw(read(native[uses]), options.period);
}

int main(int argc, char** argv) {
  const UntilStopped until_stopped;
  Options options;
  std::int64_t microseconds = options.period.count();
  CLI::App app("Shows which threads use the CPUs.", "cpu_use");
  app.add_option("--period", microseconds, "microseconds between the ticks of a CPU's clock")
      ->check(CLI::Range(100, 1'000'000))
      ->capture_default_str();
  app.add_flag("--native", options.native, "run the programs on sample events in this process, without a kernel");
  if (const auto exit_code = read_command_line(app, argc, argv)) return *exit_code;
  options.period = std::chrono::microseconds(microseconds);

  try {
    if (options.native)
      run_natively(options);
    else
      run_in_kernel(options, until_stopped);
  } catch (const std::exception& error) {
    std::cerr << "cpu_use: " << error.what() << '\n';
    return 1;
  }
}
