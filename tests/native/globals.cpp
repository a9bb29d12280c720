#include <doctest/doctest.h>

#include <cstdint>

#include <ebpfxx/language.hpp>
#include <ebpfxx/native/native.hpp>

using namespace ebpfxx;

namespace {

using Verdict = Lwt::Out::Verdict;

constexpr Global<std::uint32_t> limit = 100;
constexpr Global<std::int64_t> balance = -1;
constexpr Global<bool> closed = false;
constexpr std::array<std::uint8_t, 0> no_packet{};

constexpr Program<Lwt::Out> limited = [](Lwt::Out::Packet packet) {
  if (closed || packet.mark() > limit) return Verdict::Drop;
  balance.fetch_add(2);
  if (balance.value() > 2) closed.set(true);
  return Verdict::Ok;
};

static_assert(limit == 100u && limit.initial() == 100);
static_assert(run(limited, no_packet, {.mark = 101}).verdict == Verdict::Drop);
static_assert(AtomicNumber<std::int32_t> && AtomicNumber<std::uint64_t> && !AtomicNumber<std::uint16_t>);

TEST_SUITE_BEGIN("Global");

TEST_CASE("a Global is shared by the programs of a run and by the test") {
  Native native;
  CHECK(native(limited)(no_packet, {.mark = 101}) == Verdict::Drop);
  CHECK(native[balance].value() == -1);
  native[limit] = 101;
  CHECK(native(limited)(no_packet, {.mark = 101}) == Verdict::Ok);
  CHECK(native[balance].value() == 1);
  CHECK_FALSE(native[closed].value());
  CHECK(native(limited)(no_packet, {.mark = 101}) == Verdict::Ok);
  CHECK(native[closed].value());
  CHECK(native(limited)(no_packet, {.mark = 1}) == Verdict::Drop);
  CHECK(native[balance].exchange(10) == 3);
  CHECK(native[balance].fetch_add(-4) == 10);
  CHECK(native[balance].value() == 6);

  Native other;
  CHECK(other[balance].value() == -1);
  CHECK(other[limit].value() == 100);
}

}  // namespace

TEST_SUITE_END();
