// What C++ compares, copies and fills at once, of every size: LLVM makes calls of libc of it, which no kernel has.
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <ebpfxx.hpp>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "support/kernel_types.hpp"
#include "support/run_program.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;

namespace {

using Packet = Lwt::Xmit::Packet;
using Verdict = Lwt::Xmit::Verdict;
using namespace std::literals;

template <std::size_t Size>
using Bytes = std::array<std::uint8_t, Size>;

}  // namespace

struct TwoBlocks {
  Bytes<8200> first, second;
};
inline Map<std::uint32_t, TwoBlocks, Array<1>> blocks;

/// Sets a bit of the mark for each size of which both blocks are equal, and one of the priority where the first is
/// less.
template <std::size_t... Sizes>
void compare(Packet packet) {
  blocks.at<0>().update([&](TwoBlocks& two) {
    std::uint32_t equal = 0, less = 0, bit = 1;
    const auto compare_one = [&](auto size) {
      if (std::memcmp(two.first.data(), two.second.data(), size) == 0) equal |= bit;
      if (std::memcmp(two.first.data(), two.second.data(), size) < 0) less |= bit;
      bit <<= 1;
    };
    (compare_one(std::integral_constant<std::size_t, Sizes>()), ...);
    packet.set_mark(equal);
    packet.set_priority(less);
  });
}

inline constexpr Program<Lwt::Xmit> compare_short = [](Packet packet) {
  compare<1, 3, 5, 8, 16, 37, 200>(packet);
  return Verdict::Ok;
};
inline constexpr Program<Lwt::Xmit> compare_long = [](Packet packet) {
  compare<1023, 1024, 1025, 1031, 4096, 8192, 8195>(packet);
  return Verdict::Ok;
};

inline constexpr Program<Lwt::Xmit> compare_200 = [](Packet) {
  auto two = blocks.find(0);
  return two && std::memcmp(&two->first, &two->second, 200) == 0 ? Verdict::Ok : Verdict::Drop;
};

struct Page {
  Bytes<8192> bytes;
};
struct Small {
  std::uint64_t number;
};
inline Map<std::uint32_t, Page, Array<2>> pages;
inline PerCpu<Page> scratch;
inline RingBuffer<65536, Page> page_records;
inline RingBuffer<65536, Small, Page> mixed_records;

inline constexpr Program<Lwt::Xmit> fill = [](Packet packet) {
  scratch.update([&](Page& page) { page.bytes.fill(static_cast<std::uint8_t>(packet.mark())); });
  return Verdict::Ok;
};
/// All but the last byte.
inline constexpr Program<Lwt::Xmit> fill_most = [](Packet packet) {
  scratch.update([&](Page& page) {
    std::fill(page.bytes.begin(), page.bytes.end() - 1, static_cast<std::uint8_t>(packet.mark()));
  });
  return Verdict::Ok;
};
inline constexpr Program<Lwt::Xmit> copy = [](Packet) {
  scratch.update([](Page& page) { pages.at<1>().update([&](Page& other) { other = page; }); });
  return Verdict::Ok;
};
/// Of memory that LLVM cannot tell from the other.
inline constexpr Program<Lwt::Xmit> move_elsewhere = [](Packet packet) {
  auto from = pages.find(packet.mark() & 1), to = pages.find(packet.priority() & 1);
  if (from && to) std::memmove(&to->bytes[0], &from->bytes[0], sizeof(Page) - 3);
  return Verdict::Ok;
};
inline constexpr Program<Lwt::Xmit> move_down = [](Packet) {
  pages.at<0>().update([](Page& page) { std::copy(page.bytes.begin() + 3, page.bytes.end(), page.bytes.begin()); });
  return Verdict::Ok;
};
inline constexpr Program<Lwt::Xmit> move_up = [](Packet) {
  pages.at<0>().update(
      [](Page& page) { std::copy_backward(page.bytes.begin(), page.bytes.end() - 3, page.bytes.end()); });
  return Verdict::Ok;
};
/// Where a few registers would hold all of it, but not what is moved.
inline constexpr Program<Lwt::Xmit> move_on_stack = [](Packet packet) {
  Bytes<97> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(packet.mark() + i);
  std::memmove(&bytes[1], &bytes[0], bytes.size() - 1);
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) sum = sum * 31 + bytes[i];
  packet.set_mark(sum);
  return Verdict::Ok;
};

