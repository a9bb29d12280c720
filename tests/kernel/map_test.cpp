// Typed map handles against maps of a real kernel, from both sides.
#include <doctest/doctest.h>

#include <array>
#include <cerrno>
#include <ebpfxx.hpp>
#include <map>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "support/expect_error.hpp"
#include "support/sockets.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;

struct Flow {
  std::uint32_t length;
  std::array<std::uint8_t, 4> mark;
  friend bool operator==(const Flow&, const Flow&) = default;
  friend auto operator<=>(const Flow&, const Flow&) = default;
};

/// Of 12 bytes, so that the kernel rounds it up.
struct Odd {
  std::uint32_t packets;
  std::array<std::uint32_t, 2> halves;
};

inline Map<Flow, Atomic<std::uint64_t>, Hash<3000>> flows;
inline Map<std::uint16_t, std::uint8_t, Hash<4>> few;
inline Map<std::uint32_t, Atomic<std::uint64_t>, Array<300>> array;
inline Map<std::uint32_t, std::uint64_t, PerCpuArray<16>> lengths;
inline Map<std::uint32_t, Odd, PerCpuHash<64>> odd;

/// Counts each packet in every map.
inline constexpr Program<Lwt::Out> count_everywhere = [](Lwt::Out::Packet packet) {
  const std::uint32_t length = packet.length();
  if (!flows.update(Flow{length, {1, 2, 3, 4}}, [](auto& count) { count += 1; })) return Lwt::Out::Verdict::Drop;
  if (!few.set(static_cast<std::uint16_t>(length), static_cast<std::uint8_t>(length / 300)))
    return Lwt::Out::Verdict::Drop;
  array.at<299>().update([](auto& count) { count += 1; });
  if (auto count = lengths.find(length / 100)) *count += 1;
  if (!odd.update(length, [&](Odd& count) {
        count.packets += 1;
        count.halves[0] += length / 2;
        count.halves[1] += length - length / 2;
      }))
    return Lwt::Out::Verdict::Drop;
  return Lwt::Out::Verdict::Ok;
};

namespace {

Object loaded() {
  auto object = Object::open(count_everywhere);
  object.load();
  return object;
}

}  // namespace

TEST_CASE("a hash: find, set, insert, replace, erase" * doctest::test_suite("Hash")) {
  auto object = loaded();
  auto map = object[flows];
  CHECK(map.name() == "flows");
  const Flow key{1, {2, 3, 4, 5}};
  CHECK_FALSE(map.find(key));
  CHECK_FALSE(map.replace(key, 1));
  CHECK_FALSE(map.erase(key));
  CHECK(map.insert(key, 10));
  CHECK_FALSE(map.insert(key, 11));
  CHECK(map.find(key) == 10u);
  CHECK(map.replace(key, 12));
  CHECK(map.find(key) == 12u);
  map.set(key, 13);
  CHECK(map.find(key) == 13u);
  CHECK_FALSE(map.find(Flow{1, {2, 3, 4, 6}}));
  CHECK(map.erase(key));
  CHECK_FALSE(map.find(key));
}

TEST_CASE("iteration sees each entry once, from none to more than many batches" * doctest::test_suite("Hash")) {
  auto object = loaded();
  auto map = object[flows];
  for (std::uint32_t size : {0u, 1u, 255u, 256u, 257u, 3000u}) {
    CAPTURE(size);
    for (std::uint32_t i = 0; i < size; ++i) map.set(Flow{i, {9, 8, 7, 6}}, i * 2);
    std::map<Flow, std::uint64_t> seen;
    std::size_t steps = 0;
    for (auto [key, value] : map) {
      seen[key] = value;
      ++steps;
    }
    CHECK(steps == size);
    CHECK(seen.size() == size);
    for (std::uint32_t i = 0; i < size; ++i) CHECK(seen[Flow{i, {9, 8, 7, 6}}] == i * 2);
  }
}

TEST_CASE("a full hash says so, and takes known keys still" * doctest::test_suite("Hash")) {
  auto object = loaded();
  auto map = object[few];
  for (std::uint16_t key = 0; key < 4; ++key) map.set(key, 1);
  expect_error(E2BIG, "cannot write to map few: it is full (4 entries)", [&] { return map.insert(100, 1); });
  map.set(3, 7);
  CHECK(map.find(3) == std::uint8_t{7});
  CHECK(map.erase(0));
  CHECK(map.insert(100, 1));
}

TEST_CASE("many entries at once, in a hash, a per-CPU hash and an array" *
          doctest::test_suite("Hash, PerCpuHash, Array")) {
  auto object = loaded();
  std::vector<std::pair<Flow, Atomic<std::uint64_t>>> entries;
  for (std::uint32_t i = 0; i < 3000; ++i) entries.emplace_back(Flow{i, {1, 2, 3, 4}}, i);
  object[flows].set_all(entries);
  CHECK(object[flows].find(Flow{2999, {1, 2, 3, 4}}) == 2999u);
  for (auto& [key, value] : entries) value += 1;
  object[flows].set_all(entries);
  CHECK(object[flows].find(Flow{0, {1, 2, 3, 4}}) == 1u);
  std::vector<Flow> keys = {Flow{5000, {}}};  // first, between and last: not there
  for (std::uint32_t i = 0; i < 3000; i += 2) keys.push_back(Flow{i, {1, 2, 3, 4}});
  keys.insert(keys.begin() + 700, Flow{5001, {}});
  keys.push_back(Flow{5002, {}});
  CHECK(object[flows].erase_all(keys) == 1500);
  std::size_t left = 0;
  for (auto [key, value] : object[flows]) left += key.length % 2;
  CHECK(left == 1500);

  auto per_cpu = object[odd];
  std::vector<std::pair<std::uint32_t, PerCpuValues<Odd>>> many;
  for (std::uint32_t key = 0; key < 64; ++key) many.emplace_back(key, per_cpu.on_every_cpu({key, {1, 2}}));
  per_cpu.set_all(many);
  CHECK(per_cpu.find(63)->sum().packets == 63 * per_cpu.find(63)->size());

  const std::vector<std::pair<std::uint32_t, Atomic<std::uint64_t>>> indexed = {{0, 7}, {299, 8}};
  object[array].set_all(indexed);
  CHECK(object[array][0] == 7);
  CHECK(object[array][299] == 8);
}

