#include <doctest/doctest.h>

#include <cerrno>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <ebpfxx/language.hpp>
#include <ebpfxx/native/native.hpp>

using namespace ebpfxx;

namespace {

using Verdict = Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;
using Entries = std::vector<std::pair<std::uint32_t, std::uint64_t>>;

Map<std::uint32_t, std::uint64_t, Hash<2>> map;
constexpr std::array<std::uint8_t, 0> no_packet{};

/// Runs what a program would do with the map, and gives its result.
template <auto Body>
auto in_program(Native& native) {
  static std::optional<decltype(Body())> result;
  static constexpr Program<Lwt::Out> program = [](Packet) {
    result = Body();
    return Verdict::Ok;
  };
  native(program)(no_packet);
  return *result;
}

template <auto Key, auto Value>
constexpr auto set = [] { return map.set(Key, Value).error(); };
template <auto Key, auto Value>
constexpr auto insert = [] { return map.insert(Key, Value).error(); };
template <auto Key, auto Value>
constexpr auto replace = [] { return map.replace(Key, Value).error(); };
template <auto Key>
constexpr auto erase = [] { return map.erase(Key).error(); };
template <auto Key>
constexpr auto add_one = [] { return map.update(Key, [](std::uint64_t& value) { value += 1; }).error(); };
template <auto Flags>
constexpr auto raw_update = [] {
  const std::uint32_t key = 1;
  const std::uint64_t value = 1;
  return native_interface::execution().update({&map, 1, 4, 8, 2}, &key, &value, Flags);
};

Entries entries(Native& native) {
  Entries all;
  for (auto [key, value] : native[map]) all.emplace_back(key, value);
  return all;
}

TEST_SUITE_BEGIN("Hash");

TEST_CASE("a program's changes to a hash give the kernel's errors") {
  Native native;
  CHECK(in_program<replace<1, 10>>(native) == ENOENT);
  CHECK(in_program<insert<1, 10>>(native) == 0);
  CHECK(in_program<insert<1, 11>>(native) == EEXIST);
  CHECK(in_program<replace<1, 12>>(native) == 0);
  CHECK(native[map].find(1) == 12U);
  CHECK(in_program<set<2, 20>>(native) == 0);
  CHECK(in_program<erase<3>>(native) == ENOENT);
  CHECK(in_program<erase<1>>(native) == 0);
  CHECK(entries(native) == Entries{{2, 20}});
}

TEST_CASE("a full hash takes no new key, and every other change") {
  Native native;
  CHECK(in_program<set<1, 10>>(native) == 0);
  CHECK(in_program<set<2, 20>>(native) == 0);
  CHECK(in_program<set<3, 30>>(native) == E2BIG);
  CHECK(in_program<insert<3, 30>>(native) == E2BIG);
  CHECK(in_program<insert<2, 30>>(native) == EEXIST);
  CHECK(in_program<replace<3, 30>>(native) == ENOENT);
  CHECK(in_program<add_one<3>>(native) == E2BIG);
  CHECK(in_program<set<2, 21>>(native) == 0);
  CHECK(in_program<erase<1>>(native) == 0);
  CHECK(in_program<set<3, 30>>(native) == 0);
  CHECK(entries(native) == Entries{{2, 21}, {3, 30}});
}

TEST_CASE("flags that the kernel does not know are EINVAL") {
  Native native;
  CHECK(in_program<raw_update<std::uint64_t{3}>>(native) == -EINVAL);
  CHECK(in_program<raw_update<std::uint64_t{4}>>(native) == -EINVAL);  // BPF_F_LOCK without a spin lock
  CHECK(entries(native).empty());
  CHECK(in_program<raw_update<std::uint64_t{0}>>(native) == 0);
}

TEST_CASE("update starts a new value at zero and changes the one that is there") {
  Native native;
  CHECK(in_program<add_one<7>>(native) == 0);
  CHECK(in_program<add_one<7>>(native) == 0);
  CHECK(native[map].find(7) == 2U);
}

constexpr auto address_of_one = [] {
  auto found = map.find(1);
  return found ? &*found : nullptr;
};

TEST_CASE("a value stays where it is, whatever happens to others") {
  Native native;
  CHECK(in_program<address_of_one>(native) == nullptr);
  native[map].set(1, 10);
  std::uint64_t* const place = in_program<address_of_one>(native);
  CHECK(*place == 10);
  native[map].set(2, 20);
  native[map].erase(2);
  native[map].set(1, 11);
  CHECK(in_program<address_of_one>(native) == place);
  CHECK(*place == 11);
}

TEST_CASE("the application's handle") {
  Native native;
  auto handle = native[map];
  CHECK(handle.find(1) == std::nullopt);
  CHECK_FALSE(handle.replace(1, 10));
  CHECK(handle.insert(1, 10));
  CHECK_FALSE(handle.insert(1, 11));
  CHECK(handle.replace(1, 12));
  CHECK(handle.find(1) == 12U);
  handle.set(0, 5);
  CHECK_THROWS_WITH_AS(handle.set(2, 20), "cannot write to a native map: it is full (2 entries)", Error);
  try {
    handle.insert(2, 20);
    FAIL("a full map took a new key");
  } catch (const Error& error) {
    CHECK(error.code().value() == E2BIG);
  }
  CHECK(entries(native) == Entries{{0, 5}, {1, 12}});
  CHECK(handle.erase(1));
  CHECK_FALSE(handle.erase(1));
  CHECK(entries(native) == Entries{{0, 5}});
}

TEST_CASE("entries may be erased while they are gone through") {
  Native native;
  native[map].set(1, 10);
  native[map].set(2, 20);
  for (auto [key, value] : native[map]) CHECK(native[map].erase(key));
  CHECK(entries(native).empty());
}

TEST_CASE("many entries at once: what is refused, and how much of it went in") {
  Native native;
  const Entries two = {{1, 10}, {2, 20}}, three = {{1, 11}, {2, 21}, {3, 31}};
  native[map].set_all(two);
  native[map].set_all({});
  CHECK(entries(native) == two);
  try {
    native[map].set_all(three);
    FAIL("a full map took a new key");
  } catch (const BatchError& error) {
    CHECK(error.code().value() == E2BIG);
    CHECK(error.done() == 2);
    CHECK(std::string(error.what()) == "cannot write to a native map: it is full (2 entries); 2 of 3 entries are done");
  }
  CHECK(entries(native) == Entries{{1, 11}, {2, 21}});
  const std::vector<std::uint32_t> keys = {5, 1, 6, 2, 7};
  CHECK(native[map].erase_all(keys) == 2);
  CHECK(entries(native).empty());
  CHECK(native[map].erase_all(keys) == 0);
}

struct Flow {
  std::uint32_t source;
  std::uint16_t port;
  std::uint8_t protocol, direction;

  bool operator==(const Flow&) const = default;
};
Map<Flow, Flow, Hash<4>> flows;

TEST_CASE("keys and values may be records") {
  Native native;
  const Flow flow{1, 2, 3, 4};
  native[flows].set(flow, {5, 6, 7, 8});
  CHECK(native[flows].find(flow) == Flow{5, 6, 7, 8});
  CHECK(native[flows].find({1, 2, 3, 5}) == std::nullopt);
}

}  // namespace

TEST_SUITE_END();
