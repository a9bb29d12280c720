// What the kernel has a result for, and C++ has none.
#include <ebpfxx.hpp>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/testing/doctest.hpp>

using namespace ebpfxx;

/// Divides by what it tests too late.
inline constexpr Program<Lwt::Out> mean = [](Lwt::Out::Packet packet) {
  const std::uint32_t part = packet.length() / packet.mark();
  return packet.mark() != 0 && part > 100 ? Lwt::Out::Verdict::Drop : Lwt::Out::Verdict::Ok;
};

static_assert(run(mean, ipv4(), {.mark = 1}) == Lwt::Out::Verdict::Ok);

TEST_CASE("divides by 0") {
  Native native;
  CHECK(native(mean)(ipv4(), {.mark = 0}) == Lwt::Out::Verdict::Ok);
}
