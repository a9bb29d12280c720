// An address of the kernel stored in a map.
// loaded without CAP_PERFMON
#include "hooks.hpp"

inline Map<std::uint32_t, std::uint64_t> places;

inline constexpr Program<Tc::Ingress> pointer_leak = [](Tc::Ingress::Packet packet) {
  if (auto place = places.find(packet.mark())) {
    // explained: pointer-leak
    *place = reinterpret_cast<std::uint64_t>(raw(packet));
  }
  return Tc::Ingress::Verdict::Ok;
};
