// Globals in a real kernel: one memory for programs and the application.
#include <doctest/doctest.h>

#include <cstdint>
#include <ebpfxx.hpp>
#include <optional>
#include <thread>
#include <vector>

#include "support/expect_error.hpp"
#include "support/run_program.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;

namespace {

using Packet = Lwt::Xmit::Packet;
using Verdict = Lwt::Xmit::Verdict;

Verdict run_on_mark(int program, std::uint32_t mark) {
  __sk_buff context{};
  context.mark = mark;
  std::uint32_t verdict = 0;
  run_program(program, context, &verdict);
  return static_cast<Verdict>(verdict);
}

}  // namespace

enum class Mode : std::uint16_t { Count = 1, Exchange = 7 };

inline constexpr Global<std::uint32_t> limit = 100;
inline constexpr Global<std::uint64_t> packets = 0;
inline constexpr Global<std::int32_t> balance = -5;
inline constexpr Global<bool> open_to_all = false;
inline constexpr Global<Mode> mode = Mode::Count;
inline constexpr Global<Ipv4Address> last_source = Ipv4Address("192.0.2.1");
inline constexpr Global<std::uint8_t> untouched_global = 0;

/// Drops marks above the limit, counts the others.
inline constexpr Program<Lwt::Xmit> limited = [](Packet packet) {
  if (packet.mark() > limit && !open_to_all) return Verdict::Drop;
  packets.fetch_add(1);
  balance.fetch_add(-1);
  return Verdict::Ok;
};

/// Leaves behind what it saw.
inline constexpr Program<Lwt::Xmit> leave = [](Packet packet) {
  if (mode == Mode::Exchange) return packets.exchange(packet.mark()) == 3 ? Verdict::Ok : Verdict::Drop;
  last_source.set(Ipv4Address("192.0.2.9"));
  mode.set(Mode::Exchange);
  return Verdict::Ok;
};

inline constexpr Program<Lwt::Xmit> without_globals = [](Packet) { return Verdict::Ok; };

TEST_SUITE_BEGIN("Global");

TEST_CASE("the application changes what the next packet sees") {
  auto object = Object::open(limited);
  object.load();
  const auto verdict = [&](std::uint32_t mark) { return run_on_mark(object[limited].fd(), mark); };
  CHECK(verdict(100) == Verdict::Ok);
  CHECK(verdict(101) == Verdict::Drop);
  object[limit] = 101;
  CHECK(verdict(101) == Verdict::Ok);
  CHECK(verdict(102) == Verdict::Drop);
  object[open_to_all] = true;
  CHECK(verdict(102) == Verdict::Ok);
  CHECK(object[packets].value() == 3);
  CHECK(object[balance].value() == -8);
}

TEST_CASE("the application sees what a program leaves") {
  auto object = Object::open(leave);
  object.load();
  CHECK(object[mode].value() == Mode::Count);
  CHECK(run_on_mark(object[leave].fd(), 1) == Verdict::Ok);
  CHECK(object[mode].value() == Mode::Exchange);
  CHECK(object[last_source].value() == Ipv4Address("192.0.2.9"));
  CHECK(run_on_mark(object[leave].fd(), 3) == Verdict::Drop);
  CHECK(run_on_mark(object[leave].fd(), 4) == Verdict::Ok);
  CHECK(object[packets].exchange(0) == 4);
  CHECK(object[packets].value() == 0);
}

TEST_CASE("a Global starts with what was set before the object was loaded, and its handle goes on") {
  auto object = Object::open(limited);
  auto handle = object[limit];
  CHECK(handle.value() == 100);
  CHECK(object[balance].value() == -5);
  handle = 7;
  CHECK(handle.fetch_add(1) == 7);
  object.load();
  CHECK(handle.value() == 8);
  CHECK(run_on_mark(object[limited].fd(), 8) == Verdict::Ok);
  CHECK(run_on_mark(object[limited].fd(), 9) == Verdict::Drop);
  handle = 9;
  CHECK(run_on_mark(object[limited].fd(), 9) == Verdict::Ok);
}

TEST_CASE("several CPUs and the application count into one Global and lose nothing") {
  auto object = Object::open(limited);
  object.load();
  constexpr std::uint32_t runs = 2000;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread)
    threads.emplace_back([&, descriptor = object[limited].fd()] {
      for (std::uint32_t run = 0; run < runs; ++run) run_on_mark(descriptor, 1);
    });
  for (std::uint32_t run = 0; run < runs; ++run) object[packets].fetch_add(1);
  for (std::thread& thread : threads) thread.join();
  CHECK(object[packets].value() == 5 * runs);
}

TEST_CASE("each object has Globals of its own, which stay as long as a handle") {
  auto first = Object::open(limited);
  std::optional<Object> second = Object::open(limited);
  first[limit] = 1;
  first.load();
  second->load();
  auto handle = (*second)[limit];
  CHECK(first[limit].value() == 1);
  CHECK(handle.value() == 100);
  second.reset();
  handle = 5;
  CHECK(handle.value() == 5);
  CHECK(first[limit].value() == 1);
}

TEST_CASE("a Global that no program has") {
  auto object = Object::open(without_globals);
  expect_error(ENOENT, "cannot use Global limit: no program that was opened touches it",
               [&] { return object[limit].value(); });
  expect_error(ENOENT,
               "cannot find a Global: no object embedded in this application has it; a map, Config or Global is "
               "embedded when a program uses it, and all of it by ebpfxx_target_programs(<target>) in CMake",
               [&] { return object[untouched_global].value(); });
}

TEST_SUITE_END();