inline constexpr Program<Lwt::Xmit> reserve_page = [](Packet packet) {
  if (auto record = page_records.reserve<Page>()) {
    record->bytes[8191] = static_cast<std::uint8_t>(packet.mark());
    record.submit();
  }
  return Verdict::Ok;
};
inline constexpr Program<Lwt::Xmit> submit_page = [](Packet) {
  scratch.update([](Page& page) {
    page_records.submit(page);
    mixed_records.submit(page);
  });
  return Verdict::Ok;
};

using Switch = BtfTracepoint<"sched_switch">;
inline constexpr Config<std::uint32_t> process = 0;
inline constexpr Global<std::uint32_t> names_equal = 0;

/// Sets a bit for each comparison that holds of the process's name when it goes to sleep.
inline constexpr Program<Switch> compare_names = [](Switch::Event) {
  if (current_task_ids().process != process) return;
  const Text<16> name = current_command();
  std::uint32_t equal = 0;
  if (name == "nginx") equal |= 1;
  if (name == "memory-test-nam") equal |= 2;
  if (std::equal(name.characters, name.characters + 12, "memory-test-")) equal |= 4;
  if (name.view() == "memory-test-nam"sv) equal |= 8;
  if (std::bit_cast<Bytes<16>>(name) == std::bit_cast<Bytes<16>>(current_command())) equal |= 16;
  const std::string_view all(name.characters, sizeof name);
  if (all.starts_with("memory-"sv)) equal |= 32;
  if (all.substr(7, 4) == "test"sv) equal |= 64;
  names_equal.set(equal);
};

namespace {

template <class... Programs>
Object loaded(const Programs&... programs) {
  auto object = Object::open(programs...);
  object.load();
  return object;
}

__sk_buff run(const Object& object, const Program<Lwt::Xmit>& program, std::uint32_t mark = 0,
              std::uint32_t priority = 0) {
  __sk_buff context{};
  context.mark = mark;
  context.priority = priority;
  return run_program(object[program].fd(), context);
}

std::uint32_t instructions_in_kernel(int program) {
  bpf_prog_info information{};
  std::uint32_t size = sizeof information;
  REQUIRE(bpf_obj_get_info_by_fd(program, &information, &size) == 0);
  return information.xlated_prog_len / 8;
}

Page counted() {
  Page page{};
  for (std::size_t i = 0; i < page.bytes.size(); ++i) page.bytes[i] = static_cast<std::uint8_t>(i % 251);
  return page;
}

template <std::size_t Count>
void check_comparisons(Object& object, const Program<Lwt::Xmit>& program, const std::array<std::size_t, Count>& sizes) {
  auto two = std::make_unique<TwoBlocks>();
  for (const std::size_t last : sizes)
    for (const std::size_t where : {std::size_t{0}, last / 2, last - 1, last})
      for (const std::uint8_t first : {1, 0x80, 0xff}) {
        two->first.fill(0x80);
        two->second.fill(0x80);
        two->first[where] = first;
        object[blocks].set(0, *two);
        const __sk_buff left = run(object, program);
        for (std::size_t i = 0; i < Count; ++i) {
          CAPTURE(sizes[i]);
          CAPTURE(where);
          const int expected = std::memcmp(two->first.data(), two->second.data(), sizes[i]);
          CHECK((left.mark >> i & 1) == (expected == 0));
          CHECK((left.priority >> i & 1) == (expected < 0));
        }
      }
}

}  // namespace

TEST_SUITE_BEGIN("Lwt::Xmit, Array, PerCpuArray, RingBuffer");

TEST_CASE("memory of any size compares as in the application") {
  auto object = loaded(compare_short, compare_long);
  check_comparisons(object, compare_short, std::to_array<std::size_t>({1, 3, 5, 8, 16, 37, 200}));
  check_comparisons(object, compare_long, std::to_array<std::size_t>({1023, 1024, 1025, 1031, 4096, 8192, 8195}));
}

