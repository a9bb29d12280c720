#define DOCTEST_CONFIG_DISABLE
#include "../../kernel/socket_filter_test.cpp"

#include "../fuzz.hpp"

namespace {

[[maybe_unused]] const auto registered = fuzz::Registration()
                                             .both("look", look, seen)
                                             .prepared("cut", cut, [](auto& side) { side[kept] = 48u; })
                                             .prepared("reaches", reaches, [](auto& side) { side[offset] = 16u; })
                                             .both("has_five", has_five)
                                             .both("last_bytes", last_bytes, ends)
                                             .both("fields", fields);

}  // namespace
