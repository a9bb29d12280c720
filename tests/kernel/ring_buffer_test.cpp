// Ring buffers of a real kernel: what programs report, in order, and what finds no room.
#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <ebpfxx.hpp>
#include <stdexcept>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "support/expect_error.hpp"
#include "support/run_program.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;
using namespace std::chrono_literals;

struct Begun {
  std::uint64_t time;
  Ipv4Address source;
  std::uint32_t number;
};
struct Ended {
  std::uint32_t number;
};
struct Large {
  std::array<std::uint64_t, 100> numbers;
};

inline RingBuffer<64 * 1024, Begun, Ended> reports;
inline RingBuffer<4096, Ended> few_reports;
inline RingBuffer<4096, Large> large_reports;
inline RingBuffer<4096, Ended> odd_reports, even_reports;

/// A Begun for even marks, an Ended for odd ones; those of marks above 1000 are discarded.
inline constexpr Program<Lwt::Xmit> report = [](Lwt::Xmit::Packet packet) {
  const std::uint32_t mark = packet.mark();
  if (mark % 2 == 0) {
    auto record = reports.reserve<Begun>();
    if (!record) return Lwt::Xmit::Verdict::Drop;
    record->time = monotonic_time();
    record->number = mark;
    if (mark > 1000) return Lwt::Xmit::Verdict::Ok;
    record.submit();
  } else if (!reports.submit(Ended{mark})) {
    return Lwt::Xmit::Verdict::Drop;
  }
  return Lwt::Xmit::Verdict::Ok;
};

/// The priority is how the application is woken.
inline constexpr Program<Lwt::Xmit> report_few = [](Lwt::Xmit::Packet packet) {
  const std::uint32_t how = packet.priority();
  auto record = few_reports.reserve<Ended>();
  if (!record) return Lwt::Xmit::Verdict::Drop;
  record->number = packet.mark();
  if (how == 1)
    record.submit(WakeUp::Never);
  else if (how == 2)
    record.submit(WakeUp::Always);
  else
    record.submit();
  return Lwt::Xmit::Verdict::Ok;
};

/// Far more than a stack has: it is written where it is.
inline constexpr Program<Lwt::Xmit> report_large = [](Lwt::Xmit::Packet packet) {
  if (auto record = large_reports.reserve<Large>()) {
    record->numbers[0] = packet.mark();
    record->numbers[99] = ~static_cast<std::uint64_t>(packet.mark());
    record.submit();
    return Lwt::Xmit::Verdict::Ok;
  }
  return Lwt::Xmit::Verdict::Drop;
};

/// To one of two that differ in nothing but their names.
inline constexpr Program<Lwt::Xmit> report_by_parity = [](Lwt::Xmit::Packet packet) {
  const std::uint32_t mark = packet.mark();
  const bool taken = (mark % 2 == 1 ? odd_reports : even_reports).submit(Ended{mark});
  return taken ? Lwt::Xmit::Verdict::Ok : Lwt::Xmit::Verdict::Drop;
};

namespace {

Object loaded() {
  auto object = Object::open(report, report_few, report_large, report_by_parity);
  object.load();
  return object;
}

/// Whether there was room.
bool run(const Object& object, const Program<Lwt::Xmit>& program, std::uint32_t mark, std::uint32_t priority = 0) {
  __sk_buff context{};
  context.mark = mark;
  context.priority = priority;
  std::uint32_t verdict = 99;
  run_program(object[program].fd(), context, &verdict);
  return verdict == static_cast<std::uint32_t>(Lwt::Xmit::Verdict::Ok);
}

std::vector<std::uint32_t> take(Object& object) {
  std::vector<std::uint32_t> numbers;
  object[few_reports].consume([&](const Ended& record) { numbers.push_back(record.number); });
  return numbers;
}

/// How long a `poll` of at most `longest` took that began before a record came in.
std::chrono::nanoseconds time_of_poll(Object& object, std::uint32_t wake_up, std::chrono::milliseconds longest) {
  auto ring = object[few_reports];
  std::size_t count = 0;
  std::chrono::nanoseconds took{};
  std::atomic<bool> started = false;
  std::thread reader([&] {
    const auto begin = std::chrono::steady_clock::now();
    started = true;
    count = ring.poll(longest, [](const Ended&) {});
    took = std::chrono::steady_clock::now() - begin;
  });
  while (!started) std::this_thread::yield();
  std::this_thread::sleep_for(100ms);
  CHECK(run(object, report_few, 1, wake_up));
  reader.join();
  CHECK(count == 1);
  return took;
}

}  // namespace

TEST_SUITE_BEGIN("RingBuffer");

