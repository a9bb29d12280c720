// Nine functions that call one another.
#include "hooks.hpp"

template <int Depth>
[[gnu::noinline]] std::uint32_t deep(std::uint32_t number) {
  asm volatile("" : "+r"(number));
  if constexpr (Depth == 0)
    return number;
  else
    // explained: recursion
    return deep<Depth - 1>(number + 1) + number;
}

inline constexpr Program<Tc::Ingress> call_depth = [](Tc::Ingress::Packet packet) {
  return deep<8>(packet.mark()) == 7 ? Tc::Ingress::Verdict::Drop : Tc::Ingress::Verdict::Ok;
};
