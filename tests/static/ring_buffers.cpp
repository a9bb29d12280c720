// What ring buffers take as sizes and records; in constant evaluation nobody sees what is put in.
#include <doctest/doctest.h>

#include <cstdint>
#include <type_traits>

#include <ebpfxx/language.hpp>

using namespace ebpfxx;

namespace {

TEST_SUITE_BEGIN("RingBuffer");

struct Opened {
  std::uint64_t time;
  std::uint32_t length, mark;
};
struct Closed {
  std::uint32_t mark;
};
struct Padded {
  std::uint64_t time;
  std::uint32_t mark;
};

// A power of two of pages.
template <std::size_t Bytes>
concept Sized = requires { typename RingBuffer<Bytes, Opened>; };
TEST_CASE("a size is a power of two of pages") {
  static_assert(Sized<4096> && Sized<8192> && Sized<(std::size_t{1} << 31)>);
  static_assert(!Sized<0> && !Sized<2048> && !Sized<4097> && !Sized<12288> && !Sized<(std::size_t{1} << 32)>);
}

using Events = RingBuffer<4096, Opened, Closed, Padded>;
template <class Record>
concept Reserved = requires(const Events& events) { events.reserve<Record>(); };
template <class Record>
concept Submitted = requires(const Events& events, const Record& record) { events.submit(record); };
TEST_CASE("records are of the types named") {
  static_assert(Reserved<Opened> && Reserved<Closed> && Submitted<Opened> && Submitted<Closed>);
  static_assert(!Reserved<Padded> && !Submitted<Padded> && !Reserved<std::uint32_t> && !Submitted<std::uint32_t>);
}

// A reserved record stays where it is: there is one who submits it.
using OpenedRecord = ReservedRecord<Opened>;
TEST_CASE("a reserved record has one owner") {
  static_assert(!std::is_copy_constructible_v<OpenedRecord> && !std::is_move_constructible_v<OpenedRecord>);
  static_assert(!std::is_copy_assignable_v<OpenedRecord> && !std::is_move_assignable_v<OpenedRecord>);
}

// The wire: 8 bytes in front of each record where there are several types.
TEST_CASE("records on the wire") {
  static_assert(detail::map::WireRecord<Closed, false>::size == 4 && detail::map::WireRecord<Closed, true>::size == 12);
  static_assert(detail::map::tag_of<Opened, Opened, Closed>() == 0 &&
                detail::map::tag_of<Closed, Opened, Closed>() == 1);
}

inline RingBuffer<4096, Opened, Closed> events;
inline constexpr Program<Lwt::Out> reporting = [](Lwt::Out::Packet packet) {
  using enum Lwt::Out::Verdict;
  if (auto ip = packet.parse<Ipv4>(); ip && ip->ttl == 1) return events.submit(Closed{packet.mark()}) ? Ok : Drop;
  auto record = events.reserve<Opened>();
  if (!record || record->length != 0) return Drop;
  record->length = packet.length();
  record->time += record->length;
  if (record->length > 40) return Ok;  // which discards it
  const std::uint64_t time = record->time;
  if (packet.mark() == 1)
    record.discard();
  else
    record.submit(WakeUp::Never);
  auto other = events.reserve<Closed>();
  return time == 20 && !record && other ? Ok : Drop;
};
TEST_CASE("what is behind a reserved record runs") {
  static_assert(reporting(ipv4()) == Lwt::Out::Verdict::Ok);
  static_assert(run(reporting, ipv4(), {.mark = 1}) == Lwt::Out::Verdict::Ok);
  static_assert(reporting(ipv4() / payload<21>()) == Lwt::Out::Verdict::Ok);
  static_assert(reporting(ipv4() / payload<20>()) == Lwt::Out::Verdict::Drop);
  static_assert(reporting(ipv4({.ttl = 1})) == Lwt::Out::Verdict::Ok);
}

TEST_SUITE_END();

}  // namespace
