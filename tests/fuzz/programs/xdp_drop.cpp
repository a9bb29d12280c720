#define main application_main
#include "../../../examples/xdp_drop/xdp_drop.cpp"
#undef main

#include "../fuzz.hpp"

namespace {

[[maybe_unused]] const auto registered = fuzz::Registration().both("drop_tcp", drop_tcp, drops);

}  // namespace
