// What the kernel makes of the programs that ebpfxx-cc refuses, compiled without the check: it refuses them too, for
// the reason that the case gives. The accepted twins load. One test case for each rule; the objects were compiled
// before.
#include <bpf/libbpf.h>
#include <doctest/doctest.h>
#include <sys/utsname.h>

#include <cstdarg>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace {

/// A line of the list that check-cases leaves beside a rule's objects.
struct UncheckedObject {
  std::string file;
  std::string complaint;  ///< what the kernel says, or one of several with `|` between them; empty: it loads
  std::string until;      ///< the kernel that says nothing any more, as 6.10; empty: they all do
  std::string title;
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
    std::getline(columns, object.title);
    objects.push_back(object);
  }
  return objects;
}

std::string& messages() {
  static std::string text;
  return text;
}

int keep_message(libbpf_print_level level, const char* format, va_list arguments) {
  if (level == LIBBPF_DEBUG) return 0;
  char* line = nullptr;
  const int length = vasprintf(&line, format, arguments);
  if (length < 0) return length;
  messages() += line;
  std::free(line);
  return length;
}

/// What libbpf and the verifier say when they refuse the object; nothing when they take it.
std::string refusal_of(const std::string& path) {
  messages().clear();
  const auto previous = libbpf_set_print(&keep_message);
  bpf_object* object = bpf_object__open_file(path.c_str(), nullptr);
  const bool loaded = object != nullptr && bpf_object__load(object) == 0;
  bpf_object__close(object);
  libbpf_set_print(previous);
  return loaded ? "" : messages();
}

bool says_one_of(const std::string& refusal, const std::string& complaints) {
  std::istringstream texts(complaints);
  for (std::string text; std::getline(texts, text, '|');)
    if (refusal.find(text) != std::string::npos) return true;
  return false;
}

/// Whether the running kernel is as new as `version`.
bool is_kernel_from(const std::string& version) {
  const auto parsed = [](const char* text) {
    std::pair<int, int> numbers;
    std::sscanf(text, "%d.%d", &numbers.first, &numbers.second);
    return numbers;
  };
  utsname system;
  REQUIRE(uname(&system) == 0);
  return parsed(system.release) >= parsed(version.c_str());
}

void check_rule(const std::string& rule) {
  const std::vector<UncheckedObject> objects = objects_of(rule);
  REQUIRE_FALSE(objects.empty());
  for (const UncheckedObject& object : objects) {
    const std::string refusal = refusal_of(EBPFXX_REJECTS + ("/" + object.file));
    CAPTURE(object.file);
    CAPTURE(object.title);
    if (object.complaint.empty() || (!object.until.empty() && is_kernel_from(object.until)))
      CHECK(refusal == "");
    else
      CHECK_MESSAGE(says_one_of(refusal, object.complaint), "expected: ", object.complaint, "\ngot: ", refusal);
  }
}

}  // namespace

#define EBPFXX_REJECTED_RULE(name) \
  TEST_CASE(name) { check_rule(name); }
#include EBPFXX_RULES
