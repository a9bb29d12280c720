// A socket read after it was released.
#include "hooks.hpp"

inline constexpr Program<Tc::Ingress> reference_reuse = [](Tc::Ingress::Packet packet) {
  bpf_sock_tuple tuple{};
  auto* socket = call_helper<sk_lookup_tcp>(raw(packet), &tuple, 12U, std::uint64_t(-1), 0U);

  if (socket == nullptr) return Tc::Ingress::Verdict::Ok;
  // note: released here
  call_helper<sk_release>(socket);
  // explained: reference-reuse
  return socket->mark == 7 ? Tc::Ingress::Verdict::Drop : Tc::Ingress::Verdict::Ok;
};
