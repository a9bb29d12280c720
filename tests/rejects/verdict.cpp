// A program that returns what its hook does not understand, or takes what its hook does not hand over.
#include <ebpfxx/language.hpp>

using namespace ebpfxx;

#if CASE == 0  // accepted: every way to return one of the hook's verdicts

inline constexpr Program<Lwt::Out> in_full = [](Lwt::Out::Packet) { return Lwt::Out::Verdict::Ok; };

inline constexpr Program<Lwt::Xmit> in_short = [](Lwt::Xmit::Packet packet) {
  using enum Lwt::Xmit::Verdict;
  if (packet.length() > 1500) return Drop;
  return packet.mark() == 7 ? Reroute : Ok;
};

inline constexpr Program<Lwt::In> declared = [](Lwt::In::Packet packet) -> Lwt::In::Verdict {
  if (packet.length() > 1500) return Lwt::In::Verdict::Drop;
  return Lwt::In::Verdict::Reroute;
};

inline Lwt::Out::Verdict verdict_on(Lwt::Out::Packet packet) {
  return packet.mark() == 7 ? Lwt::Out::Verdict::Drop : Lwt::Out::Verdict::Ok;
}
inline constexpr Program<Lwt::Out> from_a_function = [](Lwt::Out::Packet packet) { return verdict_on(packet); };

inline constexpr Config<Lwt::Out::Verdict> wanted = Lwt::Out::Verdict::Drop;
inline constexpr Program<Lwt::Out> from_a_config = [](Lwt::Out::Packet) { return wanted; };

inline Map<std::uint32_t, std::uint64_t> ticks;
inline constexpr Program<PerfEvent> looks_on = [](PerfEvent::Event event) {
  if (event.period() == 0) return;
  ticks.set(0, event.period());
};

// In and Out share their packets, and a generic lambda takes any.
inline constexpr Program<Lwt::Out> generic = [](auto packet) {
  return packet.mark() == 7 ? Lwt::Out::Verdict::Drop : Lwt::Out::Verdict::Ok;
};

inline Map<std::uint32_t, Cgroup::Connect4::Verdict> kept;
inline constexpr Program<Cgroup::Connect4> tested = [](Cgroup::Connect4::Connection connection) {
  auto found = kept.find(connection.port().value());
  return found && *found == Cgroup::Connect4::Verdict::Deny ? Cgroup::Connect4::Verdict::Deny
                                                            : Cgroup::Connect4::Verdict::Allow;
};

// Verdicts that count bytes.
inline constexpr Program<SocketFilter> counts = [](SocketFilter::Packet packet) {
  if (packet.mark() == 7) return SocketFilter::Drop;
  return packet.mark() == 8 ? SocketFilter::Keep{packet.length() / 2} : SocketFilter::Keep::All;
};

#elif CASE == 1  // a number
// no object: the refused overload has no body
// host: refused
// error: returns 'int', Lwt::Out understands 'Lwt::Out::Verdict' only; return one of its verdicts [ebpfxx-verdict]
inline constexpr Program<Lwt::Out> number = [](Lwt::Out::Packet packet) { return packet.mark() == 7 ? 0 : 2; };

#elif CASE == 2  // a verdict of another hook
// no object: the refused overload has no body
// host: refused
// error: returns 'ebpfxx::Lwt::Xmit::Verdict', Lwt::Out understands 'Lwt::Out::Verdict' only; return one of its
// verdicts [ebpfxx-verdict]
inline constexpr Program<Lwt::Out> of_another_hook = [](Lwt::Out::Packet) { return Lwt::Xmit::Verdict::Redirect; };

#elif CASE == 3  // nothing
// no object: the refused overload has no body
// host: refused
// error: returns 'void', Lwt::In understands 'Lwt::In::Verdict' only; return one of its verdicts [ebpfxx-verdict]
inline constexpr Program<Lwt::In> nothing = [](Lwt::In::Packet) {};

#elif CASE == 4  // the packet of another hook
// no object: the refused overload has no body
// host: refused
// error: cannot be called with a packet of Lwt::Out; take 'Lwt::Out::Packet' [ebpfxx-verdict]
inline constexpr Program<Lwt::Out> other_packet = [](Lwt::Xmit::Packet) { return Lwt::Out::Verdict::Ok; };

#elif CASE == 5  // a number of bytes that does not say what it counts
// no object: the refused overload has no body
// host: refused
// error: returns 'unsigned int', SocketFilter understands 'SocketFilter::Verdict' only; return one of its verdicts
// [ebpfxx-verdict]
inline constexpr Program<SocketFilter> bytes = [](SocketFilter::Packet packet) { return packet.length(); };

#elif CASE == 6  // a verdict in a hook that only looks on
// no object: the refused overload has no body
// host: refused
// error: returns 'int', PerfEvent only looks on; return nothing [ebpfxx-verdict]
inline constexpr Program<PerfEvent> returned = [](PerfEvent::Event) { return 0; };

#elif CASE == 7  // the event of another hook
// no object: the refused overload has no body
// host: refused
// error: cannot be called with an event of PerfEvent; take 'PerfEvent::Event' [ebpfxx-verdict]
inline constexpr Program<PerfEvent> other_event = [](Lwt::Out::Packet) {};

#elif CASE == 8  // a packet where the hook hands out a connection
// no object: the refused overload has no body
// host: refused
// error: cannot be called with a connection of Cgroup::Connect4; take 'Cgroup::Connect4::Connection' [ebpfxx-verdict]
inline constexpr Program<Cgroup::Connect4> no_connection = [](Lwt::Out::Packet) { return Lwt::Out::Verdict::Ok; };

#elif CASE == 9  // a number that the kernel does not let the hook return
// kernel: At program exit the register R0 has
inline Map<std::uint32_t, Cgroup::Connect4::Verdict> verdicts;
// error: returns any number, and the kernel lets Cgroup::Connect4 return 0 to 1; return one of its verdicts, chosen by
// a test [ebpfxx-verdict]
inline constexpr Program<Cgroup::Connect4> of_a_map = [](Cgroup::Connect4::Connection connection) {
  auto found = verdicts.find(connection.port().value());
  return found ? *found : Cgroup::Connect4::Verdict::Allow;
};

#elif CASE == 10  // an enumerator that the hook does not have
// kernel: At program exit the register R0 has
// error: returns 77, and the kernel lets Cgroup::Connect6 return 0 to 1; return one of its verdicts, chosen by a test
// [ebpfxx-verdict]
inline constexpr Program<Cgroup::Connect6> none_of_them = [](Cgroup::Connect6::Connection) {
  return static_cast<Cgroup::Connect6::Verdict>(77);
};
#endif
