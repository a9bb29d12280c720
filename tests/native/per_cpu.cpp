#include <doctest/doctest.h>

#include <array>
#include <cerrno>
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
