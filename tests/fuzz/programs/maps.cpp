// Programs of tests on what programs share with the application.
#include "headers.hpp"

// clang-format off: they define functions of a namespace that the header is in
#include "../../kernel/support/across_sources.hpp"
#include "../../kernel/across_sources_test.cpp"
#include "../../kernel/across_sources_second.cpp"
// clang-format on
[[maybe_unused]] const auto registered = fuzz::Registration()
                                             .both("ebpfxx::test::across::in_header", in_header, seen, last_mark)
                                             .both("in_first", in_first, seen)
                                             .both("in_second", in_second, seen, last_mark);

namespace counting_programs {
#include "../../kernel/support/counting_programs.hpp"
[[maybe_unused]] const auto registered = fuzz::Registration()
                                             .both("counting_programs::count_in", count_in, seen_in)
                                             .both("counting_programs::count_out", count_out, seen_out)
                                             .both("counting_programs::count_xmit", count_xmit, seen_xmit);
}  // namespace counting_programs

namespace global_test {
#include "../../kernel/global_test.cpp"
[[maybe_unused]] const auto registered =
    fuzz::Registration()
        .both("global_test::limited", limited, limit, packets, balance, open_to_all)
        .both("global_test::leave", leave, mode, packets, last_source)
        .both("global_test::without_globals", without_globals);
}  // namespace global_test

namespace map_kind_test {
#include "../../kernel/map_kind_test.cpp"
[[maybe_unused]] const auto registered = fuzz::Registration()
                                             .both("map_kind_test::count_marks", count_marks, recent, recent_per_cpu)
                                             .both("map_kind_test::find_site", find_site, sites, sites6)
                                             .both("map_kind_test::change_site", change_site, sites)
                                             .since(6, 13, "earlier ones refuse to change an entry of a full trie");
}  // namespace map_kind_test

namespace map_test {
#include "../../kernel/map_test.cpp"
[[maybe_unused]] const auto registered =
    fuzz::Registration().both("map_test::count_everywhere", count_everywhere, flows, few, array, lengths, odd);
}  // namespace map_test

namespace ring_buffer_test {
#include "../../kernel/ring_buffer_test.cpp"
[[maybe_unused]] const auto registered =
    fuzz::Registration()
        .natively_only("ring_buffer_test::report", report, "its records hold the time")
        .both("ring_buffer_test::report_few", report_few, few_reports)
        .both("ring_buffer_test::report_large", report_large, large_reports)
        .both("ring_buffer_test::report_by_parity", report_by_parity, odd_reports, even_reports);
}  // namespace ring_buffer_test

namespace pin_test {
#include "../../kernel/pin_test.cpp"
[[maybe_unused]] const auto registered =
    fuzz::Registration()
        .both("pin_test::pinned::count", pinned::count, usage, total, networks)
        .both("pin_test::pinned::touch_others", touch_others, same_bytes, other_name, other_sign, other_order,
              other_array, other_element, longer, more_entries, other_kind, other_key);
}  // namespace pin_test

namespace map_errors_test {
#include "../../kernel/map_errors_test.cpp"
template <Call What>
constexpr auto to = [](auto& side) { side[call] = What; };
[[maybe_unused]] const auto registered =
    fuzz::Registration()
        .prepared("map_errors_test::use_hash lookup", use_hash, to<Call::Lookup>, key, value, flags, hash, result)
        .prepared("map_errors_test::use_hash update", use_hash, to<Call::Update>, key, value, flags, hash, result)
        .prepared("map_errors_test::use_hash erase", use_hash, to<Call::Erase>, key, value, flags, hash, result)
        .prepared("map_errors_test::use_per_cpu_hash lookup", use_per_cpu_hash, to<Call::Lookup>, key, value, flags,
                  per_cpu_hash, result)
        .prepared("map_errors_test::use_per_cpu_hash update", use_per_cpu_hash, to<Call::Update>, key, value, flags,
                  per_cpu_hash, result)
        .prepared("map_errors_test::use_per_cpu_hash erase", use_per_cpu_hash, to<Call::Erase>, key, value, flags,
                  per_cpu_hash, result)
        .prepared("map_errors_test::use_recent lookup", use_recent, to<Call::Lookup>, key, value, flags, recent, result)
        .prepared("map_errors_test::use_recent update", use_recent, to<Call::Update>, key, value, flags, recent, result)
        .prepared("map_errors_test::use_recent erase", use_recent, to<Call::Erase>, key, value, flags, recent, result)
        .prepared("map_errors_test::use_array lookup", use_array, to<Call::Lookup>, key, value, flags,
                  map_errors_test::array, result)
        .prepared("map_errors_test::use_array update", use_array, to<Call::Update>, key, value, flags,
                  map_errors_test::array, result)
        .prepared("map_errors_test::use_array erase", use_array, to<Call::Erase>, key, value, flags,
                  map_errors_test::array, result)
        .prepared("map_errors_test::use_per_cpu_array lookup", use_per_cpu_array, to<Call::Lookup>, key, value, flags,
                  per_cpu_array, result)
        .prepared("map_errors_test::use_per_cpu_array update", use_per_cpu_array, to<Call::Update>, key, value, flags,
                  per_cpu_array, result)
        .prepared("map_errors_test::use_per_cpu_array erase", use_per_cpu_array, to<Call::Erase>, key, value, flags,
                  per_cpu_array, result)
        .prepared("map_errors_test::use_trie lookup", use_trie, to<Call::Lookup>, key, value, flags, trie, result)
        .prepared("map_errors_test::use_trie update", use_trie, to<Call::Update>, key, value, flags, trie, result)
        .since(6, 13, "earlier ones ignore what the flags of a trie's update say")
        .prepared("map_errors_test::use_trie erase", use_trie, to<Call::Erase>, key, value, flags, trie, result)
        .both("map_errors_test::submit_record", submit_record, ring, result);
}  // namespace map_errors_test

namespace objects {
#include "../../kernel/support/programs_of_objects.hpp"
[[maybe_unused]] const auto registered =
    fuzz::Registration()
        .both("objects::answer", answer, answers)
        .both("objects::choose", choose)
        .prepared("objects::choose large", choose, [](auto& side) { side[large] = true; })
        .prepared("objects::choose 8", choose, [](auto& side) { side[reply] = 8u; })
        .both("objects::touch", touch, untouched)
        .natively_only("objects::refused", "the kernel is to refuse it")
        .natively_only("objects::hoard", "no machine has room for its map")
        .both("objects::outer::inner::program_with_a_long_name", outer::inner::program_with_a_long_name,
              outer::inner::map_with_a_long_name)
        .both("objects::outer::Filters::pass", outer::Filters::pass);
}  // namespace objects
