// Programs that are wrong, as their authors would write them: what is said about the kernel's refusal. Comments in the
// sources say what must be, above the line that it is about:
//
//     // explained: rule                  the refusal is explained by this rule, at the next line
//     // explained without a line: rule   the verifier names no instruction
//     // explained before 6.12: rule      the same on older kernels only; `from 6.12` on that one and newer
//     // taken: reason                    the kernel loads it; `taken before 6.12`, `taken from 6.12`
//     // note: text                       a note leads to the next line; all notes are written so
//     // loaded without CAP_PERFMON       the process may not see the kernel's addresses
//     // skipped in brief: reason         where EBPFXX_TEST_BRIEFLY is set
#include <doctest/doctest.h>

#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "support/refusals.hpp"

namespace {

struct Expected {
  bool is_taken = false;
  std::string rule;
  unsigned line = 0;            ///< 0: none
  std::set<std::string> notes;  ///< "12: the packet is moved here"
  bool lacks_perfmon = false;
  std::string skipped_in_brief;  ///< the reason, or empty
};

bool is_here(const std::string& relation, const std::string& version) {
  return relation.empty() || is_kernel_from(version) == (relation == "from");
}

Expected read_expected(const std::string& source) {
  static const std::regex form(R"(\s*// (explained|taken)( without a line)?(?: (before|from) (\d+\.\d+))?: (\S+).*)");
  static const std::regex note_form(R"(\s*// note: (.+))");
  static const std::regex brief_form("// skipped in brief: (.+)");
  Expected expected;
  std::ifstream file(source);
  unsigned number = 0;
  unsigned* waiting = nullptr;  // for the number of the next line that is no comment
  std::vector<std::string> pending_notes;
  for (std::string line; std::getline(file, line);) {
    ++number;
    std::smatch found;
    if (std::regex_match(line, found, form)) {
      if (!is_here(found[3], found[4])) continue;
      expected.is_taken = found[1] == "taken";
      expected.rule = expected.is_taken ? "" : found[5].str();
      if (found[2].length() == 0) waiting = &expected.line;
    } else if (std::regex_match(line, found, note_form)) {
      pending_notes.push_back(found[1]);
    } else if (std::regex_match(line, found, brief_form)) {
      expected.skipped_in_brief = found[1];
    } else if (line.find("// loaded without CAP_PERFMON") == 0) {
      expected.lacks_perfmon = true;
    } else if (line.find("//") != line.find_first_not_of(' ')) {
      for (const std::string& note : pending_notes) expected.notes.insert(std::to_string(number) + ": " + note);
      pending_notes.clear();
      if (waiting) *waiting = number;
      waiting = nullptr;
    }
  }
  REQUIRE_MESSAGE((expected.is_taken || !expected.rule.empty()), source, " does not say what is to happen");
  return expected;
}

std::set<std::string> notes_of(const ebpfxx::explain::Refusal& refusal) {
  std::set<std::string> notes;
  for (const auto& note : refusal.explanation.notes)
    notes.insert(std::to_string(note.location.line) + ": " + note.text);
  return notes;
}

std::string joined(const std::set<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

/// Adds the output to the file that EBPFXX_RECORD names, for tests/explain/logs: without this machine's paths, and
/// without the middle of long logs.
void record(std::string output, const std::string& object, const std::string& source) {
  const char* file = std::getenv("EBPFXX_RECORD");
  if (file == nullptr) return;
  for (std::size_t at = output.find(object); at != std::string::npos; at = output.find(object))
    output.replace(at, object.size(), source.substr(source.rfind('/') + 1));
  std::vector<std::string> lines;
  std::istringstream stream(output);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  std::ofstream log(file, std::ios::app);
  constexpr std::size_t first = 10, last = 60;
  for (std::size_t index = 0; index < lines.size(); ++index)
    if (index < first || index + last >= lines.size()) log << lines[index] << '\n';
}

void check_fault(const std::string& source, const std::string& object) {
  CAPTURE(source);
  const Expected expected = read_expected(source);
  if (!expected.skipped_in_brief.empty() && std::getenv("EBPFXX_TEST_BRIEFLY") != nullptr) {
    MESSAGE("skipped: ", expected.skipped_in_brief, "; scripts/test --thorough runs it");
    return;
  }
  std::optional<WithoutPerfmon> rights;
  if (expected.lacks_perfmon) rights.emplace();
  const std::string output = output_of_loading(object);
  rights.reset();
  CAPTURE(end_of(output));
  if (expected.is_taken) {
    CHECK(output.empty());
    return;
  }
  REQUIRE_FALSE(output.empty());
  record(output, object, source);
  const auto refusals = explained(output, object);
  REQUIRE(refusals.size() == 1);
  const ebpfxx::explain::Refusal& refusal = refusals[0];
  CHECK(refusal.explanation.rule == expected.rule);
  CHECK(refusal.location.line == expected.line);
  if (expected.line != 0) CHECK(source.ends_with(refusal.location.file.substr(refusal.location.file.rfind('/') + 1)));
  CHECK(refusal.explanation.reason.find("''") == std::string::npos);
  CHECK(refusal.explanation.reason.find("  ") == std::string::npos);
  CHECK_FALSE(refusal.explanation.advice.empty());
  CHECK(joined(notes_of(refusal)) == joined(expected.notes));
}

}  // namespace

#define EBPFXX_FAULT(name, source, object) \
  TEST_CASE(name) { check_fault(source, object); }
#include EBPFXX_FAULTS
