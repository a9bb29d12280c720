#define DOCTEST_CONFIG_DISABLE
#include "../../kernel/non_linear_test.cpp"

#include "../fuzz.hpp"

namespace {

[[maybe_unused]] const auto registered = fuzz::Registration()
                                             .both("look", look, seen)
                                             .both("put_instead", put_instead)
                                             .both("pull_too_much", pull_too_much, seen);

}  // namespace
