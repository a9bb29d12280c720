// A loop of ten million rounds; long ones, as the verifier keeps a state of each.
#include "hooks.hpp"

inline constexpr Program<Tc::Ingress> program_size = [](Tc::Ingress::Packet packet) {
  std::uint64_t sum = packet.mark();
  // explained: program-size
  for (std::uint64_t i = 0; i < 10'000'000; ++i) asm volatile(".rept 500\n%0 = 7\n.endr" : "=r"(sum));
  return sum == 7 ? Tc::Ingress::Verdict::Drop : Tc::Ingress::Verdict::Ok;
};
