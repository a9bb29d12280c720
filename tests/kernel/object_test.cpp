// Objects: what is opened and loaded, what is not, and what is said about it.
#include <bpf/bpf.h>
#include <doctest/doctest.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <ebpfxx.hpp>
#include <string>
#include <thread>
#include <utility>

#include "support/capabilities.hpp"
#include "support/child_process.hpp"
#include "support/expect_error.hpp"
#include "support/programs_of_objects.hpp"
#include "support/system_calls.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;

namespace {

/// What the program answers to an IPv4 packet, by the kernel's test run (BPF_PROG_TEST_RUN).
template <class Hook>
std::uint32_t verdict(const ProgramHandle<Hook>& program) {
  std::array<std::uint8_t, 64> frame{};
  frame[12] = 8;  // EtherType IPv4
  frame[14] = 0x45;
  bpf_test_run_opts options{};
  options.sz = sizeof options;
  options.data_in = frame.data();
  options.data_size_in = frame.size();
  REQUIRE(bpf_prog_test_run_opts(program.fd(), &options) == 0);
  return options.retval;
}

/// Whether the program of this number is gone; the kernel frees programs a little later.
bool goes(std::uint32_t id) {
  for (int attempt = 0; attempt < 200; ++attempt) {
    const int descriptor = bpf_prog_get_fd_by_id(id);
    if (descriptor < 0) return true;
    close(descriptor);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

}  // namespace

TEST_CASE("only what is opened is loaded") {
  auto object = Object::open(answer);
  CHECK(object.name() == "objects");
  CHECK_FALSE(object.loaded());
  object.load();
  CHECK(object.loaded());
  CHECK(object[answer].name() == "answer");
  CHECK(object[answer].fd() >= 0);
  CHECK(object[answer].id() > 0);
  CHECK(object[answers].sum() == 0);
  expect_error(ENOENT, "cannot use program refused: it was not opened; name it in Object::open",
               [&] { return object[refused]; });
  expect_error(ENOENT, "cannot use map untouched: no program that was opened touches it",
               [&] { return object[untouched]; });
}

TEST_CASE("a branch on a Config follows what was set, not the default" * doctest::test_suite("Config")) {
  struct Row {
    bool large;
    std::uint32_t reply, verdict;
  };
  for (const Row& row : {Row{false, 7, 10}, {true, 7, 1000}, {false, 8, 1000}}) {
    auto object = Object::open(choose);
    object[large] = row.large;
    object[reply] = row.reply;
    object.load();
    CHECK(verdict(object[choose]) == row.verdict);
  }
}

TEST_CASE("handles and values have their time" * doctest::test_suite("Config")) {
  auto object = Object::open(answer);
  expect_error(EBADF, "cannot use program answer: the object is not loaded; load() comes first",
               [&] { return object[answer]; });
  expect_error(EBADF, "cannot use map answers: the object is not loaded; load() comes first",
               [&] { return object[answers]; });
  CHECK(object[reply].value() == 7);
  object[reply] = 9;
  CHECK(object[reply].value() == 9);
  object.load();
  expect_error(EBUSY, "cannot set reply: load() has taken the values; set it before load()", [&] {
    object[reply] = 10;
    return 0;
  });
  expect_error(EBUSY, "cannot load object objects: it is loaded; open another Object", [&] {
    object.load();
    return 0;
  });
  CHECK(object[reply].value() == 9);
}

TEST_CASE("several objects live at once, each with its own values and maps") {
  auto first = Object::open(answer), second = Object::open(answer, touch), third = Object::open(answer);
  first[reply] = 1;
  second[reply] = 2;
  first.load();
  second.load();
  third.load();
  CHECK(verdict(first[answer]) == 1);
  CHECK(verdict(second[answer]) == 2);
  CHECK(verdict(second[answer]) == 2);
  CHECK(verdict(third[answer]) == 7);
  CHECK(first[answers].sum() == 1);
  CHECK(second[answers].sum() == 2);
  second[untouched].set(1, 2);
  CHECK(second[untouched].find(1) == 2u);
  Object moved = std::move(first);
  CHECK(moved[answers].sum() == 1);
}

TEST_CASE("an object that goes takes its programs and maps with it") {
  std::uint32_t id = 0;
  {
    auto object = Object::open(answer);
    object.load();
    id = object[answer].id();
    int descriptor = bpf_prog_get_fd_by_id(id);
    CHECK(descriptor >= 0);
    close(descriptor);
  }
  CHECK(goes(id));
}

TEST_CASE("an object that another is moved to takes its own programs out, and has the other's") {
  auto object = Object::open(answer), other = Object::open(answer);
  object.load();
  other.load();
  const std::uint32_t own = object[answer].id(), others = other[answer].id();
  object = std::move(other);
  CHECK(goes(own));
  CHECK(object[answer].id() == others);
}

TEST_CASE("a variable that no program uses is not in the object" * doctest::test_suite("Config")) {
  auto object = Object::open(answer);
  expect_error(
      ENOENT,
      "cannot find a Config: no object embedded in this application has it; a map, Config or Global is embedded when a "
      "program uses it, and all of it by ebpfxx_target_programs(<target>) in CMake",
      [&] { return object[unused].value(); });
}

TEST_CASE("names carry their namespaces and classes, and may be longer than the kernel's") {
  auto object = Object::open(outer::inner::program_with_a_long_name, outer::Filters::pass);
  object.load();
  CHECK(object[outer::inner::program_with_a_long_name].name() == "outer__inner__program_with_a_long_name");
  CHECK(object[outer::Filters::pass].name() == "outer__Filters__pass");
  CHECK(object[outer::inner::map_with_a_long_name].name() == "outer__inner__map_with_a_long_name");
}

TEST_CASE("a map that the kernel cannot make is named") {
  auto object = Object::open(hoard);
  expect_error(ENOMEM, "cannot create map huge: Cannot allocate memory; give it fewer entries", [&] {
    object.load();
    return 0;
  });
}

TEST_CASE("without rights, load names the capabilities that are missing") {
  const std::string text = text_from_child([] {
    auto object = Object::open(answer);
    drop_capabilities();
    return error_text([&] { object.load(); });
  });
  CHECK(
      text ==
      "1: cannot load object objects: Operation not permitted; this needs CAP_BPF and CAP_NET_ADMIN (run it as root)");
}

TEST_CASE("a kernel without BPF is called that") {
  const std::string text = text_from_child([] {
    auto object = Object::open(answer);
    forbid_system_call(SYS_bpf, ENOSYS);
    return error_text([&] { object.load(); });
  });
  CHECK(text == "38: cannot load object objects: this kernel has no BPF; it needs CONFIG_BPF_SYSCALL");
}

TEST_CASE("a limit that may not be raised does no harm") {
  const std::string text = text_from_child([] {
    auto object = Object::open(answer);
    forbid_system_call(SYS_prlimit64, EPERM);
    object.load();
    return std::string("loaded");
  });
  CHECK(text == "loaded");
}
