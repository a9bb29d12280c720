#define DOCTEST_CONFIG_DISABLE
#include "../../kernel/map_test.cpp"

#include "../fuzz.hpp"

namespace {

[[maybe_unused]] const auto registered =
    fuzz::Registration().both("count_everywhere", count_everywhere, flows, few, array, lengths, odd);

}  // namespace
