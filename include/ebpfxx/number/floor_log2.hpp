#pragma once

#include <concepts>
#include <cstdint>

#include <ebpfxx/number/bounded.hpp>

namespace ebpfxx {

/// The position of the highest set bit of `number`, and 0 for 0: the bucket of a logarithmic histogram. BPF has no
/// instruction for it; this takes four comparisons and no loop.
template <std::unsigned_integral Number>
  requires(sizeof(Number) <= sizeof(std::uint32_t) && !std::same_as<Number, bool>)
constexpr Bounded<0, 31> floor_log2(Number number) {
  std::uint32_t left = number;
  std::uint32_t result = 0;
  for (std::uint32_t bits : {16U, 8U, 4U, 2U}) {
    const std::uint32_t shift = left >> bits != 0 ? bits : 0;
    left >>= shift;
    result |= shift;
  }
  result |= left >> 1;
  return Bounded<0, 31>::proven(result);
}

/// The same of 64 bits, for a histogram of 64 buckets; one comparison more. By halves, since the verifier follows the
/// comparisons with 32-bit constants only.
template <std::unsigned_integral Number>
  requires(sizeof(Number) == sizeof(std::uint64_t))
constexpr Bounded<0, 63> floor_log2(Number number) {
  const auto upper = static_cast<std::uint32_t>(number >> 32);
  const std::uint32_t half = upper != 0 ? upper : static_cast<std::uint32_t>(number);
  const std::uint64_t start = upper != 0 ? 32 : 0;
  // The mask is for Linux 6.1, whose verifier loses the bounds of the two halves where they are joined.
  return Bounded<0, 63>::proven(detail::opaque(start | floor_log2(half).value()) & 63);
}

}  // namespace ebpfxx
