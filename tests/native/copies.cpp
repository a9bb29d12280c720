// The handles of an application hand out copies constant, and take new values by `set`, or by `=` where they are
// written like what they hold.
#include <doctest/doctest.h>

#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

#include <ebpfxx/language.hpp>
#include <ebpfxx/native/native.hpp>

using namespace ebpfxx;

namespace {

struct Counts {
  std::uint64_t packets, bytes;
};
Map<std::uint32_t, Counts> flows;

template <class Copy, class Value>
concept Takes = std::is_assignable_v<Copy, Value>;

template <class Object>
using Handle = decltype(std::declval<Native&>()[std::declval<const Object&>()]);
using Flows = Handle<Map<std::uint32_t, Counts>>;
using Fixed = Handle<Map<std::uint32_t, Counts, Array<2>>>;
using Spread = Handle<Map<std::uint32_t, Counts, PerCpuArray<2>>>;
using Own = Handle<PerCpu<Counts>>;
using Gateway = Handle<Global<Ipv4Address>>;
using Blocked = Handle<Config<Ipv4Address>>;

static_assert(!Takes<decltype(std::declval<Fixed>()[0]), Counts>);
static_assert(!Takes<decltype(std::declval<Spread>()[0]), PerCpuValues<Counts>>);
static_assert(!Takes<decltype(std::declval<Flows>().find(0)), Counts>);
static_assert(!Takes<decltype(*std::declval<Flows>().find(0)), Counts>);
static_assert(!Takes<decltype((std::declval<Flows>().find(0)->packets)), std::uint64_t>);
static_assert(!Takes<decltype(*std::declval<Flows>().begin()), std::pair<std::uint32_t, Counts>>);
static_assert(!Takes<decltype(((*std::declval<Flows>().begin()).second)), Counts>);
static_assert(!Takes<decltype(std::declval<Own>().sum()), Counts>);
static_assert(!Takes<decltype(std::declval<Own>().per_cpu()[0]), Counts>);
static_assert(!Takes<decltype(std::declval<Spread>()[0].sum()), Counts>);
static_assert(!Takes<decltype(std::declval<Gateway>().value()), Ipv4Address>);
static_assert(!Takes<decltype(std::declval<Blocked>().value()), Ipv4Address>);
static_assert(!Takes<decltype(std::declval<RunOutcome<Xdp>>().at<Ethernet>()), Ethernet>);

static_assert(Takes<Gateway, Ipv4Address> && Takes<Blocked, Ipv4Address>);

}  // namespace

TEST_CASE("copies: one's own is changed and put back") {
  Native native;
  native[flows].set(7, {1, 60});
  auto found = native[flows].find(7);
  REQUIRE(found);
  Counts counts = *found;
  counts.packets += 1;
  CHECK(native[flows].find(7)->packets == 1);
  native[flows].set(7, counts);
  CHECK(native[flows].find(7)->packets == 2);
}
