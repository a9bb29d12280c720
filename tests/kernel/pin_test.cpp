// Maps that outlive their object, and objects that take over maps: with all they hold, or not at all.
#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <ebpfxx.hpp>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "support/bpf_folder.hpp"
#include "support/expect_error.hpp"
#include "support/run_program.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;

namespace pinned {

struct Usage {
  std::uint64_t packets;
  std::array<std::uint32_t, 2> sizes;
};
struct OtherName {
  std::uint64_t count;
  std::array<std::uint32_t, 2> sizes;
};
struct OtherSign {
  std::int64_t packets;
  std::array<std::uint32_t, 2> sizes;
};
struct OtherOrder {
  std::array<std::uint32_t, 2> sizes;
  std::uint64_t packets;
};
struct OtherArray {
  std::uint64_t packets;
  std::array<std::uint32_t, 4> sizes;
};
struct OtherElement {
  std::uint64_t packets;
  std::array<std::uint64_t, 1> sizes;
};
struct Longer {
  std::uint64_t packets;
  std::array<std::uint32_t, 2> sizes;
  std::uint64_t bytes;
};
/// Called otherwise, and of types called otherwise, but the same bytes of the same names.
struct SameBytes {
  unsigned long long packets;
  std::array<std::uint32_t, 2> sizes;
};

inline Map<std::uint32_t, Usage, Hash<8>> usage;
inline Map<std::uint32_t, SameBytes, Hash<8>> same_bytes;
inline Map<std::uint32_t, OtherName, Hash<8>> other_name;
inline Map<std::uint32_t, OtherSign, Hash<8>> other_sign;
inline Map<std::uint32_t, OtherOrder, Hash<8>> other_order;
inline Map<std::uint32_t, OtherArray, Hash<8>> other_array;
inline Map<std::uint32_t, OtherElement, Hash<8>> other_element;
inline Map<std::uint32_t, Longer, Hash<8>> longer;
inline Map<std::uint32_t, Usage, Hash<16>> more_entries;
inline Map<std::uint32_t, Usage, LruHash<8>> other_kind;
inline Map<Ipv4Address, Usage, Hash<8>> other_key;
inline PerCpu<std::uint64_t> total;
inline Map<Prefix<Ipv4Address>, std::uint32_t, LpmTrie<4>> networks;

struct Event {
  std::uint32_t number;
};
struct Renamed {
  std::uint32_t count;
};
inline RingBuffer<4096, Event> events;
inline RingBuffer<4096, Renamed> renamed_events;
inline RingBuffer<8192, Event> larger_events;

inline constexpr Program<Lwt::Xmit> count = [](Lwt::Xmit::Packet packet) {
  const auto counted =
      usage.update(packet.mark(), [&](Usage& value) { __atomic_fetch_add(&value.packets, 1, __ATOMIC_RELAXED); });
  total.update([](std::uint64_t& number) { number += 1; });
  if (auto network = networks.find(Ipv4Address(packet.mark()))) packet.set_mark(*network);
  events.submit(Event{packet.mark()});
  return counted ? Lwt::Xmit::Verdict::Ok : Lwt::Xmit::Verdict::Drop;
};

/// Another version of the application, of which not all maps are the same.
inline constexpr Program<Lwt::Xmit> touch_others = [](Lwt::Xmit::Packet packet) {
  const std::uint32_t key = packet.mark();
  same_bytes.with(key, [](auto& value) { value = {}; });
  other_name.with(key, [](auto& value) { value = {}; });
  other_sign.with(key, [](auto& value) { value = {}; });
  other_order.with(key, [](auto& value) { value = {}; });
  other_array.with(key, [](auto& value) { value = {}; });
  other_element.with(key, [](auto& value) { value = {}; });
  longer.with(key, [](auto& value) { value = {}; });
  more_entries.with(key, [](auto& value) { value = {}; });
  other_kind.with(key, [](auto& value) { value = {}; });
  other_key.with(Ipv4Address(key), [](auto& value) { value = {}; });
  renamed_events.submit(Renamed{key});
  larger_events.submit(Event{key});
  return Lwt::Xmit::Verdict::Ok;
};

}  // namespace pinned

