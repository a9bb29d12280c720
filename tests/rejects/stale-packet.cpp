// Bytes of a packet used after a call that moves the packet.
#include <array>
#include <bit>

#include <ebpfxx/context/seg6.hpp>
#include <ebpfxx/language.hpp>
#include <ebpfxx/protocols.hpp>

using namespace ebpfxx;
using enum Lwt::Xmit::Verdict;
using Packet = Lwt::Xmit::Packet;
using Ip = decltype(std::declval<Packet>().parse<Ipv4>());

/// What a helper gets, which the language does not hand out.
inline __sk_buff* raw(Packet packet) { return std::bit_cast<__sk_buff*>(packet); }

/// A hook with the other kind of packet, at the bare context.
struct Frames {
  static constexpr FixedString name{"Frames"};
  static constexpr FixedString section{"xdp"};
  static constexpr bpf_prog_type program_type = BPF_PROG_TYPE_XDP;
  struct Arguments {};
  class Packet {
   public:
    using Raw = xdp_md;
    explicit Packet(xdp_md* raw) : raw_(raw) {}
    explicit Packet(const Arguments&) : raw_(nullptr) {}

    std::uint8_t* data() const { return reinterpret_cast<std::uint8_t*>(static_cast<std::uintptr_t>(raw_->data)); }
    std::uint8_t* end() const { return reinterpret_cast<std::uint8_t*>(static_cast<std::uintptr_t>(raw_->data_end)); }
    bool drop_front(int bytes) const { return call_helper<BpfHelper::xdp_adjust_head>(raw_, bytes) == 0; }

   private:
    xdp_md* raw_;
  };
  using Event = Packet;
  using Input = Event;
  enum class Verdict { Drop = XDP_DROP, Pass = XDP_PASS };
};

#if CASE == 0  // accepted: what is parsed again, numbers, and what happens on other paths

inline constexpr Program<Lwt::Xmit> parsed_again = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Ok;
  const auto before = ip->ttl;
  auto more = packet.pull<40>();
  if (!more) return Ok;
  ip = packet.parse<Ipv4>();
  if (!ip) return Ok;
  return ip->ttl == before && more->at<std::uint8_t, 39>() != 0 ? Ok : Drop;
};

inline constexpr Program<Lwt::Xmit> numbers = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Ok;
  const auto tcp = ip.next<Tcp>();
  if (!tcp) return Ok;
  const auto port = tcp->destination;
  const auto length = ip->header_length().value();
  const Ipv4 header = *ip;
  if (!packet.pull<60>()) return Ok;
  return port == 8080 && length > 20 && header.source != header.destination ? Drop : Ok;
};

// clang compares the places only where the outcome is wanted, behind the call; for the verifier they are numbers there.
inline constexpr Program<Lwt::Xmit> copied_bool = [](Packet packet) {
  const bool is_long = static_cast<bool>(packet.bytes().require<100>());
  const bool is_marked = packet.mark() == 7;
  if (!packet.store(1, std::uint8_t{4})) return Ok;
  return is_marked && is_long ? Drop : Ok;
};

inline constexpr Program<Lwt::Xmit> early_return = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Ok;
  if (ip->ttl == 1) return packet.store(8, std::uint8_t{64}) ? Ok : Drop;
  return ip->protocol == IpProtocol::Tcp ? Ok : Drop;
};

inline constexpr Program<Lwt::Xmit> other_branch = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Ok;
  const bool is_marked = packet.mark() == 7;
  if (is_marked && !packet.store(8, std::uint8_t{64})) return Drop;
  if (is_marked) return Reroute;
  return ip->ttl > 3 ? Ok : Drop;
};

// The same condition again: moved on some paths, used on the others.
inline Map<std::uint32_t, Atomic<std::uint64_t>> packets;
inline constexpr Program<Lwt::Xmit> same_condition = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Ok;
  const bool is_marked = packet.mark() == 7;
  if (is_marked && !packet.store(8, std::uint8_t{64})) return Drop;
  if (auto count = packets.find(packet.hash())) *count += 1;
  return !is_marked && ip->ttl > 3 ? Drop : Ok;
};

inline constexpr Program<Lwt::Xmit> flag = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Ok;
  bool has_moved = false;
  if (auto count = packets.find(packet.mark())) {
    if (!packet.store(8, std::uint8_t{64})) return Drop;
    *count += 1;
    has_moved = true;
  } else {
    packets.set(packet.mark(), 1);
  }
  packets.set(0, packet.length());
  return !has_moved && ip->ttl > 3 ? Drop : Ok;
};