TEST_CASE("200 bytes compare in words") {
  auto object = loaded(compare_200);
  CHECK(instructions_in_kernel(object[compare_200].fd()) <= 100);
}

TEST_CASE("memory of any size is filled and copied") {
  auto object = loaded(fill, fill_most, copy);
  run(object, fill, 0x5a);
  run(object, copy);
  Page expected{};
  expected.bytes.fill(0x5a);
  CHECK(object[pages][1].bytes == expected.bytes);
  run(object, fill_most, 0x7b);
  run(object, copy);
  expected.bytes.fill(0x7b);
  expected.bytes[8191] = 0x5a;
  CHECK(object[pages][1].bytes == expected.bytes);
}

TEST_CASE("memory is moved within itself") {
  auto object = loaded(move_elsewhere, move_down, move_up, move_on_stack);
  Page expected = counted();
  object[pages].set(0, expected);
  run(object, move_down);
  std::copy(expected.bytes.begin() + 3, expected.bytes.end(), expected.bytes.begin());
  CHECK(object[pages][0].bytes == expected.bytes);
  run(object, move_up);
  std::copy_backward(expected.bytes.begin(), expected.bytes.end() - 3, expected.bytes.end());
  CHECK(object[pages][0].bytes == expected.bytes);
  run(object, move_elsewhere, 0, 1);
  std::fill(expected.bytes.end() - 3, expected.bytes.end(), 0);
  CHECK(object[pages][1].bytes == expected.bytes);
  object[pages].set(0, Page{});
  run(object, move_elsewhere, 1, 0);
  CHECK(object[pages][0].bytes == expected.bytes);

  Bytes<97> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(200 + i);
  std::memmove(&bytes[1], &bytes[0], bytes.size() - 1);
  std::uint32_t sum = 0;
  for (const std::uint8_t byte : bytes) sum = sum * 31 + byte;
  CHECK(run(object, move_on_stack, 200).mark == sum);
}

TEST_CASE("records of 8 KiB arrive, zeros where nothing was written") {
  auto object = loaded(reserve_page, submit_page, fill);
  std::vector<Page> records;
  const auto keep = [&](const Page& page) { records.push_back(page); };
  run(object, fill, 9);
  run(object, submit_page);
  run(object, reserve_page, 7);
  object[page_records].consume(keep);
  object[mixed_records].consume([](const Small&) {}, keep);
  REQUIRE(records.size() == 3);
  Page expected{};
  expected.bytes.fill(9);
  CHECK(records[0].bytes == expected.bytes);
  CHECK(records[2].bytes == expected.bytes);
  expected.bytes.fill(0);
  expected.bytes[8191] = 7;
  CHECK(records[1].bytes == expected.bytes);
}

TEST_CASE("a command compares with names of any length" * doctest::test_suite("BtfTracepoint")) {
  auto object = Object::open(compare_names);
  object[process] = static_cast<std::uint32_t>(getpid());
  object.load();
  const Link link = object[compare_names].attach();
  std::string command;
  std::getline(std::ifstream("/proc/self/comm"), command);
  const auto run_as = [&](const std::string& name) -> std::uint32_t {
    std::ofstream("/proc/self/comm") << name << std::flush;
    object[names_equal] = 0;
    while (object[names_equal].value() == 0) std::this_thread::sleep_for(1ms);
    return object[names_equal].value();
  };
  CHECK(run_as("nginx") == (1 | 16));
  CHECK(run_as("nginx1") == 16);
  CHECK(run_as("memory-test-nam") == (2 | 4 | 8 | 16 | 32 | 64));
  CHECK(run_as("memory-test-") == (4 | 16 | 32 | 64));
  CHECK(run_as("memory-test+nam") == (16 | 32 | 64));
  CHECK(run_as("memory+testy") == (16 | 64));
  CHECK(run_as("memory-tesla") == (16 | 32));
  std::ofstream("/proc/self/comm") << command << std::flush;
}
