// Programs of tests on frames: of Xdp, and of Tc.
#include "headers.hpp"

namespace xdp_test {
#include "../../kernel/xdp_test.cpp"
[[maybe_unused]] const auto registered =
    fuzz::Registration()
        .both("xdp_test::drop_udp", drop_udp, dropped)
        .both("xdp_test::reflect", reflect)
        .both("xdp_test::forward", forward)
        .both("xdp_test::pass", pass)
        .both("xdp_test::abort_all", abort_all)
        .prepared("xdp_test::move_head by 4", move_head, [](auto& side) { side[delta] = 4; })
        .prepared("xdp_test::move_head by -8", move_head, [](auto& side) { side[delta] = -8; })
        .prepared("xdp_test::move_tail by 128", move_tail, [](auto& side) { side[delta] = 128; })
        .prepared("xdp_test::move_tail by -9", move_tail, [](auto& side) { side[delta] = -9; })
        .natively_only("xdp_test::write_note", write_note,
                       "metadata may have 32 bytes natively, as on Linux 6.1; on 6.18 it may have more")
        .both("xdp_test::read_note", read_note, notes)
        .both("xdp_test::look_far", look_far, notes);
}  // namespace xdp_test

namespace tc_test {
#include "../../kernel/tc_test.cpp"
[[maybe_unused]] const auto registered =
    fuzz::Registration()
        .both("tc_test::drop_in", drop_in, dropped)
        .both("tc_test::drop_out", drop_out, dropped)
        .both("tc_test::rewrite_tcp_in", rewrite_tcp_in)
        .both("tc_test::rewrite_udp_out", rewrite_udp_out)
        .both("tc_test::rewrite_address", rewrite_address)
        .both("tc_test::forward", forward)
        .prepared("tc_test::forward to ingress", forward, [](auto& side) { side[to_ingress] = true; })
        .natively_only("tc_test::copy", copy,
                       "clone_redirect sends a copy at once, to an interface that a test run does not have")
        .both("tc_test::look_at_tag", look_at_tag, tags)
        .prepared("tc_test::push", push, [](auto& side) { side[tag_to_push] = std::uint16_t{7}; })
        .both("tc_test::pop", pop)
        .both("tc_test::ingress_fields", ingress_fields)
        .both("tc_test::egress_fields", egress_fields);
}  // namespace tc_test

namespace checksum_test {
#include "../../kernel/checksum_test.cpp"
[[maybe_unused]] const auto registered = fuzz::Registration()
                                             .both("checksum_test::redirect_out", redirect_out)
                                             .both("checksum_test::redirect_in", redirect_in)
                                             .both("checksum_test::redirect_frame", redirect_frame);
}  // namespace checksum_test

namespace meeting_parses_test {
#include "../../kernel/meeting_parses_test.cpp"
[[maybe_unused]] const auto registered = fuzz::Registration()
                                             .both("meeting_parses_test::chosen", chosen)
                                             .both("meeting_parses_test::assigned", assigned)
                                             .both("meeting_parses_test::returned", returned)
                                             .both("meeting_parses_test::read_twice", read_twice)
                                             .both("meeting_parses_test::gone_on_from", gone_on_from);
}  // namespace meeting_parses_test

namespace relations_test {
#include "../../kernel/relations_test.cpp"
[[maybe_unused]] const auto registered = fuzz::Registration()
                                             .both("relations_test::drop_http", drop_http)
                                             .both("relations_test::drop_http_in", drop_http_in)
                                             .both("relations_test::drop_questions", drop_questions)
                                             .both("relations_test::drop_tagged_ip", drop_tagged_ip)
                                             .both("relations_test::drop_tagged_payload", drop_tagged_payload)
                                             .both("relations_test::encapsulate", encapsulate);
}  // namespace relations_test

namespace transport_test {
#include "../../kernel/transport_test.cpp"
[[maybe_unused]] const auto registered =
    fuzz::Registration()
        .both("transport_test::close_port", close_port, outcomes)
        .both("transport_test::close_port_in_copies", close_port_in_copies, outcomes)
        .both("transport_test::count_flow_bytes", count_flow_bytes, flow_bytes)
        .both("transport_test::clear_port", clear_port);
}  // namespace transport_test

namespace interface_attach_test {
#include "../../kernel/interface_attach_test.cpp"
[[maybe_unused]] const auto registered = fuzz::Registration()
                                             .both("interface_attach_test::count_frames", count_frames, frames_seen)
                                             .both("interface_attach_test::other_frames", other_frames)
                                             .both("interface_attach_test::count_in", count_in, filtered)
                                             .both("interface_attach_test::count_out", count_out, filtered)
                                             .both("interface_attach_test::idle", idle);
}  // namespace interface_attach_test

namespace names_test {
#include "../../kernel/names_test.cpp"
[[maybe_unused]] const auto registered = fuzz::Registration()
                                             .both("names_test::watch_names", watch_names, payloads, asked_for, greeted)
                                             .both("names_test::ask_by_view", ask_by_view, long_names)
                                             .both("names_test::ask_by_copy", ask_by_copy, long_names)
                                             .both("names_test::ask_for_example", ask_for_example)
                                             .both("names_test::find_scale", find_scale)
                                             .both("names_test::find_alert", find_alert)
                                             .both("names_test::look_for_scale", look_for_scale)
                                             .both("names_test::refuse_twice", refuse_twice);
}  // namespace names_test

// The entries are empty: Object::open of one program has no other to put into them.
namespace tail_call_test {
#include "../../kernel/tail_call_test.cpp"
[[maybe_unused]] const auto registered = fuzz::Registration()
                                             .both("tail_call_test::jumps::entry", entry)
                                             .both("tail_call_test::jumps::again", again, rounds)
                                             .both("tail_call_test::jumps::leave_a_mark", leave_a_mark)
                                             .both("tail_call_test::jumps::to_last", to_last)
                                             .both("tail_call_test::jumps::drop", drop)
                                             .both("tail_call_test::jumps::not_opened", not_opened)
                                             .both("tail_call_test::jumps::udp_only", udp_only);
}  // namespace tail_call_test