inline constexpr Program<Lwt::Xmit> pulled_where_needed = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) {
    if (!packet.pull<20>()) return Ok;
    ip = packet.parse<Ipv4>();
    if (!ip) return Ok;
  }
  return ip->ttl > 3 ? Ok : Drop;
};

inline constexpr Program<Lwt::Xmit> parsed_in_each_round = [](Packet packet) {
  unsigned sum = 0;
  for (std::uint32_t i = 0; i < 4; ++i) {
    auto ip = packet.parse<Ipv4>();
    if (!ip) break;
    sum += ip->ttl;
    if (!packet.store(8, static_cast<std::uint8_t>(i))) break;
  }
  return sum > 99 ? Drop : Ok;
};

inline constexpr Program<Lwt::Xmit> renewed_in_each_round = [](Packet packet) {
  unsigned sum = 0;
  auto ip = packet.parse<Ipv4>();
  for (std::uint32_t i = 0; ip && i < 4; ++i) {
    sum += ip->ttl;
    if (!packet.store(8, static_cast<std::uint8_t>(i))) break;
    ip = packet.parse<Ipv4>();
  }
  return sum > 99 ? Drop : Ok;
};

inline constexpr Program<Lwt::Xmit> chain_parsed_again = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  auto tcp = ip.next<Tcp>();
  if (!tcp && !packet.pull<60>()) return Ok;
  ip = packet.parse<Ipv4>();
  tcp = ip.next<Tcp>();
  return tcp && ip->ttl > 3 ? Ok : Drop;
};

inline constexpr Program<Lwt::Xmit> copied_header = [](Packet packet) {
  auto ip = packet.load<Ipv4>(0);
  if (!ip || !packet.pull<60>()) return Ok;
  return ip->ttl > 3 ? Ok : Drop;
};

// A function that parses again, one that is inlined and one that is not.
inline bool is_tcp(Packet packet) {
  auto ip = packet.parse<Ipv4>();
  return ip && ip->protocol == IpProtocol::Tcp;
}
[[gnu::noinline]] inline unsigned ttl_after(Packet packet) {
  if (!packet.store(8, std::uint8_t{64})) return 0;
  auto ip = packet.parse<Ipv4>();
  return ip ? ip->ttl : 0;
}
inline constexpr Program<Lwt::Xmit> through_functions = [](Packet packet) {
  if (!is_tcp(packet)) return Ok;
  return ttl_after(packet) > 3 && is_tcp(packet) ? Ok : Drop;
};

struct Headers {
  Ip ip;
  bool is_tcp = false;
};
inline constexpr Program<Lwt::Xmit> in_a_struct = [](Packet packet) {
  Headers headers{packet.parse<Ipv4>()};
  if (!headers.ip) return Ok;
  headers.is_tcp = headers.ip->protocol == IpProtocol::Tcp;
  if (!packet.pull<40>()) return Ok;
  headers.ip = packet.parse<Ipv4>();
  if (!headers.ip) return Ok;
  return headers.is_tcp && headers.ip->ttl > 3 ? Ok : Drop;
};

inline constexpr Program<Lwt::Xmit> on_the_stack = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  asm volatile("" : "+m"(ip));
  if (!packet.pull<40>()) return Ok;
  ip = packet.parse<Ipv4>();
  asm volatile("" : "+m"(ip));
  if (!ip) return Ok;
  return ip->ttl > 3 ? Ok : Drop;
};

inline constexpr Program<Frames> other_packet = [](Frames::Packet frame) {
  std::uint8_t* data = frame.data();
  if (data + 14 > frame.end()) return Frames::Verdict::Pass;
  const std::uint8_t last = data[13];
  if (!frame.drop_front(14)) return Frames::Verdict::Pass;
  data = frame.data();
  if (data + 14 > frame.end()) return Frames::Verdict::Pass;
  return data[13] == last ? Frames::Verdict::Drop : Frames::Verdict::Pass;
};

#elif CASE == 1  // a field read
// kernel: invalid mem access 'scalar'
inline constexpr Program<Lwt::Xmit> field = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Ok;
  // note: moves the packet here
  if (!packet.pull<40>()) return Ok;
  // error: reads bytes of the packet from before 'pull' moved it; parse the packet again after the call
  // [ebpfxx-stale-packet]
  return ip->ttl > 3 ? Ok : Drop;
};

