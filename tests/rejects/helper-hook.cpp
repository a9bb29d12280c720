// A helper that programs of the hook cannot call.
#include <bit>
#include <concepts>

#include <ebpfxx/context/seg6.hpp>
#include <ebpfxx/language.hpp>

using namespace ebpfxx;

/// Calls a helper as the language's own headers do.
inline long store_byte(__sk_buff* skb, std::uint8_t byte) {
  return call_helper<BpfHelper::skb_store_bytes>(skb, 8, &byte, 1, 0);
}
inline __sk_buff* raw(auto packet) { return std::bit_cast<__sk_buff*>(packet); }

#if CASE == 0  // accepted: where the hook has it, where it is not compiled, and where nobody gets

inline constexpr Program<Lwt::Xmit> stores = [](Lwt::Xmit::Packet packet) {
  return store_byte(raw(packet), 64) == 0 ? Lwt::Xmit::Verdict::Ok : Lwt::Xmit::Verdict::Drop;
};

inline constexpr Program<Lwt::Out> pulls = [](Lwt::Out::Packet packet) {
  return packet.pull<40>() ? Lwt::Out::Verdict::Ok : Lwt::Out::Verdict::Drop;
};

// One function for all hooks.
template <class Packet>
bool mark_packet(Packet packet) {
  if constexpr (std::same_as<Packet, Lwt::Xmit::Packet>)
    return packet.store(8, std::uint8_t{64});
  else
    return packet.mark() == 64;
}
inline constexpr Program<Lwt::Xmit> stores_by_type = [](Lwt::Xmit::Packet packet) {
  return mark_packet(packet) ? Lwt::Xmit::Verdict::Ok : Lwt::Xmit::Verdict::Drop;
};
inline constexpr Program<Lwt::In> by_type = [](Lwt::In::Packet packet) {
  return mark_packet(packet) ? Lwt::In::Verdict::Ok : Lwt::In::Verdict::Drop;
};

inline bool may_store(bool changes, __sk_buff* skb) { return changes && store_byte(skb, 64) == 0; }
inline constexpr Program<Lwt::In> decided_at_compile_time = [](Lwt::In::Packet packet) {
  return may_store(false, raw(packet)) ? Lwt::In::Verdict::Drop : Lwt::In::Verdict::Ok;
};

inline constexpr Program<Lwt::Seg6Local> for_every_program = [](Lwt::Seg6Local::Packet) {
  return monotonic_time() == 0 ? Lwt::Seg6Local::Verdict::Drop : Lwt::Seg6Local::Verdict::Ok;
};

#elif CASE == 1  // a helper that writes, where packets are read
// kernel: unknown func|program of this type cannot use helper
inline constexpr Program<Lwt::In> stores = [](Lwt::In::Packet packet) {
  const std::uint8_t byte = 64;
  // error: calls 'skb_store_bytes', which Lwt::In does not offer; use a hook of type SCHED_CLS or LWT_XMIT
  // [ebpfxx-helper-hook]
  call_helper<BpfHelper::skb_store_bytes>(raw(packet), 8, &byte, 1, 0);
  return Lwt::In::Verdict::Ok;
};

#elif CASE == 2  // a helper of another kind of packet
// kernel: unknown func|program of this type cannot use helper
inline constexpr Program<Lwt::Xmit> adjusts = [](Lwt::Xmit::Packet packet) {
  // error: calls 'xdp_adjust_head', which Lwt::Xmit does not offer; use a hook of type XDP [ebpfxx-helper-hook]
  call_helper<BpfHelper::xdp_adjust_head>(reinterpret_cast<xdp_md*>(raw(packet)), 14);
  return Lwt::Xmit::Verdict::Ok;
};

