#define DOCTEST_CONFIG_DISABLE
#include "../../kernel/filter_test.cpp"

#include "../fuzz.hpp"

namespace {

[[maybe_unused]] const auto registered = fuzz::Registration()
                                             .both("drop_tcp_out", drop_tcp_out, dropped, passed)
                                             .both("drop_udp_out", drop_udp_out, dropped)
                                             .both("drop_in", drop_in, dropped)
                                             .both("drop_all", drop_all, dropped)
                                             .both("mark", mark);

}  // namespace
