#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace ebpfxx {

/// The checksum of IPv4, TCP, UDP and ICMP (RFC 1071): the complement of the one's complement sum of 16-bit numbers in
/// network byte order. Its loops run as long as the packet: for the application and for constant evaluation, not for
/// programs.
class InternetChecksum {
 public:
  /// Takes in `bytes`, behind what was taken in before. An odd last byte is summed as if a zero followed, or with the
  /// first byte of the next call.
  constexpr InternetChecksum& add(std::span<const std::uint8_t> bytes) {
    for (std::uint8_t byte : bytes) {
      sum_ += odd_ ? byte : std::uint64_t{byte} << 8;
      odd_ = !odd_;
    }
    return *this;
  }

  /// Takes in 16 bits, in host byte order. Only behind an even number of bytes.
  constexpr InternetChecksum& add(std::uint16_t number) {
    sum_ += number;
    return *this;
  }

  /// In host byte order. 0 over bytes that include their own right checksum.
  constexpr std::uint16_t value() const {
    std::uint64_t folded = sum_;
    while (folded > 0xffff) folded = (folded & 0xffff) + (folded >> 16);
    return static_cast<std::uint16_t>(~folded);
  }

 private:
  std::uint64_t sum_ = 0;
  bool odd_ = false;
};

}  // namespace ebpfxx
