#define DOCTEST_CONFIG_DISABLE
#include "../../kernel/xdp_test.cpp"

#include "../fuzz.hpp"

namespace {

[[maybe_unused]] const auto registered =
    fuzz::Registration()
        .both("drop_udp", drop_udp, dropped)
        .both("reflect", reflect)
        .both("forward", forward)
        .both("pass", pass)
        .both("abort_all", abort_all)
        .prepared("move_head", move_head, [](auto& side) { side[delta] = 4; })
        .prepared("move_head_back", move_head, [](auto& side) { side[delta] = -8; })
        .prepared("move_tail", move_tail, [](auto& side) { side[delta] = 128; })
        .prepared("move_tail_back", move_tail, [](auto& side) { side[delta] = -9; })
        .natively_only("write_note", "metadata may have 32 bytes natively, as on Linux 6.1; on 6.18 it may have more")
        .both("read_note", read_note, notes)
        .both("look_far", look_far, notes);

}  // namespace
