#pragma once

// What the programs of scripts/torture are made of: a function of numbers and bytes from the packet, which two programs
// call, one with the packet itself and one with a copy on the stack. Both leave the result in the packet's mark and
// priority.

#include <algorithm>
#include <array>
#include <bit>
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

constexpr Tc::Ingress::Verdict leave(Tc::Ingress::Packet packet, u64 result) {
  packet.set_mark(static_cast<u32>(result));
  packet.set_priority(static_cast<u32>(result >> 32));
  return Tc::Ingress::Verdict::Ok;
}

template <class Function>
constexpr auto by_view(Function f) {
  return [](Tc::Ingress::Packet packet) {
    auto frame = packet.parse<Frame>();
    if (!frame) return Tc::Ingress::Verdict::Drop;
    return leave(packet, Function{}(frame->in));
  };
}

template <class Function>
constexpr auto by_copy(Function f) {
  return [](Tc::Ingress::Packet packet) {
    auto in = packet.load<In>(sizeof(Frame) - sizeof(In));
    if (!in) return Tc::Ingress::Verdict::Drop;
    return leave(packet, Function{}(*in));
  };
}

}  // namespace torture
