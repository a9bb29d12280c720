/// What a line of the log costs a program, beside `print`: a table for docs/logging.md. Needs root.
///
/// Each program runs 4096 times in a row by BPF_PROG_TEST_RUN, which gives the average of a run in nanoseconds; the log
/// is read in between, so that every line finds room. Of 25 such averages the least counts, less that of an empty
/// program.
#include <bpf/bpf.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <ebpfxx.hpp>
#include <ebpfxx/logging.hpp>
#include <limits>

using namespace ebpfxx;
using Packet = Lwt::Xmit::Packet;
using enum Lwt::Xmit::Verdict;

inline constexpr Program<Lwt::Xmit> empty = [](Packet) { return Ok; };
inline constexpr Program<Lwt::Xmit> log_off = [](Packet packet) {
  log<LogLevel::Debug, "dropped {} bytes">(packet.length());
  return Ok;
};
inline constexpr Program<Lwt::Xmit> log_text = [](Packet) {
  log<LogLevel::Info, "dropped">();
  return Ok;
};
inline constexpr Program<Lwt::Xmit> log_number = [](Packet packet) {
  log<LogLevel::Info, "dropped {} bytes">(packet.length());
  return Ok;
};
inline constexpr Program<Lwt::Xmit> log_three = [](Packet packet) {
  log<LogLevel::Info, "dropped {} bytes, mark {}, hash {:x}">(packet.length(), packet.mark(), packet.hash());
  return Ok;
};
inline constexpr Program<Lwt::Xmit> print_number = [](Packet packet) {
  print<"dropped {} bytes">(packet.length());
  return Ok;
};
inline constexpr Program<Lwt::Xmit> print_three = [](Packet packet) {
  print<"dropped {} bytes, mark {}, hash {:x}">(packet.length(), packet.mark(), packet.hash());
  return Ok;
};

namespace {

std::uint32_t nanoseconds_of_a_run(int program) {
  std::array<std::uint8_t, 64> frame{};
  bpf_test_run_opts options{};
  options.sz = sizeof options;
  options.data_in = frame.data();
  options.data_size_in = frame.size();
  options.repeat = 4096;
  if (bpf_prog_test_run_opts(program, &options) != 0) throw Error(errno, {.attempt = "run a program"});
  return options.duration;
}

std::uint32_t least(const LogHandle& log, int program) {
  std::uint32_t result = std::numeric_limits<std::uint32_t>::max();
  for (int repetition = 0; repetition < 25; ++repetition) {
    result = std::min(result, nanoseconds_of_a_run(program));
    log.consume([](const LogLine&) {});
  }
  return result;
}

}  // namespace

int main() try {
  auto object = Object::open_all(empty);
  object.load();
  const LogHandle log = object[log_lines];
  const auto cost = [&](const auto& program) {
    return least(log, object[program].fd()) - least(log, object[empty].fd());
  };
  const std::uint32_t number = cost(print_number), three = cost(print_three);
  const auto row = [](const char* what, std::uint32_t nanoseconds, std::uint32_t printed) {
    std::printf("| %s | %u | %.2f |\n", what, nanoseconds, static_cast<double>(nanoseconds) / printed);
  };
  std::puts("| a line | ns | beside `print` of as much |\n|---|---:|---:|");
  row("`log`, which `log_level` rules out", cost(log_off), number);
  row("`log` of a text", cost(log_text), number);
  row("`log` of a text and a number", cost(log_number), number);
  row("`log` of a text and three numbers", cost(log_three), three);
  row("`print` of a text and a number", number, number);
  row("`print` of a text and three numbers", three, three);
  if (log.dropped() == 0) return 0;
  std::fprintf(stderr, "log_cost: %llu lines found no room\n", static_cast<unsigned long long>(log.dropped()));
  return 1;
} catch (const Error& error) {
  std::fprintf(stderr, "log_cost: %s\n", error.what());
  return 1;
}
