// Operators on bounded numbers, as offsets and as indexes.
#include "headers.hpp"

namespace bounded_test {
#include "../../kernel/bounded_test.cpp"
#define EBPFXX_OPERATOR(name, greatest, expression)                             \
  [[maybe_unused]] const auto registered_##name =                               \
      fuzz::Registration()                                                      \
          .both("bounded_test::" #name "_offset", name##_offset)                \
          .both("bounded_test::" #name "_mask", name##_mask, name##_mask_table) \
          .both("bounded_test::" #name "_exact", name##_exact, name##_exact_table);
#include "../../kernel/operators.inc"
#undef EBPFXX_OPERATOR

[[maybe_unused]] const auto registered_count_powers =
    fuzz::Registration().both("bounded_test::count_powers", count_powers, powers);
}  // namespace bounded_test