#elif CASE == 2  // a view from before the call, its test behind it
// kernel: invalid mem access 'scalar'
inline constexpr Program<Lwt::Xmit> view = [](Packet packet) {
  auto bytes = packet.bytes();
  // note: moves the packet here
  if (!packet.pull<40>()) return Ok;
  auto proven = bytes.require<20>();
  if (!proven) return Ok;
  // error: reads bytes of the packet from before 'pull' moved it; parse the packet again after the call
  // [ebpfxx-stale-packet]
  return proven->at<std::uint8_t, 19>() > 3 ? Ok : Drop;
};

#elif CASE == 3  // a reference to a field
// kernel: invalid mem access 'scalar'
inline constexpr Program<Lwt::Xmit> reference = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Ok;
  const auto& ttl = ip->ttl;
  // note: moves the packet here
  if (!packet.pull<40>()) return Ok;
  // error: reads bytes of the packet from before 'pull' moved it; parse the packet again after the call
  // [ebpfxx-stale-packet]
  return ttl > 3 ? Ok : Drop;
};

#elif CASE == 4  // a pointer to a field, written through
// kernel: invalid mem access 'scalar'
inline constexpr Program<Lwt::Xmit> pointer = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Ok;
  auto* ttl = &ip->ttl;
  // note: moves the packet here
  if (!packet.pull<40>()) return Ok;
  // error: writes bytes of the packet from before 'pull' moved it; parse the packet again after the call
  // [ebpfxx-stale-packet]
  *ttl = 9;
  return Ok;
};

#elif CASE == 5  // a view written through after 'store'
// kernel: invalid mem access 'scalar'
inline constexpr Program<Lwt::Xmit> written = [](Packet packet) {
  auto bytes = packet.bytes().require<20>();
  if (!bytes) return Ok;
  // note: moves the packet here
  if (!packet.store(16, Ipv4Address("10.0.0.4"))) return Ok;
  // error: writes bytes of the packet from before 'store' moved it; parse the packet again after the call
  // [ebpfxx-stale-packet]
  bytes->write<8>(std::uint8_t{9});
  return Ok;
};

#elif CASE == 6  // the header behind one from before the call
// kernel: invalid mem access 'scalar'
inline constexpr Program<Lwt::Xmit> next_header = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip || !ip->has_next()) return Ok;
  // note: moves the packet here
  if (!packet.pull<40>()) return Ok;
  // error: reads bytes of the packet from before 'pull' moved it; parse the packet again after the call
  // [ebpfxx-stale-packet]
  return ip.next<Tcp>() ? Drop : Ok;
};

#elif CASE == 7  // moved on one path only
// kernel: invalid mem access 'scalar'
inline constexpr Program<Lwt::Xmit> one_path = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Ok;
  // note: moves the packet here
  if (ip->ttl == 9 && !packet.store(8, std::uint8_t{64})) return Drop;
  // error: reads bytes of the packet from before 'store' moved it; parse the packet again after the call
  // [ebpfxx-stale-packet]
  return ip->protocol == IpProtocol::Tcp ? Ok : Drop;
};

#elif CASE == 8  // stale from the second round of a loop on
// kernel: invalid mem access 'scalar'
inline constexpr Program<Lwt::Xmit> second_round = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Ok;
  unsigned sum = 0;
  for (std::uint32_t i = 0; i < packet.mark() && i < 9; ++i) {
    // error: reads bytes of the packet from before 'store' moved it; parse the packet again after the call
    // [ebpfxx-stale-packet]
    sum += ip->ttl;
    // note: moves the packet here
    if (!packet.store(8, static_cast<std::uint8_t>(i))) break;
  }
  return sum > 99 ? Drop : Ok;
};

#elif CASE == 9  // moved in one function, read in another
// kernel: invalid mem access 'scalar'
inline bool make_linear(Packet packet) {
  // note: moves the packet here
  return static_cast<bool>(packet.pull<40>());
}
inline unsigned time_to_live(const Ip& ip) {
  // error: reads bytes of the packet from before 'pull' moved it; parse the packet again after the call
  // [ebpfxx-stale-packet]
  return ip ? ip->ttl : 0;
}
inline constexpr Program<Lwt::Xmit> in_functions = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  // note: called here
  if (!ip || !make_linear(packet)) return Ok;
  // note: called here
  return time_to_live(ip) > 3 ? Ok : Drop;
};

