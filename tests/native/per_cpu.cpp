#include <doctest/doctest.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <string>
#include <vector>

#include <ebpfxx/language.hpp>
#include <ebpfxx/native/native.hpp>

using namespace ebpfxx;

namespace {

struct Drops {
  std::uint64_t packets;
  std::array<std::uint32_t, 2> by_kind;

  bool operator==(const Drops&) const = default;
};

PerCpu<Drops> drops;
Map<std::uint32_t, std::uint64_t, PerCpuArray<2>> lengths;
Map<std::uint32_t, std::uint32_t, PerCpuHash<1>> sources;
constexpr std::array<std::uint8_t, 0> no_packet{};

constexpr Program<Lwt::Out> count = [](Lwt::Out::Packet packet) {
  drops.update([&](Drops& value) {
    value.packets += 1;
    value.by_kind[1] += packet.mark();
  });
  lengths.at<1>().update([](std::uint64_t& value) { value += 1; });
  return sources.update(packet.mark(), [](std::uint32_t& value) { value += 1; }) ? Lwt::Out::Verdict::Ok
                                                                                 : Lwt::Out::Verdict::Drop;
};

constexpr Program<Lwt::Out> set_source = [](Lwt::Out::Packet packet) {
  return sources.set(packet.mark(), 100) ? Lwt::Out::Verdict::Ok : Lwt::Out::Verdict::Drop;
};

PerCpu<std::uint32_t> narrow;
PerCpu<std::int8_t> narrow_and_signed;

TEST_CASE("the sum of all CPUs' integers has 64 bits" * doctest::test_suite("PerCpu")) {
  Native native(2);
  native[narrow].set(3'000'000'000);
  CHECK(native[narrow].sum() == 6'000'000'000);
  native[narrow_and_signed].set(-100);
  CHECK(native[narrow_and_signed].sum() == -200);
}

TEST_CASE("a sum that its field does not hold is an error, and the largest that it holds is none" *
          doctest::test_suite("PerCpu")) {
  Native native(2);
  native[drops].set({.packets = 1, .by_kind = {0, 0x7fffffff}});
  CHECK(native[drops].sum() == Drops{.packets = 2, .by_kind = {0, 0xfffffffe}});
  native[drops].set({.packets = 1, .by_kind = {0, 0x80000000}});
  try {
    static_cast<void>(native[drops].sum());
    FAIL("a sum has wrapped");
  } catch (const Error& error) {
    CHECK(error.code().value() == EOVERFLOW);
    CHECK(std::string(error.what()) ==
          "cannot add up the values of all CPUs: a sum does not fit into a field of 4 bytes; give the field 8 bytes, "
          "or add up per_cpu()");
  }
}

TEST_CASE("a program changes the value of the CPU it runs on" *
          doctest::test_suite("PerCpu, PerCpuArray, PerCpuHash")) {
  Native native(3);
  native(count)(no_packet, {.mark = 5});
  native.cpu(2);
  native(count)(no_packet, {.mark = 5});
  native(count)(no_packet, {.mark = 5});

  CHECK(native[drops].per_cpu() == std::vector<Drops>{{1, {0, 5}}, {0, {0, 0}}, {2, {0, 10}}});
  CHECK(native[drops].sum() == Drops{3, {0, 15}});
  CHECK(native[lengths][1].values() == std::vector<std::uint64_t>{1, 0, 2});
  CHECK(native[lengths][1].sum() == 3);
  CHECK(native[lengths][0].sum() == 0);
  CHECK(native[sources].find(5)->values() == std::vector<std::uint32_t>{1, 0, 2});
}

TEST_CASE("a per-CPU hash is full by keys, and a program's set touches one CPU's value" *
          doctest::test_suite("PerCpuHash")) {
  Native native(2);
  CHECK(native(count)(no_packet, {.mark = 5}) == Lwt::Out::Verdict::Ok);
  CHECK(native(count)(no_packet, {.mark = 6}) == Lwt::Out::Verdict::Drop);
  native.cpu(1);
  CHECK(native(set_source)(no_packet, {.mark = 6}) == Lwt::Out::Verdict::Drop);
  CHECK(native(set_source)(no_packet, {.mark = 5}) == Lwt::Out::Verdict::Ok);
  CHECK(native[sources].find(5)->values() == std::vector<std::uint32_t>{1, 100});

  CHECK(native[sources].erase(5));
  CHECK(native(set_source)(no_packet, {.mark = 5}) == Lwt::Out::Verdict::Ok);
  CHECK(native[sources].find(5)->values() == std::vector<std::uint32_t>{0, 100});
}

TEST_CASE("the application sets all CPUs' values at once" * doctest::test_suite("PerCpu, PerCpuHash")) {
  Native native(3);
  native[drops].set({1, {2, 3}});
  CHECK(native[drops].sum() == Drops{3, {6, 9}});
  native[sources].set(1, native[sources].on_every_cpu(7));
  CHECK(native[sources].find(1)->sum() == 21);
  native[sources].set(1, PerCpuValues<std::uint32_t>({1, 2}));
  CHECK(native[sources].find(1)->values() == std::vector<std::uint32_t>{1, 2, 0});
  CHECK_THROWS_AS(native[sources].insert(2, {}), Error);

  std::uint64_t total = 0;
  for (auto [key, values] : native[sources]) total += key + values.sum();
  CHECK(total == 4);
}

TEST_CASE("one CPU is enough, and there is none behind the last" * doctest::test_suite("PerCpuHash")) {
  Native native(1);
  native(count)(no_packet, {.mark = 5});
  CHECK(native[sources].find(5)->values() == std::vector<std::uint32_t>{1});
  CHECK_THROWS_WITH_AS(native.cpu(1), "cannot run natively on CPU 1: the last one is CPU 0", Error);
  CHECK_THROWS_WITH_AS(Native(0), "cannot run natively on 0 CPUs: there must be one", Error);
}

}  // namespace
