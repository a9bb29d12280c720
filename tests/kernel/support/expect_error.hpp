#pragma once

#include <doctest/doctest.h>

#include <string>

#include <ebpfxx/error.hpp>

namespace ebpfxx::test {

/// Checks that `body` throws an Error with this errno and exactly this line; other exceptions pass through.
template <class Body>
void expect_error(int number, const std::string& line, Body body) {
  try {
    static_cast<void>(body());
  } catch (const Error& error) {
    CHECK(error.code().value() == number);
    CHECK(std::string(error.what()) == line);
    return;
  }
  FAIL("nothing was thrown instead of: ", line);
}

/// "<errno>: <line>" of the Error that `body` throws, for errors that have to happen in a child process.
template <class Body>
std::string error_text(Body body) {
  try {
    body();
  } catch (const Error& error) {
    return std::to_string(error.code().value()) + ": " + error.what();
  }
  return "nothing was thrown";
}

}  // namespace ebpfxx::test
