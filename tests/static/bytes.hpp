#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <ebpfxx/detail/fixed_string.hpp>

namespace ebpfxx_test {

/// The bytes that hexadecimal digits say, without spaces.
template <ebpfxx::FixedString Digits>
consteval auto hex() {
  constexpr auto value = [](char digit) { return digit <= '9' ? digit - '0' : digit - 'a' + 10; };
  std::array<std::uint8_t, (sizeof(Digits.text) - 1) / 2> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(value(Digits.text[2 * i]) << 4 | value(Digits.text[2 * i + 1]));
  return bytes;
}

/// The first `Count` bytes of a packet.
template <std::size_t Count, std::size_t Size>
  requires(Count <= Size)
constexpr std::array<std::uint8_t, Count> first(const std::array<std::uint8_t, Size>& packet) {
  std::array<std::uint8_t, Count> bytes{};
  for (std::size_t i = 0; i < Count; ++i) bytes[i] = packet[i];
  return bytes;
}

}  // namespace ebpfxx_test
