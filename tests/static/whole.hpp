#pragma once

#include <cstddef>
#include <tuple>

#include <ebpfxx/language.hpp>

#include "bytes.hpp"

namespace ebpfxx_test {

/// Drops frames of which `Check` holds.
template <auto Check>
constexpr ebpfxx::Program<ebpfxx::Xdp> drop_if =
    [](ebpfxx::Xdp::Packet packet) { return Check(packet) ? ebpfxx::Xdp::Verdict::Drop : ebpfxx::Xdp::Verdict::Pass; };

/// Whether `Check`, a lambda that takes a packet, holds of a frame.
template <auto Check, class Frame>
constexpr bool holds(const Frame& frame) {
  return drop_if<Check>(frame) == ebpfxx::Xdp::Verdict::Drop;
}

/// Whether it holds of a frame, and of the frame without its last `Behind` bytes, and no longer without one more.
template <auto Check, std::size_t Behind = 0, class Frame>
constexpr bool needs_all_but(const Frame& frame) {
  constexpr std::size_t size = std::tuple_size_v<decltype(packet_bytes(frame))> - Behind;
  return holds<Check>(frame) && holds<Check>(first<size>(packet_bytes(frame))) &&
         !holds<Check>(first<size - 1>(packet_bytes(frame)));
}
template <auto Check, class Frame>
constexpr bool needs_all(const Frame& frame) {
  return needs_all_but<Check>(frame);
}

}  // namespace ebpfxx_test
