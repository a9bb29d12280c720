// A field beside the packet's bytes that the hook does not give, or does not let a program change.
#include <ebpfxx/language.hpp>

using namespace ebpfxx;

#if CASE == 0  // accepted: all fields that the hooks give

inline constexpr Program<Lwt::Out> reads = [](Lwt::Out::Packet packet) {
  std::uint32_t sum = packet.length() + packet.packet_type() + packet.mark() + packet.queue_mapping();
  sum += packet.vlan_present() + packet.vlan_tci() + packet.priority() + packet.ingress_ifindex() + packet.ifindex();
  sum += packet.tc_index() + packet.hash() + packet.napi_id() + packet.gso_segments() + packet.gso_size();
  return sum > 7 && packet.protocol() == EtherType::Ipv4 ? Lwt::Out::Verdict::Drop : Lwt::Out::Verdict::Ok;
};

inline constexpr Program<Lwt::In> writes = [](Lwt::In::Packet packet) {
  packet.set_mark(packet.mark() + 1);
  packet.set_priority(7);
  return Lwt::In::Verdict::Ok;
};

inline constexpr Program<Lwt::Xmit> writes_too = [](Lwt::Xmit::Packet packet) {
  packet.set_mark(packet.ifindex());
  return Lwt::Xmit::Verdict::Ok;
};

inline constexpr Program<SocketFilter> reads_too = [](SocketFilter::Packet packet) {
  packet.set_control<0>(packet.mark());
  return packet.protocol() == EtherType::Ipv4 ? SocketFilter::Keep{packet.length() / 2} : SocketFilter::Drop;
};

inline constexpr Program<Cgroup::Connect6> redirects = [](Cgroup::Connect6::Connection connection) {
  if (connection.type() == SocketType::Stream && connection.protocol() == IpProtocol::Tcp) {
    connection.set_destination("::1");
    connection.set_port(8080);
  }
  return connection.family() == AddressFamily::Ipv6 ? Cgroup::Connect6::Verdict::Allow
                                                    : Cgroup::Connect6::Verdict::Deny;
};

// An array of the context at run-time indexes.
inline constexpr Program<Tc::Ingress> indexes = [](Tc::Ingress::Packet packet) {
  auto& control = reinterpret_cast<__sk_buff*>(packet.raw_context())->cb;
  if (const std::uint32_t index = packet.hash(); index < 5) control[index] += 1;
  packet.set_mark(control[packet.length() % 5]);
  return Tc::Ingress::Verdict::Ok;
};

#elif CASE == 1  // a field that the hook does not give
// kernel: invalid bpf_context access
// host: refused
inline constexpr Program<Lwt::Out> reads = [](Lwt::Out::Packet packet) {
#if defined(UNCHECKED)
  // explained: context-field
  const std::uint32_t traffic_class = (*reinterpret_cast<__sk_buff**>(&packet))->tc_classid;
#else
  // error: reads 'tc_classid', which this hook does not give; see the hook's 'readable' [ebpfxx-context-field]
  const std::uint32_t traffic_class = packet.tc_classid();
#endif
  return traffic_class > 7 ? Lwt::Out::Verdict::Drop : Lwt::Out::Verdict::Ok;
};

#elif CASE == 2  // a field that may only be read
// kernel: invalid bpf_context access
// host: refused
inline constexpr Program<Lwt::Xmit> writes = [](Lwt::Xmit::Packet packet) {
#if defined(UNCHECKED)
  // explained: context-field
  (*reinterpret_cast<__sk_buff**>(&packet))->queue_mapping = 0;
#else
  // error: writes 'queue_mapping', which this hook does not let a program change; see the hook's 'writable'
  // [ebpfxx-context-field]
  packet.set_queue_mapping(0);
#endif
  return Lwt::Xmit::Verdict::Ok;
};

#elif CASE == 3  // what a connect(2) is, beside where it goes
// kernel: invalid bpf_context access
// host: refused
inline constexpr Program<Cgroup::Connect4> changes_type = [](Cgroup::Connect4::Connection connection) {
#if defined(UNCHECKED)
  // explained: context-field
  (*reinterpret_cast<bpf_sock_addr**>(&connection))->type = 2;
#else
  // error: writes 'type', which this hook does not let a program change; see the hook's 'writable'
  // [ebpfxx-context-field]
  connection.set_type(SocketType::Datagram);
#endif
  return Cgroup::Connect4::Verdict::Allow;
};

#elif CASE == 4  // a field of the socket buffer that a SocketFilter may only read
// kernel: invalid bpf_context access
// host: refused
inline constexpr Program<SocketFilter> marks = [](SocketFilter::Packet packet) {
#if defined(UNCHECKED)
  // explained: context-field
  (*reinterpret_cast<__sk_buff**>(&packet))->mark = 7;
#else
  // error: writes 'mark', which this hook does not let a program change; see the hook's 'writable'
  // [ebpfxx-context-field]
  packet.set_mark(7);
#endif
  return SocketFilter::Keep::All;
};
#elif CASE == 5  // fields beside each other by a number, as if they were an array
// kernel: variable ctx access|dereference of modified ctx ptr
inline constexpr Program<Tc::Ingress> one_of_two = [](Tc::Ingress::Packet packet) {
  const std::uint32_t* first = &reinterpret_cast<__sk_buff*>(packet.raw_context())->ingress_ifindex;
  // error: reads the context at an offset that is not a constant; index a field that is an array of numbers, or name
  // the field, in each branch of an 'if' or 'switch' [ebpfxx-context-field]
  packet.set_mark(first[packet.hash() & 1]);
  return Tc::Ingress::Verdict::Ok;
};

#elif CASE == 6  // the control buffer, outside of it or where the hook has none
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Tc::Ingress> beyond = [](Tc::Ingress::Packet packet) {
  // error: writes number 5 of the control buffer, of which this hook lets programs change 5, from 0
  // [ebpfxx-context-field]
  packet.set_control<5>(7);
  // error: reads number 5 of the control buffer, of which this hook gives 5, from 0 [ebpfxx-context-field]
  return packet.control<5>() > 7 ? Tc::Ingress::Verdict::Drop : Tc::Ingress::Verdict::Ok;
};
#endif
