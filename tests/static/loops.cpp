// Ranges with a bound: how many numbers they have, in constant evaluation.
#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <limits>

#include <ebpfxx/number/up_to.hpp>

using namespace ebpfxx;

namespace {

/// How often a loop over the range runs; each number has to be one more than that before.
template <class Range>
constexpr std::uint32_t rounds(Range range) {
  std::uint32_t count = 0;
  for (const std::uint32_t i : range)
    if (i != count++) return 1000;
  return count;
}

}  // namespace

static_assert(rounds(up_to<8>(0)) == 0);
static_assert(rounds(up_to<8>(7)) == 7);
static_assert(rounds(up_to<8>(8)) == 8);
static_assert(rounds(up_to<8>(9)) == 8);
static_assert(rounds(up_to<0>(9)) == 0);
static_assert(rounds(up_to<8>()) == 8);
static_assert(up_to<8>(7).size() == 7);
static_assert(up_to<8>(9).size() == 8);

// Counts of all types, at their ends.
static_assert(rounds(up_to<8>(-1)) == 0);
static_assert(rounds(up_to<8>(std::numeric_limits<std::int64_t>::min())) == 0);
static_assert(rounds(up_to<8>(std::numeric_limits<std::int64_t>::max())) == 8);
static_assert(rounds(up_to<8>(std::uint8_t{255})) == 8);
static_assert(rounds(up_to<8>(std::uint64_t{1} << 32)) == 8);
static_assert(rounds(up_to<8>((std::uint64_t{1} << 32) + 3)) == 8);
static_assert(rounds(up_to<8>(Bounded<0, 9>::clamped(5))) == 5);
static_assert(rounds(up_to<8>(Bounded<-9, 9>::clamped(-5))) == 0);

constexpr std::uint32_t first_above(const std::array<std::uint32_t, 4>& numbers, std::uint32_t limit) {
  for (const std::uint32_t i : up_to<4>()) {
    if (numbers[i] == 0) continue;
    if (numbers[i] > limit) return i;
  }
  return 4;
}
static_assert(first_above({1, 0, 7, 9}, 5) == 2);
static_assert(first_above({1, 0, 7, 9}, 9) == 4);

constexpr std::uint32_t pairs(std::uint32_t count) {
  std::uint32_t found = 0;
  for (const std::uint32_t i : up_to<8>(count))
    for ([[maybe_unused]] const std::uint32_t j : up_to<8>(i)) ++found;
  return found;
}
static_assert(pairs(4) == 6);
static_assert(pairs(100) == 28);

TEST_CASE("a range goes on as far as it says") { CHECK(rounds(up_to<most_rounds>(1'000'000)) == 1'000'000); }
