// Counters of 8, 16 and 32 bits from a start that is tested: they load, and end where they end natively.
#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <ebpfxx.hpp>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/runtime/in_kernel.hpp>
#include <utility>

using namespace ebpfxx;
using enum Tc::Ingress::Verdict;
using Packet = Tc::Ingress::Packet;

namespace {

constexpr std::uint32_t most = 0xff;  ///< the greatest limit

template <class Counter>
constexpr std::uint32_t sum_from_start(std::uint32_t limit, std::uint32_t given) {
  const auto start = static_cast<Counter>(given & 15);
  std::uint32_t sum = 3;
  if (start <= limit)
    for (Counter i = start; i != limit; ++i) sum = sum * 31 + i;
  return sum;
}

template <class Counter>
constexpr std::uint32_t sum_down(std::uint32_t limit, std::uint32_t given) {
  const auto first = static_cast<Counter>(1 + (given & 3));
  std::uint32_t sum = 3;
  for (auto i = static_cast<Counter>(limit); i >= first; --i) sum = sum * 31 + i;
  return sum;
}

}  // namespace

inline constexpr Program<Tc::Ingress> from_start_of_8_bits = [](Packet packet) {
  packet.set_mark(sum_from_start<std::uint8_t>(packet.mark() & most, packet.priority()));
  return Ok;
};

inline constexpr Program<Tc::Ingress> from_start_of_16_bits = [](Packet packet) {
  packet.set_mark(sum_from_start<std::uint16_t>(packet.mark() & most, packet.priority()));
  return Ok;
};

inline constexpr Program<Tc::Ingress> from_start_of_32_bits = [](Packet packet) {
  packet.set_mark(sum_from_start<std::uint32_t>(packet.mark() & most, packet.priority()));
  return Ok;
};

inline constexpr Program<Tc::Ingress> down_in_8_bits = [](Packet packet) {
  packet.set_mark(sum_down<std::uint8_t>(packet.mark() & most, packet.priority()));
  return Ok;
};

inline constexpr Program<Tc::Ingress> down_in_16_bits = [](Packet packet) {
  packet.set_mark(sum_down<std::uint16_t>(packet.mark() & most, packet.priority()));
  return Ok;
};

inline constexpr Program<Tc::Ingress> until_equal_or_found = [](Packet packet) {
  const std::uint32_t limit = packet.mark() & most, sought = packet.priority();
  std::uint32_t sum = 3;
  for (std::uint8_t i = 0; i != limit && sum != sought; ++i) sum = sum * 31 + i;
  packet.set_mark(sum);
  return Ok;
};

inline constexpr Program<Tc::Ingress> with_sign_in_rounds = [](Packet packet) {
  const auto limit = static_cast<std::int32_t>(packet.mark() & 63);
  std::uint32_t sum = 3;
  for (std::int16_t i = 0; i != 5; ++i)
    for (std::int16_t j = 0; j != limit; ++j) sum = sum * 31 + static_cast<std::uint32_t>(i + j);
  packet.set_mark(sum);
  return Ok;
};

TEST_CASE("short counters load, and end where they end natively") {
  constexpr std::array<std::uint8_t, 64> frame{};
  const std::pair<const char*, const Program<Tc::Ingress>*> programs[] = {
      {"from a start, 8 bits", &from_start_of_8_bits},
      {"from a start, 16 bits", &from_start_of_16_bits},
      {"from a start, 32 bits", &from_start_of_32_bits},
      {"down, 8 bits", &down_in_8_bits},
      {"down, 16 bits", &down_in_16_bits},
      {"until equal or found", &until_equal_or_found},
      {"with a sign, in rounds", &with_sign_in_rounds},
  };
  for (const auto& [name, program] : programs) {
    CAPTURE(name);
    auto object = Object::open(*program);
    object.load();
    Native native;
    for (const std::uint32_t limit : {0U, 1U, 2U, 3U, 4U, 5U, 14U, 15U, 16U, 127U, 128U, 254U, 255U, 256U})
      for (const std::uint32_t other : {0U, 1U, 3U, 15U, 93U, 2884U}) {
        CAPTURE(limit);
        CAPTURE(other);
        const auto kernels = in_kernel(object, *program)(frame, {.mark = limit, .priority = other});
        const auto natively = native(*program)(frame, {.mark = limit, .priority = other});
        REQUIRE(kernels.verdict == natively.verdict);
        REQUIRE(kernels.context.mark == natively.context.mark);
      }
  }
  auto object = Object::open(from_start_of_8_bits);
  object.load();
  CHECK(in_kernel(object, from_start_of_8_bits)(frame, {.mark = 16, .priority = 14}).context.mark ==
        (3 * 31 + 14) * 31 + 15);
  CHECK(in_kernel(object, from_start_of_8_bits)(frame, {.mark = 3, .priority = 4}).context.mark == 3);
}
