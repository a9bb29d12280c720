// A socket that was looked up and not released.
#include "hooks.hpp"

// explained: reference-leak
inline constexpr Program<Tc::Ingress> reference_leak = [](Tc::Ingress::Packet packet) {
  bpf_sock_tuple tuple{};
  // note: taken here
  auto* socket = call_helper<sk_lookup_tcp>(raw(packet), &tuple, 12U, std::uint64_t(-1), 0U);

  // note: the path to it turned here
  if (socket == nullptr) return Tc::Ingress::Verdict::Ok;
  packet.set_mark(socket->mark);
  return Tc::Ingress::Verdict::Ok;
};
