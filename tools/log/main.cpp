/// ebpfxx-log: prints the log that another process has pinned.
#include <csignal>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include <ebpfxx/runtime/pinned_log.hpp>

namespace {

using namespace ebpfxx;

constexpr char help[] = R"(ebpfxx-log: prints the log that another process has pinned

usage: ebpfxx-log [--follow] PIN OBJECT

Prints the lines that programs wrote by ebpfxx::log to the ring buffer pinned at PIN (LogHandle::pin), oldest first, and takes
them from it: one reader at a time. OBJECT is the BPF object (.bpf.o) of the programs, which has the texts. Lines that found no
room are counted at the end, on standard error.

options:
  -f, --follow     wait for more, until interrupted
  -h, --help       print this
  --version        print the version

exit code: 0 printed, 1 the log or the object cannot be read, or standard output not be written, 2 wrong usage
)";

constexpr int exit_failed = 1;
constexpr int exit_usage = 2;

struct Options {
  bool follow = false;
  std::vector<std::string> files;
};

volatile std::sig_atomic_t interrupted = 0;

int complain(const std::string& what, int exit_code) {
  std::cerr << "ebpfxx-log: error: " << what << '\n';
  return exit_code;
}

/// Gives an exit code instead when there is nothing left to do.
std::optional<int> read_options(const std::vector<std::string>& arguments, Options& options) {
  const auto wrong = [](const std::string& what) { return complain(what + "; see ebpfxx-log --help", exit_usage); };
  for (const std::string& argument : arguments) {
    if (argument == "-h" || argument == "--help") return std::cout << help, 0;
    if (argument == "--version") return std::cout << "ebpfxx-log " EBPFXX_VERSION "\n", 0;
    if (argument == "-f" || argument == "--follow")
      options.follow = true;
    else if (argument.starts_with('-'))
      return wrong("unknown option '" + argument + "'");
    else
      options.files.push_back(argument);
  }
  if (options.files.size() != 2) return wrong("it takes a pinned log and a BPF object");
  return std::nullopt;
}

/// Also ends a wait for lines.
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
    std::cerr << "ebpfxx-log: " << dropped << (dropped == 1 ? " line" : " lines") << " found no room\n";
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (const auto exit_code = read_options({argv + 1, argv + argc}, options)) return *exit_code;
  try {
    const LogHandle log = open_log(options.files[0], options.files[1]);
    if (options.follow) end_by_signals();
    print_lines(log, options.follow);
  } catch (const Error& error) {
    return complain(error.what(), exit_failed);
  }
  if (!std::cout.flush()) return complain("cannot write to standard output", exit_failed);
  return 0;
}
