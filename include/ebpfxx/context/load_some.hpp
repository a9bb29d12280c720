#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include <ebpfxx/detail/device.hpp>

namespace ebpfxx::detail::context {

/// Copies the bytes at `offset` of a packet of `length` bytes, up to the end of the packet, and returns how many
/// bytes that are; none when `copy_to(bytes, offset)` fails. Behind them `bytes` is zero.
template <std::size_t Size, class CopyTo>
  requires(std::has_single_bit(Size))
constexpr std::uint32_t load_some(std::uint32_t length, std::uint32_t offset, std::array<std::uint8_t, Size>& bytes,
                                  CopyTo copy_to) {
  bytes.fill(0);
  if (offset >= length) return 0;
  const std::uint32_t left = length - offset < Size ? length - offset : static_cast<std::uint32_t>(Size);
  // Linux 6.1 does not learn from a comparison that a number is not zero.
  const std::size_t count = on_device() ? (opaque(left - 1) & (Size - 1)) + 1 : left;
  return copy_to(std::span<std::uint8_t>(bytes.data(), count), offset) ? left : 0;
}

}  // namespace ebpfxx::detail::context
