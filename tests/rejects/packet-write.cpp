// A change to a packet in a hook that only reads packets.
#include <cstring>
#include <utility>

#include <ebpfxx/context/seg6.hpp>
#include <ebpfxx/language.hpp>

using namespace ebpfxx;

#if CASE == 0  // accepted: changes where the hook allows them, and to copies everywhere

inline constexpr Program<Lwt::Xmit> writes = [](Lwt::Xmit::Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Lwt::Xmit::Verdict::Ok;
  ip->ttl -= 1;
  --ip->ttl;
  ip->destination = "10.0.0.4";
  if (auto tcp = ip.next<Tcp>()) tcp->destination = 9090;
  if (auto bytes = packet.bytes().require<20>()) bytes->write(Ipv4{.ttl = 9});
  ip.bytes().write(Ipv4{.ttl = 9});
  return Lwt::Xmit::Verdict::Ok;
};

inline constexpr Program<Lwt::Out> changes_a_copy = [](Lwt::Out::Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Lwt::Out::Verdict::Ok;
  Ipv4 header = *ip;
  header.ttl -= 1;
  auto destination = ip->destination;
  destination = "10.0.0.4";
  return header.ttl == 0 && ip->source != destination ? Lwt::Out::Verdict::Drop : Lwt::Out::Verdict::Ok;
};

inline constexpr Program<SocketFilter> changes_what_it_copied = [](SocketFilter::Packet packet) {
  auto udp = packet.parse<Udp>();
  if (!udp) return SocketFilter::Drop;
  Udp header = *udp;
  header.destination = 53;
  return header.destination == udp->destination ? SocketFilter::Keep::All : SocketFilter::Drop;
};

inline constexpr Program<Lwt::Seg6Local> stores_its_tag = [](Lwt::Seg6Local::Packet packet) {
  const BigEndian<std::uint16_t> tag = 7;
  return packet.store(46, tag) ? Lwt::Seg6Local::Verdict::Ok : Lwt::Seg6Local::Verdict::Drop;
};

#elif CASE == 1  // a header written
// kernel: cannot write into packet
// host: refused
inline constexpr Program<Lwt::Out> writes = [](Lwt::Out::Packet packet) {
  auto bytes = packet.bytes().require<20>();
  if (!bytes) return Lwt::Out::Verdict::Ok;
#if defined(UNCHECKED)
  // explained: packet-write
  if (auto ip = packet.parse<Ipv4>()) const_cast<Ipv4&>(*ip.operator->().operator->()) = Ipv4{.ttl = 9};
#else
  // error: writes 20 bytes to a packet that this hook only reads; use a hook that may write, as Lwt::Xmit
  // [ebpfxx-packet-write]
  bytes->write(Ipv4{.ttl = 9});
#endif
  return Lwt::Out::Verdict::Ok;
};

#elif CASE == 2  // a copy put back, where the hook only copies
// kernel: unknown func|program of this type cannot use helper
// unchecked: helper-hook
// host: refused
inline constexpr Program<SocketFilter> puts_back = [](SocketFilter::Packet packet) {
  auto udp = packet.parse<Udp>();
  if (!udp) return SocketFilter::Drop;
#if defined(UNCHECKED)
  const Udp changed{.destination = 53};
  const bool stored =
      // explained: helper-hook
      call_helper<BpfHelper::skb_store_bytes>(*reinterpret_cast<__sk_buff**>(&packet), 0, &changed, sizeof changed,
                                              0) == 0;
#else
  // error: stores 8 bytes in a packet that this hook only reads; use a hook that may write, as Lwt::Xmit
  // [ebpfxx-packet-write]
  const bool stored = packet.store(0, Udp{.destination = 53});
#endif
  return stored ? SocketFilter::Keep::All : SocketFilter::Drop;
};

#elif CASE == 3  // bytes in front of a packet that is only read
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::Out> changes_head = [](Lwt::Out::Packet packet) {
  // error: puts bytes in front of a packet that this hook only reads; use a hook that may, as Lwt::Xmit
  // [ebpfxx-packet-write]
  return packet.change_head(14) ? Lwt::Out::Verdict::Ok : Lwt::Out::Verdict::Drop;
};

#elif CASE == 4  // its end
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::In> changes_tail = [](Lwt::In::Packet packet) {
  // error: changes the length of a packet that this hook only reads; use a hook that may, as Lwt::Xmit
  // [ebpfxx-packet-write]
  return packet.change_tail(40) ? Lwt::In::Verdict::Ok : Lwt::In::Verdict::Drop;
};

#elif CASE == 5  // a tunnel
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::Out> pushes = [](Lwt::Out::Packet packet) {
  // error: puts headers in front of a packet that this hook only reads; use Lwt::In or Lwt::Xmit [ebpfxx-packet-write]
  return packet.push_encap(ipv4()) ? Lwt::Out::Verdict::Ok : Lwt::Out::Verdict::Drop;
};

#elif CASE == 6  // a copy of a header, as if it were the packet's
// no object: nothing to compile
// host: refused
inline constexpr Program<Xdp> rewrites = [](Xdp::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return Xdp::Verdict::Pass;
  // error: changes a header that is only read; write fields by '->' and headers by 'bytes().write' in a hook that may
  // write, or change a copy [ebpfxx-packet-write]
  *ethernet = Ethernet{.destination = "02:00:00:00:00:07"};
  return Xdp::Verdict::Tx;
};