#elif CASE == 10  // moved in a function that is not inlined
// kernel: invalid mem access 'scalar'
[[gnu::noinline]] inline bool set_time_to_live(Packet packet) { return packet.store(8, std::uint8_t{64}); }
inline constexpr Program<Lwt::Xmit> not_inlined = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Ok;
  // note: moves the packet here
  if (!set_time_to_live(packet)) return Ok;
  // error: reads bytes of the packet from before 'set_time_to_live' moved it; parse the packet again after the call
  // [ebpfxx-stale-packet]
  return ip->protocol == IpProtocol::Tcp ? Ok : Drop;
};

#elif CASE == 11  // all of it in a function that is not inlined
// kernel: invalid mem access 'scalar'
[[gnu::noinline]] inline unsigned time_to_live(Packet packet) {
  auto ip = packet.parse<Ipv4>();
  // note: moves the packet here
  if (!ip || !packet.pull<40>()) return 0;
  // error: reads bytes of the packet from before 'pull' moved it; parse the packet again after the call
  // [ebpfxx-stale-packet]
  return ip->ttl;
}
inline constexpr Program<Lwt::Xmit> inside = [](Packet packet) { return time_to_live(packet) > 3 ? Ok : Drop; };

#elif CASE == 12  // a struct that holds a header
// kernel: invalid mem access 'scalar'
struct Headers {
  Ip ip;
  bool is_tcp = false;
};
inline Headers headers_of(Packet packet) {
  Headers headers{packet.parse<Ipv4>()};
  if (headers.ip) headers.is_tcp = headers.ip->protocol == IpProtocol::Tcp;
  return headers;
}
inline constexpr Program<Lwt::Xmit> in_a_struct = [](Packet packet) {
  const Headers headers = headers_of(packet);
  // note: moves the packet here
  if (!headers.ip || !headers.is_tcp || !packet.pull<40>()) return Ok;
  // error: reads bytes of the packet from before 'pull' moved it; parse the packet again after the call
  // [ebpfxx-stale-packet]
  return headers.ip->ttl > 3 ? Ok : Drop;
};

#elif CASE == 13  // a struct that is on the stack, and its copy
// kernel: invalid mem access 'scalar'
inline constexpr Program<Lwt::Xmit> on_the_stack = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Ok;
  asm volatile("" : "+m"(ip));
  auto copy = ip;
  asm volatile("" : "+m"(copy));
  // note: moves the packet here
  if (!packet.pull<40>()) return Ok;
  if (!copy) return Ok;
  // error: reads bytes of the packet from before 'pull' moved it; parse the packet again after the call
  // [ebpfxx-stale-packet]
  return copy->ttl > 3 ? Ok : Drop;
};

#elif CASE == 14  // one of two headers, from before the call and from after it
// kernel: invalid mem access 'scalar'
inline constexpr Program<Lwt::Xmit> either = [](Packet packet) {
  auto before = packet.parse<Ipv4>();
  // note: moves the packet here
  if (!before || !packet.store(8, std::uint8_t{64})) return Ok;
  auto after = packet.parse<Ipv4>();
  if (!after) return Ok;
  const auto& ip = packet.mark() == 7 ? before : after;
  if (!ip) return Ok;
  // error: reads bytes of the packet from before 'store' moved it; parse the packet again after the call
  // [ebpfxx-stale-packet]
  return ip->ttl > 3 ? Ok : Drop;
};

#elif CASE == 15  // handed to a helper
// kernel: R1 type=scalar expected=
inline constexpr Program<Lwt::Xmit> handed_on = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Ok;
  const auto* source = reinterpret_cast<const __u32*>(&ip->source);
  // note: moves the packet here
  if (!packet.pull<40>()) return Ok;
  // error: hands on bytes of the packet from before 'pull' moved it; parse the packet again after the call
  // [ebpfxx-stale-packet]
  const auto sum = call_helper<BpfHelper::csum_diff>(source, 4, nullptr, 0, 0);
  return sum > 9 ? Ok : Drop;
};

#elif CASE == 16  // a place from before the call compared with one from after it
// kernel takes it: the verifier compares a number with a place and learns nothing; the outcome means nothing
inline constexpr Program<Lwt::Xmit> compared = [](Packet packet) {
  const auto data = raw(packet)->data;
  // note: moves the packet here
  if (!packet.store(8, std::uint8_t{64})) return Ok;
  const auto end = raw(packet)->data_end;
  // error: compares a packet pointer from before 'store' moved it with one from after it; parse the packet again
  // after the call [ebpfxx-stale-packet]
  return data + 100 < end ? Ok : Drop;
};

