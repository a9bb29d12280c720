#include <doctest/doctest.h>
#include <time.h>

#include <array>
#include <cstdint>
#include <ebpfxx.hpp>

#include "support/run_program.hpp"

using namespace ebpfxx;

inline PerCpu<std::uint64_t> last_seen;

inline constexpr Program<Lwt::Out> look_at_clock = [](Lwt::Out::Packet) {
  last_seen.update([](std::uint64_t& time) { time = monotonic_time(); });
  return Lwt::Out::Verdict::Ok;
};

TEST_CASE("a program reads the clock that the application reads") {
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(time.tv_nsec);
  };
  auto object = Object::open(look_at_clock);
  object.load();
  const std::uint64_t before = now();
  test::run_program(object[look_at_clock].fd(), {});
  const std::uint64_t after = now();
  const std::uint64_t seen = object[last_seen].sum();
  CHECK(before <= seen);
  CHECK(seen <= after);
}