TEST_CASE("many entries at once, of which some find no room: it says how many went in" * doctest::test_suite("Hash")) {
  auto object = loaded();
  const std::vector<std::pair<std::uint16_t, std::uint8_t>> six = {{1, 1}, {2, 2}, {1, 3}, {4, 4}, {5, 5}, {6, 6}};
  try {
    object[few].set_all(six);
    FAIL("a full map took a new key");
  } catch (const BatchError& error) {
    CHECK(error.code().value() == E2BIG);
    CHECK(error.done() == 5);
    CHECK(std::string(error.what()) == "cannot write to map few: it is full (4 entries); 5 of 6 entries are done");
  }
  CHECK(object[few].find(1) == std::uint8_t{3});
  CHECK(object[few].find(5) == std::uint8_t{5});
  CHECK_FALSE(object[few].find(6));
}

TEST_CASE("an array: indexed, all there from the start, and no further" * doctest::test_suite("Array")) {
  auto object = loaded();
  auto map = object[array];
  CHECK(map[0] == 0);
  map.set(299, 5);
  CHECK(map[299] == 5);
  CHECK(map.replace(7, 6));
  CHECK_FALSE(map.find(300));
  expect_error(ERANGE, "cannot read map array: there is no entry 300 in an array of 300", [&] { return map[300]; });
  expect_error(E2BIG, "cannot write to map array: the index is behind the last entry (300 entries)",
               [&] { return map.set(300, 1); });
  std::uint64_t sum = 0;
  std::uint32_t expected = 0;
  for (auto [index, value] : map) {
    CHECK(index == expected++);
    sum += value;
  }
  CHECK(expected == 300);
  CHECK(sum == 11);
}

TEST_CASE("per-CPU values of any size keep to their CPU, and add up field by field" *
          doctest::test_suite("PerCpuHash")) {
  auto object = loaded();
  auto map = object[odd];
  static_assert(std::is_same_v<decltype(map)::Mapped, PerCpuValues<Odd>>);
  const std::size_t cpus = map.on_every_cpu({}).size();
  REQUIRE(cpus >= 1);
  std::vector<Odd> values;
  for (std::uint32_t cpu = 0; cpu < cpus; ++cpu) values.push_back({cpu + 1, {10 * cpu, 7}});
  map.set(5, PerCpuValues<Odd>(values));
  const auto found = map.find(5);
  REQUIRE(found);
  REQUIRE(found->size() == cpus);
  for (std::uint32_t cpu = 0; cpu < cpus; ++cpu) {
    CHECK((*found)[cpu].packets == cpu + 1);
    CHECK((*found)[cpu].halves[0] == 10 * cpu);
  }
  const auto count = static_cast<std::uint32_t>(cpus);
  CHECK(found->sum().packets == count * (count + 1) / 2);
  CHECK(found->sum().halves[0] == 10 * (count * (count - 1) / 2));
  CHECK(found->sum().halves[1] == 7 * count);
  for (std::uint32_t key = 0; key < 64; ++key) map.set(key, map.on_every_cpu({key, {0, 0}}));
  std::set<std::uint32_t> seen;
  for (auto [key, value] : map) {
    CHECK(value.sum().packets == key * count);
    seen.insert(key);
  }
  CHECK(seen.size() == 64);
}

TEST_CASE("what a program writes, the application reads: packets of known sizes, every bucket" *
          doctest::test_suite("Hash, PerCpuHash, Array, PerCpuArray")) {
  Network network;
  introduce(network, "10.0.0.2", "10.0.0.3");
  auto object = loaded();
  Link link = network.left.run([&] { return object[count_everywhere].attach(Route("10.0.0.3/32").device("veth0")); });
  const std::map<std::uint32_t, int> sizes = {{28, 3}, {99, 2}, {100, 4}, {1500, 5}};  // with IP and UDP headers
  UdpReceiver receiver(network.right, "10.0.0.3", 5000);
  UdpSender sender(network.left, "10.0.0.2");
  for (auto [length, times] : sizes) sender.send("10.0.0.3", 5000, length - 28, times);
  CHECK(receiver.receive(14).size() == 14);
  link.detach();

  std::map<std::uint32_t, int> by_flow, by_odd;
  for (auto [key, count] : object[flows]) {
    CHECK(key.mark == std::array<std::uint8_t, 4>{1, 2, 3, 4});
    by_flow[key.length] = static_cast<int>(count);
  }
  CHECK(by_flow == sizes);
  for (auto [length, counts] : object[odd]) {
    const Odd total = counts.sum();
    by_odd[length] = static_cast<int>(total.packets);
    CHECK(total.halves[0] + total.halves[1] == length * total.packets);
  }
  CHECK(by_odd == sizes);
  CHECK(object[few].find(1500) == std::uint8_t{5});
  CHECK(object[array][299] == 14);
  for (auto [bucket, counts] : object[lengths]) {
    CAPTURE(bucket);
    CHECK(counts.sum() == (bucket == 0 ? 5u : bucket == 1 ? 4u : bucket == 15 ? 5u : 0u));
  }
}
