#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "random.hpp"

namespace ebpfxx::fuzz {

using Bytes = std::vector<std::uint8_t>;

/// Bytes that are put one behind the other, and the places where one part of them ends.
class Writer {
 public:
  explicit Writer(Random& random) : random(random) {}

  void put(std::uint8_t byte) { bytes.push_back(byte); }
  /// In network byte order.
  void put16(std::size_t number) {
    put(static_cast<std::uint8_t>(number >> 8));
    put(static_cast<std::uint8_t>(number));
  }
  void put_random(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) put(random.byte());
  }
  void put_text(std::string_view text) { bytes.insert(bytes.end(), text.begin(), text.end()); }
  void edge() { edges.push_back(bytes.size()); }

  /// Puts a length that stands for all from `from` on, which comes later, into the two bytes at `at`; one in eight
  /// lies.
  void set_length(std::size_t at, std::size_t from) {
    const std::size_t length = random.one_in(8) ? random.below(80) : bytes.size() - from;
    bytes[at] = static_cast<std::uint8_t>(length >> 8);
    bytes[at + 1] = static_cast<std::uint8_t>(length);
  }

  Random& random;
  Bytes bytes;
  std::vector<std::size_t> edges;
};

}  // namespace ebpfxx::fuzz
