#define DOCTEST_CONFIG_DISABLE
#include "../../kernel/context_field_test.cpp"

#include "../fuzz.hpp"

namespace {

[[maybe_unused]] const auto registered =
    fuzz::Registration().both("in_fields", in_fields).both("out_fields", out_fields).both("xmit_fields", xmit_fields);

}  // namespace
