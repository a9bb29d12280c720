#include <array>
#include <cstdint>
#include <limits>
#include <type_traits>

#include <ebpfxx/language.hpp>

using namespace ebpfxx;

namespace {

template <class T>
concept Countable = requires { typename Atomic<T>; };
static_assert(Countable<std::uint32_t> && Countable<std::int64_t>);
static_assert(!Countable<std::uint16_t> && !Countable<bool> && !Countable<Ipv4Address>);

static_assert(sizeof(Atomic<std::uint32_t>) == 4 && alignof(Atomic<std::uint64_t>) == 8);
static_assert(MapValue<Atomic<std::uint64_t>> && MapValue<std::array<Atomic<std::uint32_t>, 3>>);

constexpr bool gives_the_value_before() {
  Atomic<std::uint32_t> number = 12;
  return number.fetch_add(3) == 12 && number.fetch_sub(5) == 15 && number.fetch_and(6) == 10 &&
         number.fetch_or(5) == 2 && number.fetch_xor(3) == 7 && number.exchange(40) == 4 && number == 40;
}
static_assert(gives_the_value_before());

constexpr bool operators_give_the_value_after() {
  Atomic<std::int64_t> number;
  return (number += 5) == 5 && (number -= 7) == -2 && ++number == -1 && --number == -2 && (number &= 6) == 6 &&
         (number |= 9) == 15 && (number ^= 1) == 14;
}
static_assert(operators_give_the_value_after());

constexpr bool compares_before_it_exchanges() {
  Atomic<std::uint64_t> number = 7;
  std::uint64_t expected = 8;
  const bool refused = !number.compare_exchange(expected, 9) && number == 7 && expected == 7;
  return refused && number.compare_exchange(expected, 9) && number.load() == 9 && expected == 7;
}
static_assert(compares_before_it_exchanges());

constexpr bool wraps() {
  Atomic<std::int32_t> number = std::numeric_limits<std::int32_t>::max();
  number += 1;
  const bool down = number == std::numeric_limits<std::int32_t>::min();
  return down && (number -= std::numeric_limits<std::int32_t>::min()) == 0;
}
static_assert(wraps());

struct Bucket {
  std::uint64_t tokens, refilled;
};
static_assert(MapValue<Locked<Bucket>> && sizeof(Locked<Bucket>) == 24);
static_assert(std::is_trivially_copyable_v<Locked<Bucket>>);
static_assert(!std::is_copy_constructible_v<Locked<Bucket>> && !std::is_copy_assignable_v<Locked<Bucket>>);

constexpr bool takes_one(Locked<Bucket>& locked) {
  return locked.update([](Bucket& bucket) {
    if (bucket.tokens == 0) return false;
    bucket.tokens -= 1;
    return true;
  });
}
constexpr bool takes_each_token_once() {
  Locked<Bucket> locked(Bucket{1, 5});
  return takes_one(locked) && !takes_one(locked) && locked.value().refilled == 5;
}
static_assert(takes_each_token_once());

Map<std::uint32_t, Locked<Bucket>, Hash<4>> buckets;
Map<std::uint32_t, Atomic<std::uint64_t>, Array<4>> counts;
constexpr Program<Xdp> limited = [](Xdp::Packet) {
  bool pass = false;
  const auto status = buckets.update(1, Bucket{3, 0}, [&](Bucket& bucket) { pass = bucket.tokens-- == 3; });
  counts.at<1>().update([](auto& count) { count += 1; });
  return status && pass && !buckets.find(1) && buckets.set(1, {}) ? Xdp::Verdict::Drop : Xdp::Verdict::Pass;
};
static_assert(run(limited, std::array<std::uint8_t, 14>{}).verdict == Xdp::Verdict::Drop);

constexpr Global<std::uint64_t> total = 40;
constexpr bool a_global_keeps_its_value() {
  std::uint64_t expected = 39;
  return !total.compare_exchange(expected, 1) && expected == 40 && total.compare_exchange(expected, 1) && total == 40U;
}
static_assert(a_global_keeps_its_value());

}  // namespace
