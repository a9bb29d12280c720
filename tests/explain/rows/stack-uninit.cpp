// Bytes of the stack that nobody set, handed to a helper.
// loaded without CAP_PERFMON
#include "hooks.hpp"

inline Map<std::uint64_t, std::uint64_t> flows;

inline constexpr Program<Tc::Ingress> stack_uninit = [](Tc::Ingress::Packet) {
  std::uint64_t key;
  // explained: stack-uninit
  return call_helper<map_delete_elem>(&flows, &key) == 0 ? Tc::Ingress::Verdict::Drop : Tc::Ingress::Verdict::Ok;
};
