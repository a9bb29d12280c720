#define DOCTEST_CONFIG_DISABLE
#include "../../kernel/tc_test.cpp"

#include "../fuzz.hpp"

namespace {

[[maybe_unused]] const auto registered =
    fuzz::Registration()
        .both("drop_in", drop_in, dropped)
        .both("drop_out", drop_out, dropped)
        .both("rewrite_tcp_in", rewrite_tcp_in)
        .both("rewrite_udp_out", rewrite_udp_out)
        .both("rewrite_address", rewrite_address)
        .both("forward", forward)
        .natively_only("copy", "clone_redirect sends a copy at once, to an interface that a test run does not have")
        .both("look_at_tag", look_at_tag, tags)
        .prepared("push", push, [](auto& side) { side[tag_to_push] = std::uint16_t{7}; })
        .both("pop", pop)
        .both("ingress_fields", ingress_fields)
        .both("egress_fields", egress_fields);

}  // namespace
