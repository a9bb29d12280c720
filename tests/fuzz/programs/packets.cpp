// Programs of tests on packets without a link header, and on sockets.
#include "headers.hpp"

namespace filter_test {
#include "../../kernel/filter_test.cpp"
[[maybe_unused]] const auto registered = fuzz::Registration()
                                             .both("filter_test::drop_tcp_out", drop_tcp_out, dropped, passed)
                                             .both("filter_test::drop_udp_out", drop_udp_out, dropped)
                                             .both("filter_test::drop_in", drop_in, dropped)
                                             .both("filter_test::drop_all", drop_all, dropped)
                                             .both("filter_test::mark", mark);
}  // namespace filter_test

namespace context_field_test {
#include "../../kernel/context_field_test.cpp"
[[maybe_unused]] const auto registered = fuzz::Registration()
                                             .both("context_field_test::in_fields", in_fields)
                                             .both("context_field_test::out_fields", out_fields)
                                             .both("context_field_test::xmit_fields", xmit_fields);
}  // namespace context_field_test

namespace clock_test {
#include "../../kernel/clock_test.cpp"
[[maybe_unused]] const auto registered =
    fuzz::Registration().natively_only("clock_test::look_at_clock", look_at_clock, "it reads the time");
}  // namespace clock_test

namespace surroundings_test {
#include "../../kernel/surroundings_test.cpp"
[[maybe_unused]] const auto registered =
    fuzz::Registration()
        .natively_only("surroundings_test::look_around", look_around, "it reads a random number and the CPU")
        .natively_only("surroundings_test::look_at_sender", look_at_sender,
                       "a test run's packet has a socket that the kernel makes up")
        .natively_only("surroundings_test::look_at_nobody", look_at_nobody,
                       "a test run's packet has a socket that the kernel makes up");
}  // namespace surroundings_test

namespace non_linear_test {
#include "../../kernel/non_linear_test.cpp"
[[maybe_unused]] const auto registered = fuzz::Registration()
                                             .both("non_linear_test::look", look, seen)
                                             .both("non_linear_test::put_instead", put_instead)
                                             .both("non_linear_test::pull_too_much", pull_too_much, seen);
}  // namespace non_linear_test

namespace socket_filter_test {
#include "../../kernel/socket_filter_test.cpp"
[[maybe_unused]] const auto registered =
    fuzz::Registration()
        .both("socket_filter_test::look", look, seen)
        .prepared("socket_filter_test::cut", cut, [](auto& side) { side[kept] = 48u; })
        .prepared("socket_filter_test::reaches", reaches, [](auto& side) { side[offset] = 16u; })
        .both("socket_filter_test::has_five", has_five)
        .both("socket_filter_test::last_bytes", last_bytes, ends)
        .both("socket_filter_test::fields", fields);
}  // namespace socket_filter_test

namespace test_run_test {
#include "../../kernel/test_run_test.cpp"
[[maybe_unused]] const auto registered =
    fuzz::Registration()
        .both("test_run_test::at_in", at_in, seen)
        .both("test_run_test::at_out", at_out, seen)
        .both("test_run_test::at_xmit", at_xmit, seen)
        .both("test_run_test::at_socket", at_socket, seen)
        .both("test_run_test::at_tc", at_tc, seen)
        .both("test_run_test::narrow", narrow, seen)
        .natively_only("test_run_test::at_xdp", at_xdp, "what is in the metadata that it adds is not defined")
        .both("test_run_test::at_fragments", at_fragments, of_xdp);
}  // namespace test_run_test

