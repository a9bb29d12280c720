#pragma once

// What the programs of scripts/torture are made of: a function of numbers and bytes from the packet, which two programs
// of a hook call, one with the packet itself and one with a copy on the stack. Both leave the result where the hook has
// something to write: in the packet's mark and priority, in its control buffer, or in the packet.

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <ebpfxx.hpp>
#include <numeric>
#include <optional>
#include <ranges>
#include <span>
#include <string_view>
#include <utility>

using u8 = std::uint8_t;
using u16 = std::uint16_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;
using i32 = std::int32_t;
using i64 = std::int64_t;

namespace torture {

using namespace ebpfxx;

struct [[gnu::packed]] In {
  u32 a, b, c, d;
  u64 x, y;
  u8 s[32];
};

struct [[gnu::packed]] Frame {
  u8 ethernet[14];
  In in;
};

struct [[gnu::packed]] Left {
  u32 low, high;
};

template <class Hook>
constexpr typename Hook::Verdict leave(typename Hook::Packet packet, u64 result) {
  const u32 low = static_cast<u32>(result), high = static_cast<u32>(result >> 32);
  if constexpr (std::same_as<Hook, SocketFilter>) {
    packet.template set_control<0>(low);
    packet.template set_control<1>(high);
    return SocketFilter::Keep(low);
  } else if constexpr (std::same_as<Hook, Xdp>) {
    return packet.store(sizeof(Frame::ethernet), Left{low, high}) ? Xdp::Verdict::Pass : Xdp::Verdict::Aborted;
  } else {
    packet.set_mark(low);
    packet.set_priority(high);
    return Hook::Verdict::Ok;
  }
}

template <class Hook, class Function>
constexpr auto by_view(Function f) {
  return [](typename Hook::Packet packet) {
    auto frame = packet.template parse<Frame>();
    if (!frame) return Hook::Verdict::Drop;
    return leave<Hook>(packet, Function{}(frame->in));
  };
}

template <class Hook, class Function>
constexpr auto by_copy(Function f) {
  return [](typename Hook::Packet packet) {
    auto in = packet.template load<In>(sizeof(Frame) - sizeof(In));
    if (!in) return Hook::Verdict::Drop;
    return leave<Hook>(packet, Function{}(*in));
  };
}

}  // namespace torture
