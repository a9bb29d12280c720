#pragma once

#include <cstdint>

#include <ebpfxx/number/bounded.hpp>

namespace ebpfxx {

/// The position of the highest set bit of `number`, and 0 for 0: the bucket of a logarithmic histogram. BPF has no
/// instruction for it; this takes four comparisons and no loop.
constexpr Bounded<0, 31> floor_log2(std::uint32_t number) {
  std::uint32_t result = 0;
  for (std::uint32_t bits : {16U, 8U, 4U, 2U}) {
    const std::uint32_t shift = number >> bits != 0 ? bits : 0;
    number >>= shift;
    result |= shift;
  }
  result |= number >> 1;
  return Bounded<0, 31>::proven(result);
}

}  // namespace ebpfxx
