// The examples' packet programs.
#include "headers.hpp"

namespace lwt_drop {
#include "../../../examples/lwt_drop/lwt_drop.hpp"
[[maybe_unused]] const auto registered = fuzz::Registration()
                                             .both("lwt_drop::drop_egress", drop_egress, drops)
                                             .both("lwt_drop::drop_ingress", drop_ingress, drops);
}  // namespace lwt_drop

namespace lwt_len_hist {
#include "../../../examples/lwt_len_hist/lwt_len_hist.hpp"
[[maybe_unused]] const auto registered =
    fuzz::Registration().both("lwt_len_hist::count_lengths", count_lengths, lengths);
}  // namespace lwt_len_hist

namespace tc_rewrite {
#include "../../../examples/tc_rewrite/tc_rewrite.hpp"
[[maybe_unused]] const auto registered = fuzz::Registration()
                                             .both("tc_rewrite::rewrite_requests", rewrite_requests, requests)
                                             .both("tc_rewrite::rewrite_answers", rewrite_answers, answers);
}  // namespace tc_rewrite

namespace xdp_drop {
#include "../../../examples/xdp_drop/xdp_drop.hpp"
[[maybe_unused]] const auto registered = fuzz::Registration().both("xdp_drop::drop_tcp", drop_tcp, drops);
}  // namespace xdp_drop
