// A kind of map and a helper that an application declares itself. What is used of the library has public names only.
#include <bpf/bpf.h>
#include <doctest/doctest.h>

#include <cstdint>
#include <ctime>
#include <ebpfxx.hpp>
#include <ebpfxx/kernel/helper.hpp>
#include <ebpfxx/native/native.hpp>

#include "support/run_program.hpp"

namespace own {

/// A Hash that takes memory for an entry when it comes (BPF_F_NO_PREALLOC).
template <std::uint32_t MaxEntries>
struct SparseHash
    : ebpfxx::MapKind<BPF_MAP_TYPE_HASH, MaxEntries, ebpfxx::KeyRole::Any, /*PerCpu=*/false, BPF_F_NO_PREALLOC> {};

/// The time since boot in nanoseconds, as the last tick found it (bpf_ktime_get_coarse_ns). Outside the kernel 0.
constexpr std::uint64_t coarse_time() {
  if (!ebpfxx::on_device()) return 0;
  return ebpfxx::call_helper<ebpfxx::BpfHelper::ktime_get_coarse_ns>();
}

}  // namespace own

using namespace ebpfxx;

inline Map<std::uint32_t, std::uint64_t, own::SparseHash<2>> own_times;

inline constexpr Program<Lwt::Xmit> own_take_time = [](Lwt::Xmit::Packet packet) {
  return own_times.set(packet.mark(), own::coarse_time()) ? Lwt::Xmit::Verdict::Ok : Lwt::Xmit::Verdict::Drop;
};
static_assert(run(own_take_time, ipv4() / udp()) == Lwt::Xmit::Verdict::Ok);

namespace {

std::uint64_t coarse_clock() {
  timespec now{};
  REQUIRE(clock_gettime(CLOCK_MONOTONIC_COARSE, &now) == 0);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec);
}

}  // namespace

TEST_CASE("a map kind and a helper of the application's own work natively and in the kernel") {
  Native native;
  auto object = Object::open(own_take_time);
  object.load();
  const std::uint64_t before = coarse_clock();
  for (const std::uint32_t mark : {7, 8, 9}) {
    const auto expected = mark == 9 ? Lwt::Xmit::Verdict::Drop : Lwt::Xmit::Verdict::Ok;  // it holds two
    CHECK(native(own_take_time)(ipv4() / udp(), {.mark = mark}) == expected);
    __sk_buff context{};
    context.mark = mark;
    std::uint32_t verdict = 0;
    test::run_program(object[own_take_time].fd(), context, &verdict);
    CHECK(verdict == static_cast<std::uint32_t>(expected));
  }
  CHECK(native[own_times].find(7) == 0);
  CHECK(object[own_times].find(7) >= before);
  CHECK(object[own_times].find(7) <= coarse_clock());

  bpf_map_info info{};
  std::uint32_t size = sizeof info;
  REQUIRE(bpf_obj_get_info_by_fd(object[own_times].fd(), &info, &size) == 0);
  CHECK(info.map_flags == BPF_F_NO_PREALLOC);
}
