#define DOCTEST_CONFIG_DISABLE
#include "../../kernel/meeting_parses_test.cpp"

#include "../fuzz.hpp"

namespace {

[[maybe_unused]] const auto registered = fuzz::Registration()
                                             .both("chosen", chosen)
                                             .both("assigned", assigned)
                                             .both("returned", returned)
                                             .both("read_twice", read_twice)
                                             .both("gone_on_from", gone_on_from);

}  // namespace
