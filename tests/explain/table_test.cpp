// The table of messages against logs of the three kernels, in tests/explain/logs. They are what `explained` of
// tests/explain/kernel_test.cpp writes where EBPFXX_RECORD names a file.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <ebpfxx/explain/explanation.hpp>
#include <ebpfxx/explain/load_output.hpp>

using namespace ebpfxx::explain;

namespace {

std::string log_of(const std::string& kernel) {
  std::ifstream file(EBPFXX_LOGS + ("/" + kernel + ".log"));
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<Refusal> refusals_of(const std::string& kernel) {
  std::vector<Refusal> refusals;
  for (const LoadOutput& part : read_load_output(log_of(kernel))) refusals.push_back(explain(part.log, part.program));
  return refusals;
}

}  // namespace

TEST_CASE("every message of every kernel is known, and says something about each value") {
  for (const char* kernel : {"6.1", "6.12", "6.18"}) {
    CAPTURE(kernel);
    const std::vector<Refusal> refusals = refusals_of(kernel);
    CHECK(refusals.size() > 50);
    for (const Refusal& refusal : refusals) {
      CAPTURE(refusal.reason);
      CHECK(refusal.explanation.known());
      CHECK(refusal.explanation.reason.find("''") == std::string::npos);
      CHECK(refusal.explanation.reason.find("  ") == std::string::npos);
      CHECK(refusal.explanation.reason.find('{') == std::string::npos);
      CHECK(refusal.explanation.advice.find("''") == std::string::npos);
    }
  }
}

TEST_CASE("every row of the table is what some kernel said") {
  std::vector<std::string> messages;
  for (const char* kernel : {"6.1", "6.12", "6.18"})
    for (const Refusal& refusal : refusals_of(kernel))
      messages.insert(messages.end(), refusal.messages.begin(), refusal.messages.end());
  for (const auto& row : detail::known_messages) {
    const bool is_recorded = std::any_of(messages.begin(), messages.end(), [&](const std::string& message) {
      return match_message(row.pattern, message).has_value();
    });
    CHECK_MESSAGE(is_recorded, row.pattern);
  }
}

TEST_CASE("a pattern's names take what is between the words, and the last one the rest") {
  const auto values =
      match_message("off={offset} size={size}, R{register} is {state}", "off=-8 size=4, R7 is lost, so");
  REQUIRE(values);
  CHECK(values->at("offset") == "-8");
  CHECK(values->at("size") == "4");
  CHECK(values->at("state") == "lost, so");
  CHECK_FALSE(match_message("off={offset} size=", "off=8 width=4"));
  CHECK_FALSE(match_message("off={offset}", "an off=8"));
  CHECK(match_message("one|off={offset} size", "off=8 size=4")->at("offset") == "8");
}

TEST_CASE("values are put in with their units") {
  CHECK(fill_in("{size:bytes} at {offset}, {proven:bytes are} proven",
                {{"size", "1"}, {"offset", "20"}, {"proven", "20"}}) == "1 byte at 20, 20 bytes are proven");
  CHECK(fill_in("{proven:bytes are} proven{none}", {{"proven", "1"}}) == "1 byte is proven");
  CHECK(fill_in("`T value = {};`", {}) == "`T value = {};`");
  CHECK(number_of("0x1f") == 31);
  CHECK(number_of("-8") == -8);
  CHECK_FALSE(number_of("8 bytes"));
  CHECK(number_of("-4611686018427387903") == -4611686018427387903);
  CHECK_FALSE(number_of("4611686018427387904"));
}

// From the description of cilium/ebpf's pull request 2111; no kernel that is tested has them.
TEST_CASE("Linux 7.3 explains a refusal itself: what is known is said as before, the rest in its words") {
  const std::string blocks =
      "\nVerification failed: Register Type Safety: Unreadable register\n\nReason:\n"
      "  R0 has never been initialized on this path, so the verifier cannot use it as an input.\n\nAt:\n  insn 0\n"
      "        | ^-- error: R0 is not readable\n  Instruction context:\n  >>> 0 | (95) exit\n\nCausal path:\n"
      "  no retained diagnostic events on this path\n\nSuggestion:\n"
      "  Initialize R0 on every path before this instruction.\n\n"
      "processed 1 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0\n";
  const std::string states = "0: R1=ctx() R10=fp0\n", exit = "0: (95) exit\n";
  const Refusal known = explain(states + exit + "R0 !read_ok\n" + blocks, "drop");
  CHECK(known.reason == "R0 !read_ok");
  CHECK(known.instruction == 0);
  CHECK(known.explanation.rule == "verdict");
  CHECK(known.by_kernel.title == "Register Type Safety: Unreadable register");
  CHECK(known.by_kernel.suggestion == "Initialize R0 on every path before this instruction.");
  const Refusal unknown = explain(states + exit + "R0 is not what it was\n" + blocks, "drop");
  CHECK(unknown.reason == "R0 is not what it was");
  CHECK(unknown.explanation.known());
  CHECK(unknown.explanation.reason ==
        "is refused: R0 has never been initialized on this path, so the verifier cannot use it as an input");
  CHECK(unknown.explanation.advice == "Initialize R0 on every path before this instruction");
  const Refusal alone = explain(blocks, "drop");
  CHECK(alone.reason == "Register Type Safety: Unreadable register");
  CHECK(alone.instruction == 0);
  CHECK(alone.explanation.known());
  const auto outputs = read_load_output("libbpf: prog 'drop': -- BEGIN PROG LOAD LOG --\n" + exit + "R0 !read_ok\n" +
                                        blocks + "-- END PROG LOAD LOG --\n");
  REQUIRE(outputs.size() == 1);
  CHECK(explain(outputs[0].log, outputs[0].program).explanation.rule == "verdict");
}

TEST_CASE("a log that is cut off or damaged anywhere does no harm") {
  const auto explain_all = [](std::string_view output) {
    for (const LoadOutput& part : read_load_output(output)) CHECK_NOTHROW(explain(part.log, part.program));
  };
  const std::string log = log_of("6.18").substr(0, 12000);
  for (std::size_t size = 0; size <= log.size(); size += 13) explain_all(std::string_view(log).substr(0, size));
  for (const char byte : {'\0', '9', '(', '\xff'})
    for (std::size_t index = 0; index < log.size(); index += 53) {
      std::string damaged = log;
      damaged.replace(index, 3, 3, byte);
      explain_all(damaged);
    }
}

TEST_CASE("what is written of logs: bare ones, libbpf's, and an application's own lines around them") {
  const std::string bare = "0: (95) exit\nR0 !read_ok\nprocessed 1 insns (limit 1000000) max_states_per_insn 0\n";
  CHECK(read_load_output("").empty());
  REQUIRE(read_load_output(bare + bare).size() == 2);
  CHECK(explain(read_load_output(bare)[0].log, "").explanation.rule == "verdict");
  const auto marked = read_load_output("starting\nlibbpf: prog 'drop': -- BEGIN PROG LOAD LOG --\n" + bare +
                                       "-- END PROG LOAD LOG --\nlibbpf: failed to load object 'drop'\nbye\n");
  REQUIRE(marked.size() == 1);
  CHECK(marked[0].program == "drop");
  CHECK(marked[0].log == bare);
  const auto stopped =
      read_load_output("libbpf: map 'm': failed to create: -1\nlibbpf: failed to load object 'drop'\n");
  REQUIRE(stopped.size() == 1);
  CHECK(stopped[0].log == "map 'm': failed to create: -1");
}