namespace resize_test {
#include "../../kernel/resize_test.cpp"
template <Change What, std::int32_t Number>
constexpr auto by = [](auto& side) { side[request] = Request{What, Number}; };
[[maybe_unused]] const auto registered =
    fuzz::Registration()
        .prepared("resize_test::resize_frame head 14", resize_frame, by<Change::Head, 14>)
        .prepared("resize_test::resize_frame head 9000", resize_frame, by<Change::Head, 9000>)
        .prepared("resize_test::resize_frame tail 20", resize_frame, by<Change::Tail, 20>)
        .prepared("resize_test::resize_frame tail 60", resize_frame, by<Change::Tail, 60>)
        .prepared("resize_test::resize_frame tail 2000", resize_frame, by<Change::Tail, 2000>)
        .prepared("resize_test::resize_frame tail 16064", resize_frame, by<Change::Tail, 16064>)
        .prepared("resize_test::resize_frame tail 16065", resize_frame, by<Change::Tail, 16065>)
        .prepared("resize_test::resize_frame link 8", resize_frame, by<Change::BehindLink, 8>)
        .prepared("resize_test::resize_frame link -8", resize_frame, by<Change::BehindLink, -8>)
        .prepared("resize_test::resize_frame ip 20", resize_frame, by<Change::BehindIp, 20>)
        .prepared("resize_test::resize_frame ip -20", resize_frame, by<Change::BehindIp, -20>)
        .prepared("resize_test::resize_frame ip 4095", resize_frame, by<Change::BehindIp, 4095>)
        .prepared("resize_test::resize_packet head 14", resize_packet, by<Change::Head, 14>)
        .prepared("resize_test::resize_packet head 9000", resize_packet, by<Change::Head, 9000>)
        .prepared("resize_test::resize_packet tail 20", resize_packet, by<Change::Tail, 20>)
        .prepared("resize_test::resize_packet tail 60", resize_packet, by<Change::Tail, 60>)
        .prepared("resize_test::resize_packet tail 2000", resize_packet, by<Change::Tail, 2000>)
        .prepared("resize_test::resize_packet tail 16064", resize_packet, by<Change::Tail, 16064>)
        .prepared("resize_test::resize_packet tail 16065", resize_packet, by<Change::Tail, 16065>)
        .both("resize_test::bridge", bridge)
        .both("resize_test::tunnel", tunnel)
        .both("resize_test::tunnel6", tunnel6)
        .both("resize_test::tunnel_in", tunnel_in);
}  // namespace resize_test

namespace tunnel_test {
#include "../../kernel/tunnel_test.cpp"
template <std::int32_t Bytes, Headers Kind, std::uint8_t InnerLinkBytes, std::uint8_t FixedGso,
          std::uint8_t KeepChecksum>
constexpr auto room =
    [](auto& side) { side[room_request] = RoomRequest{Bytes, Kind, InnerLinkBytes, FixedGso, KeepChecksum}; };
[[maybe_unused]] const auto registered =
    fuzz::Registration()
        .prepared("tunnel_test::make_room ipv4", make_room, room<20, Headers::Ipv4, 0, 0, 0>)
        .prepared("tunnel_test::make_room ipv4 gre", make_room, room<42, Headers::Ipv4Gre, 14, 0, 0>)
        .prepared("tunnel_test::make_room ipv4 udp", make_room, room<28, Headers::Ipv4Udp, 0, 1, 0>)
        .prepared("tunnel_test::make_room ipv6", make_room, room<40, Headers::Ipv6, 0, 0, 1>)
        .prepared("tunnel_test::make_room ipv6 gre", make_room, room<44, Headers::Ipv6Gre, 0, 1, 1>)
        .prepared("tunnel_test::make_room ipv6 udp", make_room, room<10, Headers::Ipv6Udp, 14, 0, 0>)
        .prepared("tunnel_test::make_room less", make_room, room<-20, Headers::None, 0, 1, 0>)
        .both("tunnel_test::tunnel_home", tunnel_home)
        .both("tunnel_test::tunnel_segments", tunnel_segments);
}  // namespace tunnel_test

namespace log_test {
#include "../../kernel/log_test.cpp"
[[maybe_unused]] const auto registered =
    fuzz::Registration().both("log_test::speaks", speaks).both("log_test::chatters", chatters);
}  // namespace log_test
