#define DOCTEST_CONFIG_DISABLE
#include "../../kernel/checksum_test.cpp"

#include "../fuzz.hpp"

namespace {

[[maybe_unused]] const auto registered = fuzz::Registration()
                                             .both("redirect_out", redirect_out)
                                             .both("redirect_in", redirect_in)
                                             .both("redirect_frame", redirect_frame);

}  // namespace