#elif CASE == 3  // in a function that one program may call and the other not
// kernel: unknown func|program of this type cannot use helper
inline bool stores(__sk_buff* skb) {
  const std::uint8_t byte = 64;
  // error: calls 'skb_store_bytes', which Lwt::Out does not offer; use a hook of type SCHED_CLS or LWT_XMIT
  // [ebpfxx-helper-hook]
  return call_helper<BpfHelper::skb_store_bytes>(skb, 8, &byte, 1, 0) == 0;
}
inline constexpr Program<Lwt::Xmit> may = [](Lwt::Xmit::Packet packet) {
  return stores(raw(packet)) ? Lwt::Xmit::Verdict::Ok : Lwt::Xmit::Verdict::Drop;
};
inline constexpr Program<Lwt::Out> may_not = [](Lwt::Out::Packet packet) {
  // note: called here
  return stores(raw(packet)) ? Lwt::Out::Verdict::Ok : Lwt::Out::Verdict::Drop;
};

#elif CASE == 4  // in a function that is not inlined
// kernel: unknown func|program of this type cannot use helper
[[gnu::noinline]] inline long adjusts(__sk_buff* skb) {
  // error: calls 'skb_vlan_pop', which Lwt::Xmit does not offer; use a hook of type SCHED_CLS [ebpfxx-helper-hook]
  return call_helper<BpfHelper::skb_vlan_pop>(skb);
}
inline constexpr Program<Lwt::Xmit> not_inlined = [](Lwt::Xmit::Packet packet) {
  return adjusts(raw(packet)) == 0 ? Lwt::Xmit::Verdict::Ok : Lwt::Xmit::Verdict::Drop;
};

#elif CASE == 5  // a member function of the packet that the hook does not have
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::Seg6Local> pulls = [](Lwt::Seg6Local::Packet packet) {
  // error: pulls bytes into the linear part, which this hook cannot; copy them with 'load' [ebpfxx-helper-hook]
  return packet.pull<40>() ? Lwt::Seg6Local::Verdict::Ok : Lwt::Seg6Local::Verdict::Drop;
};

#elif CASE == 6  // a stack where no task was interrupted
// kernel: unknown func|program of this type cannot use helper
inline StackTraces<64> stacks;
inline constexpr Program<Xdp> records = [](Xdp::Packet packet) {
  // error: calls 'record' (helper 'get_stackid'), which Xdp does not offer; use a hook of type KPROBE, TRACEPOINT,
  // PERF_EVENT or TRACING [ebpfxx-helper-hook]
  return stacks.record(packet) ? Xdp::Verdict::Pass : Xdp::Verdict::Drop;
};

#elif CASE == 7  // the socket of a packet, where the hook does not tell it
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::Out> asks = [](Lwt::Out::Packet packet) {
  // error: asks for the packet's socket, which this hook does not tell; use a hook that does, as Tc::Egress
  // [ebpfxx-helper-hook]
  return packet.socket_uid() == 0 ? Lwt::Out::Verdict::Drop : Lwt::Out::Verdict::Ok;
};

#elif CASE == 8  // a redirect where packets are not sent
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::In> redirects = [](Lwt::In::Packet packet) {
  // error: sends the packet to another interface, which this hook cannot; use Lwt::Xmit [ebpfxx-helper-hook]
  static_cast<void>(packet.redirect(3));
  return Lwt::In::Verdict::Ok;
};

#elif CASE == 9  // room behind a header, where only tc makes it
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::Xmit> makes_room = [](Lwt::Xmit::Packet packet) {
  // error: adds bytes behind a header, which this hook cannot; use Tc::Ingress or Tc::Egress [ebpfxx-helper-hook]
  return packet.adjust_room(4, EncapsulationBehind::IpHeader) ? Lwt::Xmit::Verdict::Ok : Lwt::Xmit::Verdict::Drop;
};

#elif CASE == 10  // headers that are no tunnel
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::Xmit> pushes = [](Lwt::Xmit::Packet packet) {
  // error: puts headers in front of the packet that are no tunnel; begin with ipv4() or ipv6(), and go on with those or
  // gre() [ebpfxx-helper-hook]
  return packet.push_encap(ipv4() / udp()) ? Lwt::Xmit::Verdict::Reroute : Lwt::Xmit::Verdict::Drop;
};
#endif
