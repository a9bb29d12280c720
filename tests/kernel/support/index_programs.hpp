#pragma once

// Programs that index with the numbers of a packet, and their comparison with native runs at the edges of each index.
#include <doctest/doctest.h>

#include <cstdint>
#include <cstring>
#include <ebpfxx.hpp>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/runtime/in_kernel.hpp>
#include <vector>

namespace index_programs {

using namespace ebpfxx;
using Packet = Tc::Ingress::Packet;
using enum Tc::Ingress::Verdict;

/// Two numbers and arrays to index with them, behind an Ethernet header of the packet.
struct [[gnu::packed]] Numbers {
  std::uint8_t ethernet[14];
  std::uint32_t first;
  std::uint32_t second;
  std::uint8_t bytes[32];
  std::uint32_t words[10];
};

/// Marks the packet with what `find` makes of its numbers.
template <class Find>
constexpr Tc::Ingress::Verdict mark_with(Packet packet, Find find) {
  auto numbers = packet.parse<Numbers>();
  if (!numbers) return Drop;
  packet.set_mark(find(numbers));
  return Ok;
}

inline std::vector<std::uint8_t> packet_of(std::uint32_t first, std::uint32_t second) {
  Numbers numbers{{}, first, second, {}, {}};
  numbers.ethernet[12] = 0x88;
  numbers.ethernet[13] = 0xb5;
  for (std::uint32_t i = 0; i < 32; ++i) numbers.bytes[i] = static_cast<std::uint8_t>((first * 7 + i * 5) % 11);
  for (std::uint32_t i = 0; i < 10; ++i) numbers.words[i] = 1000 + i * i;
  std::vector<std::uint8_t> bytes(sizeof numbers);
  std::memcpy(bytes.data(), &numbers, sizeof numbers);
  return bytes;
}

/// Loads the program, and compares what it does to packets with numbers at the edges.
inline void check_at_edges(const char* name, const Program<Tc::Ingress>& program) {
  CAPTURE(name);
  auto object = Object::open(program);
  object.load();
  Native native;
  constexpr std::uint32_t edges[] = {0,  1,  2,  8,          9,          10,         11,        30,        31,
                                     32, 99, 42, 0x7fffffff, 0x80000000, 0xfffffff7, 429496729, 429496730, 0xffffffff};
  for (const std::uint32_t first : edges)
    for (const std::uint32_t second : edges) {
      CAPTURE(first);
      CAPTURE(second);
      const std::vector<std::uint8_t> bytes = packet_of(first, second);
      const auto kernels = in_kernel(object, program)(bytes);
      const auto natively = native(program)(bytes);
      REQUIRE(kernels.context.mark == natively.context.mark);
      REQUIRE(kernels.packet == natively.packet);
    }
}

}  // namespace index_programs

/// A program of this name, of which the last argument makes a mark from `numbers`, `first` and `second`.
#define EBPFXX_INDEX(name, ...)                                                                    \
  inline constexpr ebpfxx::Program<ebpfxx::Tc::Ingress> name = [](index_programs::Packet packet) { \
    return index_programs::mark_with(packet, [](auto& numbers) -> std::uint32_t {                  \
      [[maybe_unused]] const std::uint32_t first = numbers->first, second = numbers->second;       \
      __VA_ARGS__                                                                                  \
    });                                                                                            \
  };
