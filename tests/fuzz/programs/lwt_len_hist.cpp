#define main application_main
#include "../../../examples/lwt_len_hist/lwt_len_hist.cpp"
#undef main

#include "../fuzz.hpp"

namespace {

[[maybe_unused]] const auto registered = fuzz::Registration().both("count_lengths", count_lengths, lengths);

}  // namespace
