// A program that passes ebpfxx-cc and that the kernel refuses: the error names the program, the reason and the C++
// line.
#include <doctest/doctest.h>

#include <cerrno>
#include <ebpfxx.hpp>
#include <string>

#include "support/programs_of_objects.hpp"

using namespace ebpfxx;

TEST_CASE("a refused program's error names it, the verifier's reason and the C++ line") {
  auto object = Object::open(refused, answer);
  std::string line;
  try {
    object.load();
    FAIL("the kernel took it");
  } catch (const Error& error) {
    line = error.what();
    CHECK(error.code().value() == EACCES);
    CHECK(error.attempt() == "load program refused");
    CHECK(error.name() == "refused");
    const explain::Refusal& refusal = error.refusal();
    CHECK(refusal.program == "refused");
    CHECK(refusal.reason.find("invalid mem access") != std::string::npos);
    REQUIRE(refusal.instruction);
    CHECK(refusal.location.file.ends_with("programs_of_objects.hpp"));
    CHECK(refusal.location.text.find("// the refused line") != std::string::npos);
    CHECK(refusal.log.find("processed ") != std::string::npos);
    CHECK(line.starts_with("cannot load program refused: the kernel's verifier refuses "));
    CHECK(line.find("programs_of_objects.hpp:" + std::to_string(refusal.location.line) + ": ") != std::string::npos);
    CHECK(line.find('\n') == std::string::npos);
    // Kernels from 6.10 on print the line themselves: it is ours.
    if (std::size_t place = refusal.log.rfind(" @ "); place != std::string::npos)
      CHECK(
          refusal.log.substr(place).starts_with(" @ programs_of_objects.hpp:" + std::to_string(refusal.location.line)));
  }
  CHECK_FALSE(object.loaded());
}

TEST_CASE("a refused program in the object does not sink the others") {
  auto object = Object::open(answer, touch);
  CHECK_NOTHROW(object.load());
  auto all = Object::open_all(answer);
  CHECK_THROWS_AS(all.load(), Error);
}
