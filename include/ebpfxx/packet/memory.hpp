#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include <ebpfxx/native_interface.hpp>

namespace ebpfxx {

/// The bytes of a packet outside the kernel: the linear part, which views see, and the rest, which stands in fragments
/// of its own and is seen by copies only. In constant evaluation the rest follows the linear part in memory. Copies are
/// not inlined, since g++ 12 would warn of overflows that cannot be.
struct PacketMemory {
  std::uint8_t* data = nullptr;
  std::uint8_t* data_end = nullptr;
  std::uint8_t* rest = nullptr;
  std::uint8_t* rest_end = nullptr;

  /// All of `bytes`, of which the first `linear` are the linear part.
  static constexpr PacketMemory of(std::span<std::uint8_t> bytes, std::size_t linear) {
    std::uint8_t* const end = bytes.data() + bytes.size();
    std::uint8_t* const middle = bytes.data() + std::min(linear, bytes.size());
    return {bytes.data(), middle, middle, end};
  }

  constexpr std::size_t linear_size() const { return static_cast<std::size_t>(data_end - data); }
  constexpr std::size_t size() const { return linear_size() + static_cast<std::size_t>(rest_end - rest); }

  /// Copies the bytes at `offset`; false, and nothing is copied, where the packet ends before they do.
  [[gnu::noinline]] constexpr bool read(std::size_t offset, std::span<std::uint8_t> bytes) const {
    if (!holds(offset, bytes.size())) return false;
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = *at(offset + i);
    return true;
  }

  /// Puts `bytes` at `offset`; false, and nothing changes, where the packet ends before they do.
  [[gnu::noinline]] constexpr bool write(std::size_t offset, std::span<const std::uint8_t> bytes) const {
    if (!holds(offset, bytes.size())) return false;
    for (std::size_t i = 0; i < bytes.size(); ++i) *at(offset + i) = bytes[i];
    return true;
  }

  /// What a helper does that may move the packet: the first `linear` bytes, or as many as there are, become the linear
  /// part. A native run puts them in new memory, so that AddressSanitizer sees whoever still uses the old.
  constexpr void move(std::size_t linear) {
    linear = std::clamp(linear, linear_size(), size());
    if (!std::is_constant_evaluated() && native_interface::current != nullptr)
      return native_interface::current->move_packet(*this, linear);
    const std::size_t more = linear - linear_size();
    data_end += more;
    rest += more;
  }

 private:
  constexpr bool holds(std::size_t offset, std::size_t bytes) const {
    return offset <= size() && size() - offset >= bytes;
  }
  constexpr std::uint8_t* at(std::size_t offset) const {
    return offset < linear_size() ? data + offset : rest + (offset - linear_size());
  }
};

}  // namespace ebpfxx