#elif CASE == 17  // moved and used under the same condition
// kernel: invalid mem access 'scalar'
inline Map<std::uint32_t, Atomic<std::uint64_t>> packets;
inline constexpr Program<Lwt::Xmit> same_condition = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Ok;
  const bool is_marked = packet.mark() == 7;
  // note: moves the packet here
  if (is_marked && !packet.store(8, std::uint8_t{64})) return Drop;
  if (auto count = packets.find(packet.hash())) *count += 1;
  // error: reads bytes of the packet from before 'store' moved it; parse the packet again after the call
  // [ebpfxx-stale-packet]
  return is_marked && ip->ttl > 3 ? Drop : Ok;
};

#elif CASE == 18  // the other kind of packet
// kernel: invalid mem access 'scalar'
inline constexpr Program<Frames> other_packet = [](Frames::Packet frame) {
  const std::uint8_t* data = frame.data();
  if (data + 14 > frame.end()) return Frames::Verdict::Pass;
  // note: called here
  if (!frame.drop_front(1)) return Frames::Verdict::Pass;
  // error: reads bytes of the packet from before 'xdp_adjust_head' moved it; parse the packet again after the call
  // [ebpfxx-stale-packet]
  return data[13] == 0 ? Frames::Verdict::Drop : Frames::Verdict::Pass;
};

#elif CASE == 19  // a segment routing header that was made longer
// kernel: invalid mem access 'scalar'
inline constexpr Program<Lwt::Seg6Local> longer_header = [](Lwt::Seg6Local::Packet packet) {
  auto ip = packet.parse<Ipv6>();
  // note: moves the packet here
  if (!ip || !packet.adjust_tlvs<8>(64)) return Lwt::Seg6Local::Verdict::Drop;
  // error: reads bytes of the packet from before 'adjust_tlvs' moved it; parse the packet again after the call
  // [ebpfxx-stale-packet]
  return ip->hop_limit == 1 ? Lwt::Seg6Local::Verdict::Drop : Lwt::Seg6Local::Verdict::Ok;
};

#elif CASE == 20  // a packet in a tunnel
// kernel: invalid mem access 'scalar'
inline constexpr Program<Lwt::Xmit> in_tunnel = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  // note: moves the packet here
  if (!ip || !packet.push_encap(ipv4() / gre())) return Drop;
  // error: reads bytes of the packet from before 'push_encap' moved it; parse the packet again after the call
  // [ebpfxx-stale-packet]
  return ip->ttl == 1 ? Drop : Ok;
};

#elif CASE == 21  // room behind a header
// kernel: invalid mem access 'scalar'
inline constexpr Program<Tc::Egress> with_room = [](Tc::Egress::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  // note: moves the packet here
  if (!ethernet || !packet.adjust_room(4, EncapsulationBehind::LinkHeader)) return Tc::Egress::Verdict::Drop;
  // error: reads bytes of the packet from before 'adjust_room' moved it; parse the packet again after the call
  // [ebpfxx-stale-packet]
  return ethernet->ether_type == EtherType::Ipv4 ? Tc::Egress::Verdict::Drop : Tc::Egress::Verdict::Ok;
};

#elif CASE == 22  // the end of a chain from before, tested after
// kernel: invalid mem access 'scalar'
inline constexpr Program<Lwt::Xmit> chain = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  auto tcp = ip.next<Tcp>();
  // note: moves the packet here
  if (!packet.pull<60>()) return Ok;
  if (!tcp) return Ok;
  // error: reads bytes of the packet from before 'pull' moved it; parse the packet again after the call
  // [ebpfxx-stale-packet]
  return ip->ttl > 3 ? Ok : Drop;
};

#elif CASE == 23  // taken from a header from before
// kernel: invalid mem access 'scalar'
inline constexpr Program<Lwt::Xmit> taken_too_late = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  // note: moves the packet here
  if (!packet.pull<60>()) return Ok;
  // error: reads bytes of the packet from before 'pull' moved it; parse the packet again after the call
  // [ebpfxx-stale-packet]
  auto tcp = ip.next<Tcp>();
  return tcp ? Ok : Drop;
};
#endif
