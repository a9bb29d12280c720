// What the kernel makes of the programs that ebpfxx-cc refuses, compiled without the check: it refuses them too, for
// the reason that the case gives, and that is explained by the rule at the line that the check has. The accepted twins
// load. One test case for each rule; the objects were compiled before.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "support/refusals.hpp"

namespace {

/// A line of the list that check-cases leaves beside a rule's objects.
struct UncheckedObject {
  std::string file;
  std::string complaint;  ///< what the kernel says, or one of several with `|` between them; empty: it loads
  std::string until;      ///< the kernel that says nothing any more, as 6.10; empty: they all do
  std::string title;
  std::string explained;  ///< "rule:line", of several one, with spaces between them
};

std::vector<UncheckedObject> objects_of(const std::string& rule) {
  std::ifstream manifest(EBPFXX_REJECTS + ("/" + rule) + ".tsv");
  std::vector<UncheckedObject> objects;
  for (std::string line; std::getline(manifest, line);) {
    std::istringstream columns(line);
    UncheckedObject object;
    std::getline(columns, object.file, '\t');
    std::getline(columns, object.complaint, '\t');
    std::getline(columns, object.until, '\t');
    std::getline(columns, object.title, '\t');
    std::getline(columns, object.explained);
    objects.push_back(object);
  }
  return objects;
}

bool says_one_of(const std::string& refusal, const std::string& complaints) {
  std::istringstream texts(complaints);
  for (std::string text; std::getline(texts, text, '|');)
    if (refusal.find(text) != std::string::npos) return true;
  return false;
}

/// "rule:line" of the first refusal.
std::string explained_as(const std::string& output, const std::string& path) {
  const auto refusals = explained(output, path);
  if (refusals.empty()) return "nothing";
  return refusals[0].explanation.rule + ":" + std::to_string(refusals[0].location.line);
}

/// Whether the verifier may follow a million instructions, which takes an emulated machine a minute.
bool may_take_long(const std::string& complaints) {
  return complaints.find("BPF program is too large") != std::string::npos;
}

void check_rule(const std::string& rule) {
  const std::vector<UncheckedObject> objects = objects_of(rule);
  REQUIRE_FALSE(objects.empty());
  for (const UncheckedObject& object : objects) {
    const std::string path = EBPFXX_REJECTS + ("/" + object.file);
    if (may_take_long(object.complaint) && std::getenv("EBPFXX_TEST_BRIEFLY") != nullptr) {
      MESSAGE("left out: ", object.title,
              " takes the verifier a million instructions; scripts/test --thorough runs it");
      continue;
    }
    const std::string refusal = output_of_loading(path);
    CAPTURE(object.file);
    CAPTURE(object.title);
    if (object.complaint.empty() || (!object.until.empty() && is_kernel_from(object.until))) {
      CHECK_MESSAGE(refusal.empty(), end_of(refusal));
      continue;
    }
    CHECK_MESSAGE(says_one_of(refusal, object.complaint), "expected: ", object.complaint, "\ngot: ", end_of(refusal));
    // Where the verifier gives up after so many, it is in some round of the loop, and libbpf has cut the log.
    if (may_take_long(object.complaint)) continue;
    const std::string found = explained_as(refusal, path);
    CHECK_MESSAGE((" " + object.explained + " ").find(" " + found + " ") != std::string::npos,
                  "expected: ", object.explained, "\ngot: ", found);
  }
}

}  // namespace

#define EBPFXX_REJECTED_RULE(name) \
  TEST_CASE(name) { check_rule(name); }
#include EBPFXX_RULES
