#include <doctest/doctest.h>

#include <cerrno>
#include <limits>
#include <vector>

#include <ebpfxx/language.hpp>
#include <ebpfxx/native/native.hpp>

using namespace ebpfxx;

namespace {

Map<std::uint32_t, std::uint64_t, Array<3>> map;
constexpr std::array<std::uint8_t, 0> no_packet{};

constexpr Program<Lwt::Out> count_up = [](Lwt::Out::Packet packet) {
  map.at<2>().update([](std::uint64_t& value) { value += 1; });
  map.at(Bounded<0, 1>::clamped(packet.mark())).update([](std::uint64_t& value) { value += 10; });
  const bool behind = static_cast<bool>(map.find(3));
  return behind ? Lwt::Out::Verdict::Drop : Lwt::Out::Verdict::Ok;
};

TEST_SUITE_BEGIN("Array");

TEST_CASE("an array starts as zeros, and a lookup behind its end finds nothing") {
  Native native;
  CHECK(native[map][2] == 0);
  CHECK(native(count_up)(no_packet) == Lwt::Out::Verdict::Ok);
  native(count_up)(no_packet, {.mark = 1});
  native(count_up)(no_packet, {.mark = 5});
  CHECK(native[map][0] == 10);
  CHECK(native[map][1] == 20);
  CHECK(native[map][2] == 3);
  CHECK(native[map].find(2) == 3U);
  CHECK(native[map].find(3) == std::nullopt);
  CHECK(native[map].find(std::numeric_limits<std::uint32_t>::max()) == std::nullopt);
}

TEST_CASE("the application's handle of an array") {
  Native native;
  auto handle = native[map];
  handle.set(0, 7);
  CHECK(handle.replace(2, 9));
  std::vector<std::uint64_t> values;
  for (auto [index, value] : handle) {
    CHECK(index == values.size());
    values.push_back(value);
  }
  CHECK(values == std::vector<std::uint64_t>{7, 0, 9});
  CHECK_THROWS_WITH_AS(handle[3], "cannot read a native map: there is no entry 3 in an array of 3", Error);
  CHECK_THROWS_WITH_AS(handle.set(3, 1), "cannot write to a native map: the index is behind the last entry (3 entries)",
                       Error);
}

struct Results {
  int set, set_behind, insert, insert_behind, replace, unknown_flags, erase, erase_behind;
};
Results results;

constexpr Program<Lwt::Out> use_helpers = [](Lwt::Out::Packet) {
  native_interface::Execution& execution = native_interface::execution();
  const native_interface::MapDescription array{&map, BPF_MAP_TYPE_ARRAY, 4, 8, 3};
  const std::uint32_t last = 2, behind = 3;
  const std::uint64_t value = 5;
  results = {.set = execution.update(array, &last, &value, BPF_ANY),
             .set_behind = execution.update(array, &behind, &value, BPF_ANY),
             .insert = execution.update(array, &last, &value, BPF_NOEXIST),
             .insert_behind = execution.update(array, &behind, &value, BPF_NOEXIST),
             .replace = execution.update(array, &last, &value, BPF_EXIST),
             .unknown_flags = execution.update(array, &behind, &value, 3),
             .erase = execution.erase(array, &last),
             .erase_behind = execution.erase(array, &behind)};
  return Lwt::Out::Verdict::Ok;
};

TEST_CASE("the helpers on an array give the kernel's errors") {
  Native native;
  native(use_helpers)(no_packet);
  CHECK(results.set == 0);
  CHECK(results.set_behind == -E2BIG);
  CHECK(results.insert == -EEXIST);
  CHECK(results.insert_behind == -E2BIG);
  CHECK(results.replace == 0);
  CHECK(results.unknown_flags == -EINVAL);
  CHECK(results.erase == -EINVAL);
  CHECK(results.erase_behind == -EINVAL);
}

}  // namespace

TEST_SUITE_END();
