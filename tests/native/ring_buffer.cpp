#include <doctest/doctest.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include <ebpfxx/language.hpp>
#include <ebpfxx/native/native.hpp>

using namespace ebpfxx;
using namespace std::chrono_literals;

namespace {

struct Opened {
  std::uint64_t time;
  Ipv4Address source;
  std::uint32_t length;
};
struct Closed {
  std::uint32_t mark;
};

RingBuffer<4096, Opened, Closed> events;
RingBuffer<4096, Closed> marks, other_marks;
constexpr std::array<std::uint8_t, 0> no_packet{};

/// An Opened for even marks, a Closed for odd ones; none for marks above 100, which are discarded.
constexpr Program<Lwt::Out> report = [](Lwt::Out::Packet packet) {
  const std::uint32_t mark = packet.mark();
  if (mark % 2 == 0) {
    auto record = events.reserve<Opened>();
    if (!record) return Lwt::Out::Verdict::Drop;
    record->time = monotonic_time();
    record->length = mark;
    if (mark > 100) return Lwt::Out::Verdict::Ok;
    record.submit();
  } else if (!events.submit(Closed{mark})) {
    return Lwt::Out::Verdict::Drop;
  }
  return Lwt::Out::Verdict::Ok;
};

constexpr Program<Lwt::Out> mark_only = [](Lwt::Out::Packet packet) {
  return marks.submit(Closed{packet.mark()}) ? Lwt::Out::Verdict::Ok : Lwt::Out::Verdict::Drop;
};

std::string read_all(Native& native) {
  std::string text;
  native[events].consume([&](const Opened& event) { text += "opened " + std::to_string(event.length) + " "; },
                         [&](const Closed& event) { text += "closed " + std::to_string(event.mark) + " "; });
  return text;
}

TEST_SUITE_BEGIN("RingBuffer");

TEST_CASE("records of several types come in the order of their reservation") {
  Native native;
  native.clock(7ns);
  for (std::uint32_t mark : {2, 3, 4, 102, 5})
    CHECK(native(report)(no_packet, {.mark = mark}) == Lwt::Out::Verdict::Ok);
  CHECK(read_all(native) == "opened 2 closed 3 opened 4 closed 5 ");
  CHECK(read_all(native) == "");
  CHECK(native[events].dropped() == 0);
}

TEST_CASE("a record starts as zeros") {
  Native native;
  native.clock(7ns);
  native(report)(no_packet, {.mark = 2});
  const std::size_t count = native[events].consume(
      [&](const Opened& event) {
        CHECK(event.time == 7);
        CHECK(event.source == Ipv4Address());
      },
      [](const Closed&) { FAIL("there is none"); });
  CHECK(count == 1);
}

TEST_CASE("a full ring buffer drops and counts, and takes as many as the kernel's") {
  Native native;
  int taken = 0;
  for (std::uint32_t mark = 0; mark < 300; ++mark)
    if (native(mark_only)(no_packet, {.mark = mark}) == Lwt::Out::Verdict::Ok) ++taken;
  CHECK(taken == 255);  // 16 bytes each, of 4095
  CHECK(native[marks].dropped() == 45);
  CHECK(native[marks].consume([](const Closed& event) { return event.mark < 1; }) == 2);
  for (std::uint32_t mark = 0; mark < 3; ++mark) native(mark_only)(no_packet, {.mark = mark});
  CHECK(native[marks].dropped() == 46);
  for (std::uint32_t mark = 0; mark < 300; mark += 2) native(report)(no_packet, {.mark = mark});
  CHECK(native[other_marks].dropped() == 0);
  CHECK(native[events].dropped() == 150 - 4095 / 32);  // discarded ones take room as well until they are passed
  CHECK(native[marks].dropped() == 46);
}

TEST_CASE("discarded room behind a record that waits is not free") {
  Native native;
  native(report)(no_packet, {.mark = 1});
  int taken = 0;
  while (native(report)(no_packet, {.mark = 102}) == Lwt::Out::Verdict::Ok) ++taken;
  CHECK(taken == (4095 - 24) / 32);
  CHECK(read_all(native) == "closed 1 ");
  CHECK(native(report)(no_packet, {.mark = 102}) == Lwt::Out::Verdict::Ok);
}

TEST_CASE("a callback stops the reading, and one that throws has taken its record") {
  Native native;
  for (std::uint32_t mark = 1; mark <= 4; ++mark) native(mark_only)(no_packet, {.mark = mark});
  auto ring = native[marks];
  CHECK(ring.consume([](const Closed& event) { return event.mark != 2; }) == 2);
  CHECK_THROWS_AS(ring.consume([](const Closed&) { throw std::runtime_error("no"); }), std::runtime_error);
  std::uint32_t last = 0;
  CHECK(ring.poll(-1ms, [&](const Closed& event) { last = event.mark; }) == 1);
  CHECK(last == 4);
  CHECK(ring.poll(-1ms, [](const Closed&) {}) == 0);
}

TEST_CASE("as a range: one type, and several") {
  Native native;
  for (std::uint32_t mark = 1; mark <= 4; ++mark) native(mark_only)(no_packet, {.mark = mark});
  std::vector<std::uint32_t> seen;
  for (const Closed& event : native[marks]) {
    seen.push_back(event.mark);
    if (event.mark == 2) break;
  }
  for (const Closed& event : native[marks]) seen.push_back(event.mark);
  CHECK(seen == std::vector<std::uint32_t>{1, 2, 3, 4});

  native(report)(no_packet, {.mark = 8});
  native(report)(no_packet, {.mark = 9});
  std::vector<std::variant<Opened, Closed>> events_seen;
  for (const std::variant<Opened, Closed>& event : native[events]) events_seen.push_back(event);
  REQUIRE(events_seen.size() == 2);
  CHECK(std::get<Opened>(events_seen[0]).length == 8);
  CHECK(std::get<Closed>(events_seen[1]).mark == 9);
}

constexpr Program<Lwt::Out> foreign = [](Lwt::Out::Packet packet) {
  const std::array<std::uint64_t, 2> record{packet.mark(), 0};
  const std::uint64_t size = packet.priority();
  native_interface::execution().output_record({&events, BPF_MAP_TYPE_RINGBUF, 0, 0, 4096}, record.data(), size);
  return Lwt::Out::Verdict::Ok;
};

TEST_CASE("a record that is none of ours is named, and passed over") {
  Native native;
  native(foreign)(no_packet, {.mark = 2, .priority = 12});
  native(foreign)(no_packet, {.mark = 1, .priority = 16});
  native(foreign)(no_packet, {.mark = 1, .priority = 7});
  native(report)(no_packet, {.mark = 5});
  const char* rest = ", which is none of this application's";
  for (const char* fault : {"12 bytes with the tag 2", "16 bytes with the tag 1", "7 bytes with the tag 0"})
    CHECK_THROWS_WITH_AS(
        read_all(native),
        (std::string("cannot read a native ring buffer: it holds a record of ") + fault + rest).c_str(), Error);
  CHECK(read_all(native) == "closed 5 ");
}

TEST_CASE("drops are counted where the program runs") {
  Native native(2);
  native.cpu(1);
  for (std::uint32_t mark = 0; mark < 256; ++mark) native(mark_only)(no_packet, {.mark = mark});
  CHECK(native[marks].dropped() == 1);
  Native other;
  CHECK(other[marks].dropped() == 0);
}

}  // namespace

TEST_SUITE_END();
