#include <chrono>
#include <csignal>
#include <cstdint>
#include <iostream>
#include <string>
#include <vector>

#include <ebpfxx/runtime/handle/pinned_log.hpp>

#include "options.hpp"
#include "subcommand.hpp"

namespace ebpfxx::tool {
namespace {

constexpr char log_help[] = R"(
usage: ebpfxx log [--follow] PIN OBJECT

Prints the lines that programs wrote with ebpfxx::log to the ring buffer pinned at PIN (LogHandle::pin), oldest first, and removes
them from it; there can be one reader at a time. OBJECT is the BPF object (.bpf.o) of the programs; it has the texts. The number of
lines that were lost because the ring buffer was full is printed at the end, on standard error.

options:
  -f, --follow  wait for more, until interrupted
  -h, --help    print this

exit code: 0 printed, 1 the log or the object cannot be read, or standard output cannot be written, 2 wrong usage
)";

volatile std::sig_atomic_t interrupted = 0;

/// A signal also ends a wait for lines.
void end_by_signals() {
  struct sigaction action{};
  action.sa_handler = [](int) { interrupted = 1; };
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

void print_lines(const LogHandle& log, bool follow) {
  using namespace std::chrono_literals;
  const auto print = [](const LogLine& line) {
    std::cout << to_text(line) << '\n';
    return !std::cout.fail();
  };
  log.consume(print);
  while (follow && interrupted == 0 && std::cout.flush()) log.poll(200ms, print);
  if (const std::uint64_t dropped = log.dropped(); dropped > 0)
    std::cerr << "ebpfxx log: the ring buffer was full, " << dropped << (dropped == 1 ? " line" : " lines")
              << " lost\n";
}

int print_log(const std::vector<std::string>& arguments) {
  bool follow = false;
  const std::vector<std::string> files = read_options(arguments, {{"-f", &follow}, {"--follow", &follow}});
  if (files.size() != 2) throw WrongUsage("it takes a pinned log and a BPF object");
  const LogHandle log = open_log(files[0], files[1]);
  if (follow) end_by_signals();
  print_lines(log, follow);
  return 0;
}

}  // namespace

const Subcommand log_command{"log", "prints the log that another process has pinned", log_help, print_log};

}  // namespace ebpfxx::tool
