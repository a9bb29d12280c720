#include <doctest/doctest.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <map>

#include <ebpfxx/language.hpp>
#include <ebpfxx/native/native.hpp>

using namespace ebpfxx;

namespace {

using Entries = std::map<std::uint32_t, std::uint64_t>;

Map<std::uint32_t, Atomic<std::uint64_t>, LruHash<2>> recent;
Map<std::uint32_t, std::uint64_t, LruPerCpuHash<2>> recent_per_cpu;
constexpr std::array<std::uint8_t, 0> no_packet{};

constexpr Program<Lwt::Out> count = [](Lwt::Out::Packet packet) {
  const auto add_one = [](auto& number) { number += 1; };
  return recent.update(packet.mark(), add_one) && recent_per_cpu.update(packet.mark(), add_one)
             ? Lwt::Out::Verdict::Ok
             : Lwt::Out::Verdict::Drop;
};

constexpr Program<Lwt::Out> look_up = [](Lwt::Out::Packet packet) {
  return recent.find(packet.mark()) ? Lwt::Out::Verdict::Drop : Lwt::Out::Verdict::Ok;
};

Entries entries(Native& native) {
  Entries all;
  for (auto [key, value] : native[recent]) all[key] = value;
  return all;
}

TEST_CASE("a full LRU hash drives out what was not used for longest" * doctest::test_suite("LruHash")) {
  Native native;
  for (std::uint32_t mark : {1, 2, 1, 3}) CHECK(native(count)(no_packet, {.mark = mark}) == Lwt::Out::Verdict::Ok);
  CHECK(entries(native) == Entries{{1, 2}, {3, 1}});
}

TEST_CASE("a lookup by a program is a use, one by the application is not" * doctest::test_suite("LruHash")) {
  Native native;
  native[recent].set(1, 10);
  native[recent].set(2, 20);
  CHECK(native(look_up)(no_packet, {.mark = 1}) == Lwt::Out::Verdict::Drop);
  native[recent].set(3, 30);
  CHECK(entries(native) == Entries{{1, 10}, {3, 30}});

  CHECK(native[recent].find(1) == 10U);
  native[recent].set(4, 40);
  CHECK(entries(native) == Entries{{3, 30}, {4, 40}});
}

TEST_CASE("an erased key is forgotten, and flags mean what they do in a hash" * doctest::test_suite("LruHash")) {
  Native native;
  auto handle = native[recent];
  CHECK(handle.insert(1, 10));
  CHECK_FALSE(handle.insert(1, 11));
  CHECK_FALSE(handle.replace(2, 20));
  CHECK(handle.erase(1));
  CHECK_FALSE(handle.erase(1));
  for (std::uint32_t key : {5, 6, 7}) CHECK(handle.insert(key, key));
  CHECK(entries(native) == Entries{{6, 6}, {7, 7}});
}

TEST_CASE("a per-CPU LRU hash starts a key anew on every CPU" * doctest::test_suite("LruPerCpuHash")) {
  Native native(2);
  native(count)(no_packet, {.mark = 1});
  native.cpu(1);
  for (std::uint32_t mark : {1, 1, 2, 3, 1}) native(count)(no_packet, {.mark = mark});
  CHECK(native[recent_per_cpu].find(1)->values() == std::vector<std::uint64_t>{0, 1});
  CHECK_FALSE(native[recent_per_cpu].find(2));
}

}  // namespace
