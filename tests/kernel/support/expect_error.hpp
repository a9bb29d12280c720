#pragma once

#include <doctest/doctest.h>

#include <string>

#include <ebpfxx/runtime/error.hpp>

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

}  // namespace ebpfxx::test
