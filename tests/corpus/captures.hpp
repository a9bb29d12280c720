#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace ebpfxx_test {

using Frame = std::vector<std::uint8_t>;

/// The frames of a capture of Ethernet in pcap's format, as this machine writes it. Throws std::runtime_error.
inline std::vector<Frame> read_capture(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  const auto number = [&](std::size_t offset) {
    std::uint32_t value = 0;
    if (offset + sizeof value > content.size())
      throw std::runtime_error(file + ": ends at byte " + std::to_string(offset));
    std::memcpy(&value, content.data() + offset, sizeof value);
    return value;
  };
  constexpr std::size_t file_header = 24, frame_header = 16;
  if (number(0) != 0xa1b2c3d4 || number(20) != 1)
    throw std::runtime_error(file + ": no capture of Ethernet in pcap's format");
  std::vector<Frame> frames;
  for (std::size_t at = file_header; at < content.size();) {
    const std::size_t size = number(at + 8);
    at += frame_header;
    if (at + size > content.size()) throw std::runtime_error(file + ": a frame ends behind the file");
    frames.emplace_back(content.begin() + static_cast<std::ptrdiff_t>(at),
                        content.begin() + static_cast<std::ptrdiff_t>(at + size));
    at += size;
  }
  return frames;
}

}  // namespace ebpfxx_test
