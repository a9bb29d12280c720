#include <doctest/doctest.h>

#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <vector>

#include <ebpfxx/language.hpp>
#include <ebpfxx/native/native.hpp>

using namespace ebpfxx;

namespace {

Map<std::uint32_t, std::uint64_t> map;
PerCpu<std::uint64_t> counter;
constexpr Config<std::uint32_t> limit = 1;
constexpr std::array<std::uint8_t, 0> no_packet{};

constexpr Program<Lwt::Out> count = [](Lwt::Out::Packet) {
  counter.update([](std::uint64_t& value) { value += 1; });
  return Lwt::Out::Verdict::Ok;
};
constexpr Program<Lwt::Out> fail = [](Lwt::Out::Packet) -> Lwt::Out::Verdict {
  counter.update([](std::uint64_t& value) { value += 1; });
  throw std::runtime_error("from a body");
};

std::uint64_t seen_time;
constexpr Program<Lwt::Out> look_at_clock = [](Lwt::Out::Packet) {
  seen_time = monotonic_time();
  return Lwt::Out::Verdict::Ok;
};

std::uint32_t seen_cpu;
std::uint64_t seen_cgroup;
std::vector<std::uint32_t> seen_random;
constexpr Program<Lwt::Out> look_around = [](Lwt::Out::Packet) {
  seen_cpu = current_cpu();
  seen_cgroup = current_cgroup_id();
  seen_random = {random_number(), random_number()};
  return Lwt::Out::Verdict::Ok;
};

Native* other_native;
std::uint32_t seen_limit;
constexpr Program<Lwt::Out> run_another = [](Lwt::Out::Packet) {
  (*other_native)(count)(no_packet);
  seen_limit = (*other_native)[limit].value();
  counter.update([](std::uint64_t& value) { value += 10; });
  return Lwt::Out::Verdict::Ok;
};

constexpr Program<Lwt::Out> use_unknown_map = [](Lwt::Out::Packet) {
  const std::uint32_t key = 0;
  native_interface::execution().lookup({&map, BPF_MAP_TYPE_QUEUE, 4, 4, 1}, &key);
  return Lwt::Out::Verdict::Ok;
};

int error_of_use_outside() {
  try {
    counter.update([](std::uint64_t&) {});
  } catch (const std::system_error& error) {
    return error.code().value();
  }
  return 0;
}

TEST_CASE("what only a program can do throws outside a run") {
  CHECK(error_of_use_outside() == ENOTCONN);
  CHECK_THROWS_AS((void)map.find(1), std::system_error);
  CHECK_THROWS_AS((void)map.set(1, 1), std::system_error);
  CHECK_THROWS_AS((void)map.erase(1), std::system_error);
  CHECK_THROWS_AS(print<"{}">(1), std::system_error);
  CHECK_THROWS_AS((void)count(no_packet), std::system_error);

  Native native;
  native(count)(no_packet);
  CHECK(error_of_use_outside() == ENOTCONN);
}

TEST_CASE("an exception from a body passes through and leaves no run behind") {
  Native native;
  CHECK_THROWS_WITH_AS(native(fail)(no_packet), "from a body", std::runtime_error);
  CHECK(native_interface::current == nullptr);
  CHECK(error_of_use_outside() == ENOTCONN);
  CHECK(native[counter].sum() == 1);
  native(count)(no_packet);
  CHECK(native[counter].sum() == 2);
}

TEST_CASE("each Native has maps of its own") {
  Native first, second;
  first(count)(no_packet);
  first[map].set(1, 1);
  CHECK(first[counter].sum() == 1);
  CHECK(second[counter].sum() == 0);
  CHECK(second[map].find(1) == std::nullopt);
}

TEST_CASE("a run inside a run comes back to the outer one") {
  Native outer, inner;
  outer[limit] = 2;
  other_native = &inner;
  outer(run_another)(no_packet);
  CHECK(inner[counter].sum() == 1);
  CHECK(outer[counter].sum() == 10);
  CHECK(seen_limit == 1);
  CHECK(native_interface::current == nullptr);
}

TEST_CASE("a run is seen by its own thread only") {
  Native native;
  std::thread([] {
    Native of_thread;
    of_thread(count)(no_packet);
    CHECK(of_thread[counter].sum() == 1);
  }).join();
  CHECK(native[counter].sum() == 0);
}

TEST_CASE("time stands still until the test moves it") {
  using namespace std::chrono_literals;
  Native native;
  native(look_at_clock)(no_packet);
  CHECK(seen_time == 0);
  native.clock(2s + 1ns);
  native(look_at_clock)(no_packet);
  native(look_at_clock)(no_packet);
  CHECK(seen_time == 2'000'000'001);
}

TEST_CASE("the CPU and the control group are those that the test says") {
  Native native(2);
  native(look_around)(no_packet);
  CHECK(seen_cpu == 0);
  CHECK(seen_cgroup == 0);
  native.cpu(1);
  native.cgroup(4711);
  native(look_around)(no_packet);
  CHECK(seen_cpu == 1);
  CHECK(seen_cgroup == 4711);
  CHECK_THROWS_WITH_AS(native.cpu(2), "cannot run natively on CPU 2: the last one is CPU 1", Error);
}

TEST_CASE("random numbers are the same in every run, or those that the test gives") {
  Native native, other;
  native(look_around)(no_packet);
  CHECK(seen_random == std::vector<std::uint32_t>{3499211612, 581869302});  // std::mt19937's first two
  native(look_around)(no_packet);
  CHECK(seen_random != std::vector<std::uint32_t>{3499211612, 581869302});
  other(look_around)(no_packet);
  CHECK(seen_random == std::vector<std::uint32_t>{3499211612, 581869302});
  std::uint32_t next = 0xffffffff;
  native.random([&] { return next++; });
  native(look_around)(no_packet);
  CHECK(seen_random == std::vector<std::uint32_t>{0xffffffff, 0});
}

TEST_CASE("a kind of map without a native counterpart is an error") {
  Native native;
  CHECK_THROWS_WITH_AS(native(use_unknown_map)(no_packet),
                       "cannot create a native map of type 22: this kind of map has no native counterpart", Error);
  CHECK(native[map].find(1) == std::nullopt);
}

}  // namespace
