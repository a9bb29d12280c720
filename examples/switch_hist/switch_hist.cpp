/// Counts how long tasks keep a CPU before another one gets it, in buckets of powers of two: a live bar chart on a
/// terminal, JSON lines when piped.
///
///     switch_hist
///     switch_hist --process 4711
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <ebpfxx.hpp>
#include <ebpfxx/native/native.hpp>
#include <iostream>

#include "command_line.hpp"
#include "histogram.hpp"
#include "switch_hist.hpp"
#include "until_stopped.hpp"

constexpr const char* title = "microseconds         turns";

struct Options {
  std::int32_t process_to_watch = process;
  bool native = false;
};

void run_in_kernel(const Options& options, const UntilStopped& until_stopped) {
  auto object = Object::open(count_turns);
  object[process] = options.process_to_watch;
  object.load();
  Link link = object[count_turns].attach();
  LiveChart chart(title);
  until_stopped.every(1, [&] {
    if (isatty(STDOUT_FILENO))
      chart.show(read(object[turns]));
    else
      write_json(read(object[turns]), "turns");
  });
  link.detach();
}

/// The same lambda on events of our own, without a kernel: turns of 1, 2, ... 1000 microseconds.
void run_natively() {
  using namespace std::chrono_literals;
  Native native;
  const task_struct task{.pid = 7, .tgid = 7};
  std::chrono::nanoseconds now = 1s;
  for (auto turn = 0us; turn <= 1000us; ++turn) {
    native.clock(now += turn);
    native(count_turns)({.preempt = false, .prev = &task, .next = &task});
  }
  std::cout << "natively, over turns of 1, 2, ... 1000 microseconds:\n";
  draw(read(native[turns]), title);
}

int main(int argc, char** argv) {
  const UntilStopped until_stopped;
  Options options;
  CLI::App app("Shows how long tasks keep a CPU.", "switch_hist");
  app.add_option("--process", options.process_to_watch, "only the threads of this process; all tasks without it")
      ->check(CLI::PositiveNumber);
  app.add_flag("--native", options.native, "run the program on sample events in this process, without a kernel");
  if (const auto exit_code = read_command_line(app, argc, argv)) return *exit_code;

  try {
    if (options.native)
      run_natively();
    else
      run_in_kernel(options, until_stopped);
  } catch (const std::exception& error) {
    std::cerr << "switch_hist: " << error.what() << '\n';
    return 1;
  }
}
