#define main application_main
#include "../../../examples/tc_rewrite/tc_rewrite.cpp"
#undef main

#include "../fuzz.hpp"

namespace {

[[maybe_unused]] const auto registered = fuzz::Registration()
                                             .both("rewrite_requests", rewrite_requests, requests)
                                             .both("rewrite_answers", rewrite_answers, answers);

}  // namespace
