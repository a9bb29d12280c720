#define DOCTEST_CONFIG_DISABLE
#include "../../kernel/global_test.cpp"

#include "../fuzz.hpp"

namespace {

[[maybe_unused]] const auto registered = fuzz::Registration()
                                             .both("limited", limited, limit, packets, balance, open_to_all)
                                             .both("leave", leave, mode, packets, last_source)
                                             .both("without_globals", without_globals);

}  // namespace