namespace {

using namespace pinned;

void run(const Object& object, std::uint32_t mark) {
  __sk_buff context{};
  context.mark = mark;
  run_program(object[count].fd(), context);
}

Object loaded() {
  auto object = Object::open(count);
  object.load();
  return object;
}

}  // namespace

TEST_CASE("a pinned map outlives its object, and the next one takes it over" *
          doctest::test_suite("Hash, LpmTrie, PerCpu")) {
  const BpfFolder folder;
  {
    auto object = Object::open(count);
    CHECK_FALSE(object.reuse(usage, folder / "usage"));
    object.load();
    object[usage].pin(folder / "usage");
    object[total].pin(folder / "total");
    object[networks].pin(folder / "networks");
    object[networks].set("10.0.0.0/8", 77);
    run(object, 5);
    run(object, 5);
  }
  auto object = Object::open(count);
  CHECK(object.reuse(usage, folder / "usage"));
  CHECK(object.reuse(total, folder / "total"));
  CHECK(object.reuse(networks, folder / "networks"));
  object.load();
  CHECK(object[usage].find(5)->packets == 2);
  CHECK(object[total].sum() == 2);
  CHECK(object[networks].find("10.1.2.3") == 77U);
  run(object, 5);
  CHECK(object[usage].find(5)->packets == 3);
  CHECK(object[total].sum() == 3);
  CHECK(unpin(folder / "usage"));
  CHECK_FALSE(unpin(folder / "usage"));
  CHECK(object[usage].find(5)->packets == 3);
}

TEST_CASE("an upgrade while the old owner counts on loses nothing" * doctest::test_suite("Hash")) {
  const BpfFolder folder;
  auto old_one = loaded();
  old_one[usage].pin(folder / "usage");
  std::atomic<bool> stopped = false;
  run(old_one, 5);  // two programs that both find no entry would each put in their own
  std::atomic<std::uint64_t> runs = 0;
  std::thread old_programs([&] {
    for (; !stopped; ++runs) run(old_one, 5);
  });
  auto new_one = Object::open(count);
  CHECK(new_one.reuse(usage, folder / "usage"));
  new_one.load();
  for (int i = 0; i < 1000; ++i) run(new_one, 5);
  while (runs < 100) std::this_thread::yield();
  stopped = true;
  old_programs.join();
  CHECK(new_one[usage].find(5)->packets == runs + 1001);
  CHECK(old_one[usage].find(5)->packets == runs + 1001);
}

TEST_CASE("a map whose keys or values lie otherwise is not taken over, and the field is named" *
          doctest::test_suite("Hash")) {
  const BpfFolder folder;
  auto old_one = loaded();
  const std::string path = folder / "usage";
  old_one[usage].pin(path);
  auto object = Object::open(touch_others);
  const auto refused = [&](const auto& map, const std::string& name, const std::string& reason) {
    expect_error(EINVAL,
                 "cannot reuse map pinned__" + name + " from " + path + ": " + reason +
                     "; pin the new map to another path, or unpin the old one",
                 [&] { return object.reuse(map, path); });
  };
  refused(other_name, "other_name", "of the value, field 'packets' there is field 'count' here");
  refused(other_sign, "other_sign",
          "of the value, field 'packets' is 'unsigned long' at byte 0 there, 'long' at byte 0 here");
  refused(other_order, "other_order", "of the value, field 'packets' there is field 'sizes' here");
  refused(
      other_array, "other_array",
      "of the value, field 'sizes._M_elems' is 'unsigned int'[2] at byte 8 there, 'unsigned int'[4] at byte 8 here");
  refused(
      other_element, "other_element",
      "of the value, field 'sizes._M_elems' is 'unsigned int'[2] at byte 8 there, 'unsigned long'[1] at byte 8 here");
  refused(longer, "longer", "of the value, there is no field 'bytes' there");
  refused(more_entries, "more_entries", "its number of entries is 8 there, 16 here");
  refused(other_kind, "other_kind", "its type is 1 there, 9 here");
  refused(other_key, "other_key", "of the key, it is 'unsigned int' there, 'Ipv4Address' here");
  CHECK(object.reuse(same_bytes, path));
  object.load();
  run(old_one, 5);
  CHECK(object[same_bytes].find(5)->packets == 1);
}

