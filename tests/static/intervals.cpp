// Bounds of results, over all pairs of intervals within 4 bits, signed and unsigned: never too narrow; for + - * / <<
// >> min max exact, for the others with the slack listed here.
#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <vector>

#include <ebpfxx/number/interval.hpp>

using namespace ebpfxx;

namespace {

struct Operator {
  const char* name;
  Interval (*hull)(Interval, Interval);
  std::optional<WideInteger> (*result)(WideInteger, WideInteger);  ///< nothing where the operator is not defined
};

std::optional<WideInteger> defined(bool where, WideInteger result) {
  return where ? std::optional(result) : std::nullopt;
}

const Operator exact[] = {
    {"+", detail::number::hull::sum, [](WideInteger a, WideInteger b) { return defined(true, a + b); }},
    {"-", detail::number::hull::difference, [](WideInteger a, WideInteger b) { return defined(true, a - b); }},
    {"*", detail::number::hull::product, [](WideInteger a, WideInteger b) { return defined(true, a * b); }},
    {"/", detail::number::hull::quotient,
     [](WideInteger a, WideInteger b) { return defined(b != 0, b != 0 ? a / b : 0); }},
    {"<<", detail::number::hull::left_shift,
     [](WideInteger a, WideInteger b) { return defined(b >= 0, b >= 0 ? a << b : 0); }},
    {">>", detail::number::hull::right_shift,
     [](WideInteger a, WideInteger b) { return defined(b >= 0, b >= 0 ? a >> b : 0); }},
    {"min", detail::number::hull::minimum, [](WideInteger a, WideInteger b) { return defined(true, std::min(a, b)); }},
    {"max", detail::number::hull::maximum, [](WideInteger a, WideInteger b) { return defined(true, std::max(a, b)); }},
};
const Operator with_slack[] = {
    {"%", detail::number::hull::remainder,
     [](WideInteger a, WideInteger b) { return defined(b != 0, b != 0 ? a % b : 0); }},
    {"&", detail::number::hull::bit_and, [](WideInteger a, WideInteger b) { return defined(a >= 0 && b >= 0, a & b); }},
    {"|", detail::number::hull::bit_or, [](WideInteger a, WideInteger b) { return defined(a >= 0 && b >= 0, a | b); }},
};

std::vector<Interval> intervals(int low, int high) {
  std::vector<Interval> all;
  for (WideInteger a = low; a <= high; ++a)
    for (WideInteger b = a; b <= high; ++b) all.push_back({a, b});
  return all;
}

/// From the least result to the greatest; nothing where the operator is not defined for all numbers.
std::optional<Interval> results(const Operator& op, Interval left, Interval right) {
  std::optional<Interval> all;
  for (WideInteger a = left.low; a <= left.high; ++a)
    for (WideInteger b = right.low; b <= right.high; ++b) {
      const std::optional<WideInteger> result = op.result(a, b);
      if (!result) return std::nullopt;
      if (!all) all = Interval{*result, *result};
      all = Interval{std::min(all->low, *result), std::max(all->high, *result)};
    }
  return all;
}

/// How the bounds of an operator compare with its results.
struct Slack {
  int pairs = 0;       ///< of intervals for which the operator is defined
  int too_narrow = 0;  ///< of these
  int too_wide = 0;
  int most = 0;  ///< numbers too many, at both ends together
};

Slack slack(const Operator& op, const std::vector<Interval>& all) {
  Slack total;
  for (const Interval left : all)
    for (const Interval right : all)
      if (const auto expected = results(op, left, right)) {
        const Interval bounds = op.hull(left, right);
        const WideInteger excess = (expected->low - bounds.low) + (bounds.high - expected->high);
        total.pairs += 1;
        total.too_narrow += expected->low < bounds.low || bounds.high < expected->high;
        total.too_wide += excess > 0;
        total.most = std::max(total.most, static_cast<int>(excess));
      }
  return total;
}

TEST_CASE("bounds of + - * / << >> min max are exact over all 4-bit intervals") {
  for (const Operator& op : exact) {
    CAPTURE(op.name);
    for (const auto& all : {intervals(0, 15), intervals(-8, 7)}) {
      const Slack found = slack(op, all);
      CHECK(found.pairs > 1000);
      CHECK(found.too_narrow == 0);
      CHECK(found.too_wide == 0);
    }
  }
}

TEST_CASE("bounds of % & | are sound over all 4-bit intervals, with this slack") {
  struct Listed {
    int pairs, too_wide, most;
  };
  const Listed listed[][2] = {
      {{16320, 1727, 14}, {8704, 584, 7}},  // %
      {{18496, 4484, 15}, {1296, 302, 7}},  // &
      {{18496, 2369, 7}, {1296, 129, 3}},   // |
  };
  for (std::size_t i = 0; i < std::size(with_slack); ++i)
    for (bool is_signed : {false, true}) {
      CAPTURE(with_slack[i].name);
      CAPTURE(is_signed);
      const Slack found = slack(with_slack[i], is_signed ? intervals(-8, 7) : intervals(0, 15));
      CHECK(found.too_narrow == 0);
      CHECK(found.pairs == listed[i][is_signed].pairs);
      CHECK(found.too_wide == listed[i][is_signed].too_wide);
      CHECK(found.most == listed[i][is_signed].most);
    }
}

constexpr WideInteger u64 = std::numeric_limits<std::uint64_t>::max();
constexpr WideInteger i64_low = std::numeric_limits<std::int64_t>::min(),
                      i64_high = std::numeric_limits<std::int64_t>::max();

// At the ends of 64 bits: one number enough, one too many.
static_assert(fits({0, u64}) && !fits({0, u64 + 1}) && fits({i64_low, i64_high}));
static_assert(!fits({i64_low - 1, 0}) && !fits({-1, i64_high + 1}));
static_assert(fits(detail::number::hull::sum({0, u64 - 1}, {0, 1})) &&
              !fits(detail::number::hull::sum({0, u64}, {0, 1})));
static_assert(fits(detail::number::hull::difference({0, 1}, {0, i64_high + 1})) &&
              !fits(detail::number::hull::difference({0, 1}, {0, i64_high + 2})));
static_assert(fits(detail::number::hull::difference({0, i64_high}, {0, i64_high})) &&
              !fits(detail::number::hull::difference({0, u64}, {0, 1})));
static_assert(fits(detail::number::hull::difference({1, u64}, {0, 1})));
static_assert(fits(detail::number::hull::product({0, 0xffffffff}, {0, 0x100000000})) &&
              fits(detail::number::hull::product({0, 0xffffffff}, {0, 0x100000001})));
static_assert(!fits(detail::number::hull::product({0, 0x100000000}, {0, 0x100000000})));
static_assert(!fits(detail::number::hull::product({0, u64}, {0, u64})) &&
              !fits(detail::number::hull::product({i64_low, 0}, {0, u64})));
static_assert(!fits(detail::number::hull::product({i64_low, -1}, {i64_low, -1})));
static_assert(fits(detail::number::hull::left_shift({0, 1}, {0, 63})) &&
              !fits(detail::number::hull::left_shift({0, 2}, {0, 63})));
static_assert(!fits(detail::number::hull::left_shift({0, u64}, {63, 63})) &&
              fits(detail::number::hull::left_shift({-1, 0}, {0, 63})));
static_assert(fits(detail::number::hull::quotient({i64_low, 0}, {-1, -1})) &&
              !fits(detail::number::hull::quotient({i64_low, 1}, {-1, -1})));

}  // namespace
