#define main application_main
#include "../../../examples/lwt_drop/lwt_drop.cpp"
#undef main

#include "../fuzz.hpp"

namespace {

[[maybe_unused]] const auto registered =
    fuzz::Registration().both("drop_egress", drop_egress, drops).both("drop_ingress", drop_ingress, drops);

}  // namespace