TEST_CASE("a ring buffer is taken over with what nobody has read, and its count of drops" *
          doctest::test_suite("RingBuffer")) {
  const BpfFolder folder;
  const std::string path = folder / "events";
  {
    auto object = loaded();
    object[events].pin(path);
    for (std::uint32_t mark = 0; mark < 300; ++mark) run(object, mark);
    CHECK(object[events].dropped() == 45);
    CHECK(object[events].consume([](const Event& event) { return event.number < 9; }) == 10);
  }
  auto object = Object::open(count);
  CHECK(object.reuse(events, path));
  object.load();
  CHECK(object[events].dropped() == 45);
  run(object, 1000);
  std::vector<std::uint32_t> numbers;
  for (const Event& event : object[events]) numbers.push_back(event.number);
  REQUIRE(numbers.size() == 246);
  CHECK(numbers.front() == 10);
  CHECK(numbers.back() == 1000);
}

TEST_CASE("a ring buffer with other records is not taken over" * doctest::test_suite("RingBuffer")) {
  const BpfFolder folder;
  const std::string path = folder / "events";
  auto old_one = loaded();
  old_one[events].pin(path);
  auto object = Object::open(touch_others);
  const std::string advice = "; pin the new map to another path, or unpin the old one";
  expect_error(EINVAL,
               "cannot reuse map pinned__renamed_events from " + path +
                   ": its records are Event{u32 number} there, Renamed{u32 count} here" + advice,
               [&] { return object.reuse(renamed_events, path); });
  expect_error(EINVAL,
               "cannot reuse map pinned__larger_events from " + path +
                   ": its number of entries is 4096 there, 8192 here" + advice,
               [&] { return object.reuse(larger_events, path); });
  std::filesystem::remove(path + "_layout");
  expect_error(EINVAL,
               "cannot reuse map pinned__larger_events from " + path + ": there is no layout of its records at " +
                   path + "_layout" + advice,
               [&] { return object.reuse(larger_events, path); });
  CHECK(unpin(path));
  CHECK_FALSE(std::filesystem::exists(path + "_dropped"));
}

TEST_CASE("where a map cannot be pinned, and when it cannot be taken over" *
          doctest::test_suite("Hash, PerCpu, RingBuffer")) {
  const BpfFolder folder;
  auto object = loaded();
  expect_error(
      EPERM,
      "cannot pin map pinned__usage to " + (folder / "usage.old") + ": a BPF file system takes no name with a '.'",
      [&] { return object[usage].pin(folder / "usage.old"), 0; });
  expect_error(EPERM,
               "cannot pin map pinned__usage to /tmp/usage: that is on no BPF file system; pin below /sys/fs/bpf, or "
               "mount one with: mount -t bpf bpf <folder>",
               [&] { return object[usage].pin("/tmp/usage"), 0; });
  expect_error(ENOENT, "cannot pin map pinned__usage to " + (folder / "none/usage") + ": No such file or directory",
               [&] { return object[usage].pin(folder / "none/usage"), 0; });
  object[usage].pin(folder / "usage");
  expect_error(EEXIST,
               "cannot pin map pinned__total to " + (folder / "usage") +
                   ": something is pinned there; let Object::reuse take it over, or unpin it",
               [&] { return object[total].pin(folder / "usage"), 0; });
  expect_error(EEXIST,
               "cannot pin ring buffer pinned__events to " + (folder / "usage") +
                   ": something is pinned there; let Object::reuse take it over, or unpin it",
               [&] { return object[events].pin(folder / "usage"), 0; });
  CHECK(std::filesystem::exists(folder / "usage"));
  expect_error(EBUSY, "cannot reuse map pinned__usage: load() has created the maps; reuse it before load()",
               [&] { return object.reuse(usage, folder / "usage"); });
  auto other = Object::open(touch_others);
  expect_error(ENOENT, "cannot use map pinned__usage: no program that was opened touches it",
               [&] { return other.reuse(usage, folder / "usage"); });
}