#elif CASE == 7  // a field of a copy
// no object: nothing to compile
// host: refused
inline constexpr Program<Xdp> rewrites = [](Xdp::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return Xdp::Verdict::Pass;
  // error: changes a field that is only read; use a hook that may write, or change a copy [ebpfxx-packet-write]
  (*ethernet).destination = "02:00:00:00:00:07";
  return Xdp::Verdict::Tx;
};

#elif CASE == 8  // a number in a header
// no object: the header is const
// host: refused
inline constexpr Program<Lwt::Out> number = [](Lwt::Out::Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Lwt::Out::Verdict::Ok;
  // error: writes to a packet that this hook only reads; use a hook that may write, as Lwt::Xmit, or change a copy
  // [ebpfxx-packet-write]
  ip->ttl = 9;
  return Lwt::Out::Verdict::Ok;
};

#elif CASE == 9  // a big-endian field
// no object: the header is const
// host: refused
inline constexpr Program<Lwt::Out> field = [](Lwt::Out::Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Lwt::Out::Verdict::Ok;
  // error: changes a field that is only read; use a hook that may write, or change a copy [ebpfxx-packet-write]
  ip->total_length = 9;
  return Lwt::Out::Verdict::Ok;
};

#elif CASE == 10  // an address
// no object: the header is const
// host: refused
inline constexpr Program<Lwt::Out> address = [](Lwt::Out::Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Lwt::Out::Verdict::Ok;
  // error: changes a field that is only read; use a hook that may write, or change a copy [ebpfxx-packet-write]
  ip->destination = "10.0.0.3";
  return Lwt::Out::Verdict::Ok;
};

#elif CASE == 11  // a header, by a function that swaps
// no object: C++ has nothing to call
// host: refused
inline constexpr Program<Lwt::Out> program9 = [](Lwt::Out::Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Lwt::Out::Verdict::Ok;
  Ipv4 other;
  // error: changes a header that is only read; write fields by '->' and headers by 'bytes().write' in a hook that may
  // write, or change a copy [ebpfxx-packet-write]
  std::swap(*ip, other);
  return Lwt::Out::Verdict::Ok;
};

#elif CASE == 12  // a header by a reference to its copy
// no object: C++ has nothing to call
// host: refused
inline constexpr Program<Lwt::Out> program10 = [](Lwt::Out::Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Lwt::Out::Verdict::Ok;
  auto& header = *ip;
  // error: changes a header that is only read; write fields by '->' and headers by 'bytes().write' in a hook that may
  // write, or change a copy [ebpfxx-packet-write]
  header.ttl = 9;
  return Lwt::Out::Verdict::Ok;
};

#elif CASE == 13  // a header that a function takes to change it
// no object: C++ has nothing to call
// host: refused
inline constexpr Program<Lwt::Out> program11 = [](Lwt::Out::Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Lwt::Out::Verdict::Ok;
  const auto decrement = [](Ipv4& header) { header.ttl -= 1; };
  // error: changes a header that is only read; write fields by '->' and headers by 'bytes().write' in a hook that may
  // write, or change a copy [ebpfxx-packet-write]
  decrement(*ip);
  return Lwt::Out::Verdict::Ok;
};

#elif CASE == 14  // the bytes of a field, by a function of C
// no object: C++ has nothing to call
// host: refused
inline constexpr Program<Lwt::Out> program12 = [](Lwt::Out::Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Lwt::Out::Verdict::Ok;
  const Ipv4Address other(1);
  // error: changes a field that is only read; use a hook that may write, or change a copy [ebpfxx-packet-write]
  std::memcpy(&ip->source, &other, sizeof other);
  return Lwt::Out::Verdict::Ok;
};

#elif CASE == 15  // a number, by a function of the library
// no object: C++ has nothing to call
inline constexpr Program<Lwt::Out> program13 = [](Lwt::Out::Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Lwt::Out::Verdict::Ok;
  // error: changes what is const, as a packet is in a hook that only reads it; change a copy [ebpfxx-packet-write]
  std::exchange(ip->ttl, 1);
  return Lwt::Out::Verdict::Ok;
};

#elif CASE == 16  // the address of a copy
// no object: C++ has nothing to call
// host: refused
inline constexpr Program<Lwt::Out> program14 = [](Lwt::Out::Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Lwt::Out::Verdict::Ok;
  // error: takes the address of a copy of a header, which is gone at once; name the copy, as in 'auto header = *ip'
  // [ebpfxx-packet-write]
  std::memset(&*ip, 0, 4);
  return Lwt::Out::Verdict::Ok;
};

#elif CASE == 17  // what '->' gives
// no object: C++ has nothing to call
// host: refused
inline constexpr Program<Lwt::Out> program15 = [](Lwt::Out::Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Lwt::Out::Verdict::Ok;
  // error: takes what '->' gives for a pointer; read and write fields by '->', or name a copy, as in 'auto header =
  // *ip' [ebpfxx-packet-write]
  std::memset(ip.operator->(), 0, 4);
  return Lwt::Out::Verdict::Ok;
};

#endif
