// A helper called under a spin lock.
#include "hooks.hpp"

struct Account {
  bpf_spin_lock lock;
  std::uint32_t unused;
  std::uint64_t last;
};
inline Map<std::uint32_t, Account> accounts;

inline constexpr Program<Tc::Ingress> lock = [](Tc::Ingress::Packet packet) {
  auto account = accounts.find(packet.mark());
  if (!account) return Tc::Ingress::Verdict::Ok;
  call_helper<spin_lock>(&account->lock);
  // explained: lock
  account->last = call_helper<ktime_get_ns>();
  call_helper<spin_unlock>(&account->lock);
  return Tc::Ingress::Verdict::Ok;
};
