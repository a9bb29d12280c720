// Ordinary C++: constants, and what the lowering makes of indexes, loops and divisions.
#include "headers.hpp"

namespace constant_data_test {
#include "../../kernel/constant_data_test.cpp"
[[maybe_unused]] const auto registered = fuzz::Registration()
                                             .both("constant_data_test::sum_of_tables", sum_of_tables)
                                             .both("constant_data_test::one_table", one_table)
                                             .both("constant_data_test::local_constants", local_constants)
                                             .both("constant_data_test::by_switch", by_switch)
                                             .both("constant_data_test::table_of_texts", table_of_texts)
                                             .both("constant_data_test::table_of_pointers", table_of_pointers)
                                             .both("constant_data_test::table_of_views", table_of_views)
                                             .both("constant_data_test::table_of_structs", table_of_structs)
                                             .both("constant_data_test::table_of_tables", table_of_tables)
                                             .both("constant_data_test::text_by_switch", text_by_switch)
                                             .both("constant_data_test::table_with_null", table_with_null)
                                             .both("constant_data_test::of_shared_table", of_shared_table);
}  // namespace constant_data_test

namespace lowering_test {
#include "../../kernel/lowering_test.cpp"
[[maybe_unused]] const auto registered = fuzz::Registration()
                                             .both("lowering_test::copied_record", copied_record)
                                             .both("lowering_test::copied_unaligned", copied_unaligned)
                                             .both("lowering_test::copied_bytes", copied_bytes)
                                             .both("lowering_test::counts", counts)
                                             .both("lowering_test::table_of_rows", table_of_rows)
                                             .both("lowering_test::own_or", own_or)
                                             .both("lowering_test::spilled_bound", spilled_bound, numbers)
                                             .both("lowering_test::every_third", every_third)
                                             .both("lowering_test::found_in_copy", found_in_copy)
                                             .both("lowering_test::found_in_packet", found_in_packet)
                                             .both("lowering_test::binary_search", binary_search)
                                             .both("lowering_test::least_of_all", least_of_all)
                                             .both("lowering_test::one_field_written", one_field_written)
                                             .both("lowering_test::one_field_read", one_field_read)
                                             .both("lowering_test::field_or_byte", field_or_byte)
                                             .both("lowering_test::field_of_three", field_of_three)
                                             .both("lowering_test::field_or_value", field_or_value)
                                             .both("lowering_test::counted_down", counted_down)
                                             .both("lowering_test::by_one_at_least", by_one_at_least)
                                             .both("lowering_test::greatest_common_divisor", greatest_common_divisor);
}  // namespace lowering_test

namespace loop_test {
#include "../../kernel/loop_test.cpp"
[[maybe_unused]] const auto registered = fuzz::Registration()
                                             .both("loop_test::as_often_as_told", as_often_as_told)
                                             .both("loop_test::signed_count", signed_count)
                                             .both("loop_test::wide_count", wide_count)
                                             .both("loop_test::all_ways_out", all_ways_out)
                                             .both("loop_test::nested", nested)
                                             .both("loop_test::elements", elements, table_of_64)
                                             .both("loop_test::bytes_of_the_packet", bytes_of_the_packet)
                                             .both("loop_test::list_in_a_map", list_in_a_map, successors)
                                             .both("loop_test::set_bits", set_bits)
                                             .both("loop_test::common_divisor", common_divisor)
                                             .both("loop_test::three_n_plus_one", three_n_plus_one)
                                             .both("loop_test::until_equal", until_equal)
                                             .both("loop_test::remainder_with_ways", remainder_with_ways)
                                             .both("loop_test::quotient_in_a_table", quotient_in_a_table)
                                             .both("loop_test::remainders_nested", remainders_nested)
                                             .both("loop_test::bits_compared", bits_compared)
                                             .both("loop_test::square_root_by_bits", square_root_by_bits)
                                             .both("loop_test::doubled_bit", doubled_bit)
                                             .both("loop_test::long_by_branches", long_by_branches)
                                             .both("loop_test::long_count", long_count)
                                             .both("loop_test::long_ways_out", long_ways_out)
                                             .both("loop_test::long_constant", long_constant)
                                             .both("loop_test::long_downwards", long_downwards)
                                             .both("loop_test::short_downwards", short_downwards)
                                             .both("loop_test::long_in_steps", long_in_steps)
                                             .both("loop_test::long_nested", long_nested)
                                             .both("loop_test::long_elements", long_elements, table_of_64)
                                             .both("loop_test::long_over_bytes", long_over_bytes)
                                             .both("loop_test::long_list_in_a_map", long_list_in_a_map, successors)
                                             .both("loop_test::long_search", long_search)
                                             .both("loop_test::long_with_change", long_with_change)
                                             .both("loop_test::long_and_last", long_and_last)
                                             .both("loop_test::resized_in_rounds", resized_in_rounds)
                                             .both("loop_test::long_until_return", long_until_return)
                                             .both("loop_test::down_and_up", down_and_up);
}  // namespace loop_test

namespace short_counter_test {
#include "../../kernel/short_counter_test.cpp"
[[maybe_unused]] const auto registered = fuzz::Registration()
                                             .both("short_counter_test::from_start_of_8_bits", from_start_of_8_bits)
                                             .both("short_counter_test::from_start_of_16_bits", from_start_of_16_bits)
                                             .both("short_counter_test::from_start_of_32_bits", from_start_of_32_bits)
                                             .both("short_counter_test::down_in_8_bits", down_in_8_bits)
                                             .both("short_counter_test::down_in_16_bits", down_in_16_bits)
                                             .both("short_counter_test::until_equal_or_found", until_equal_or_found)
                                             .both("short_counter_test::with_sign_in_rounds", with_sign_in_rounds);
}  // namespace short_counter_test