TEST_CASE("records of two types arrive in order, with what the program wrote") {
  auto object = loaded();
  for (std::uint32_t mark : {2, 3, 4, 1002, 5}) CHECK(run(object, report, mark));
  std::string text;
  std::uint64_t time = 0;
  const std::size_t count = object[reports].consume(
      [&](const Begun& record) {
        text += "begun " + std::to_string(record.number) + " ";
        CHECK(record.time > time);
        time = record.time;
        CHECK(record.source == Ipv4Address());
      },
      [&](const Ended& record) { text += "ended " + std::to_string(record.number) + " "; });
  CHECK(count == 4);
  CHECK(text == "begun 2 ended 3 begun 4 ended 5 ");
  CHECK(object[reports].consume([](const auto&) { FAIL("there is none"); }) == 0);
  CHECK(object[reports].dropped() == 0);
}

TEST_CASE("a full ring buffer drops and counts, and goes on when there is room") {
  auto object = loaded();
  int taken = 0;
  for (std::uint32_t mark = 0; mark < 300; ++mark) taken += run(object, report_few, mark);
  CHECK(taken == 255);  // 16 bytes each, of 4095
  CHECK(object[few_reports].dropped() == 45);
  CHECK(object[large_reports].dropped() == 0);
  CHECK(object[few_reports].consume([](const Ended& record) { return record.number < 1; }) == 2);
  CHECK(run(object, report_few, 300));
  CHECK(run(object, report_few, 301));
  CHECK_FALSE(run(object, report_few, 302));
  CHECK(object[few_reports].dropped() == 46);
  const auto numbers = take(object);
  REQUIRE(numbers.size() == 255);
  CHECK(numbers.front() == 2);
  CHECK(numbers.back() == 301);
}

TEST_CASE("ring buffers of one type count their own drops") {
  auto object = loaded();
  for (std::uint32_t i = 0; i < 300; ++i) run(object, report_by_parity, 2 * i + 1);
  for (std::uint32_t i = 0; i < 260; ++i) run(object, report_by_parity, 2 * i);
  CHECK(object[odd_reports].dropped() == 45);
  CHECK(object[even_reports].dropped() == 5);
  CHECK(object[few_reports].dropped() == 0);
}

TEST_CASE("drops of one-shot records are counted as well") {
  auto object = loaded();
  int taken = 0;
  for (int i = 0; i < 3000; ++i) taken += run(object, report, 1);
  CHECK(taken == 65535 / 24);
  CHECK(object[reports].dropped() == 3000 - 65535 / 24);
}

TEST_CASE("discarded records are free for others") {
  auto object = loaded();
  for (int i = 0; i < 5000; ++i) {
    REQUIRE(run(object, report, 1002));
    if (i % 1000 == 0) CHECK(object[reports].consume([](const auto&) { FAIL("it was discarded"); }) == 0);
  }
}

TEST_CASE("records that cross the end of the buffer are whole") {
  auto object = loaded();
  for (std::uint32_t mark = 0; mark < 100; ++mark) {
    REQUIRE(run(object, report_large, mark));
    int count = 0;
    for (const Large& record : object[large_reports]) {
      ++count;
      CHECK(record.numbers[0] == mark);
      CHECK(record.numbers[99] == ~std::uint64_t{mark});
      for (std::size_t i = 1; i < 99; ++i) REQUIRE(record.numbers[i] == 0);
    }
    CHECK(count == 1);
  }
}

TEST_CASE("reading stops where the callback, the loop or an exception says") {
  auto object = loaded();
  for (std::uint32_t mark = 1; mark <= 6; ++mark) run(object, report_few, mark);
  CHECK(object[few_reports].consume([](const Ended& record) { return record.number != 2; }) == 2);
  CHECK_THROWS_AS(object[few_reports].consume([](const Ended&) { throw std::runtime_error("no"); }),
                  std::runtime_error);
  for (const Ended& record : object[few_reports]) {
    CHECK(record.number == 4);
    break;
  }
  CHECK(take(object) == std::vector<std::uint32_t>{5, 6});
}

TEST_CASE("a range over several types gives variants") {
  auto object = loaded();
  run(object, report, 8);
  run(object, report, 9);
  std::vector<std::variant<Begun, Ended>> seen;
  for (const auto& record : object[reports]) seen.push_back(record);
  REQUIRE(seen.size() == 2);
  CHECK(std::get<Begun>(seen[0]).number == 8);
  CHECK(std::get<Ended>(seen[1]).number == 9);
}

TEST_CASE("poll waits for a record, and the program says whether it is woken") {
  auto object = loaded();
  const auto before = std::chrono::steady_clock::now();
  CHECK(object[few_reports].poll(50ms, [](const Ended&) {}) == 0);
  CHECK(std::chrono::steady_clock::now() - before >= 50ms);

  CHECK(time_of_poll(object, 0, 20s) < 10s);
  CHECK(time_of_poll(object, 2, 20s) < 10s);
  CHECK(time_of_poll(object, 1, 500ms) >= 500ms);

  run(object, report_few, 1);
  CHECK(object[few_reports].poll(20s, [](const Ended&) {}) == 1);  // what is there needs no wake-up
}

TEST_CASE("a ring buffer that no opened program touches") {
  auto object = Object::open(report);
  object.load();
  expect_error(ENOENT, "cannot use map few_reports: no program that was opened touches it",
               [&] { return object[few_reports].name(); });
}

TEST_SUITE_END();
