// Bytes of a packet that nobody showed to be there.
#include <ebpfxx/context/seg6.hpp>
#include <ebpfxx/language.hpp>
#include <ebpfxx/protocols.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

#if CASE == 0  // accepted: every idiom by which a header is tested

inline constexpr Program<Lwt::Out> early_return = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Ok;
  return ip->ttl > 1 ? Ok : Drop;
};

inline constexpr Program<Lwt::Out> either_of_two = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Ok;
  auto tcp = ip.next<Tcp>();
  if (!tcp || tcp->destination != 8080) return Ok;
  return Drop;
};

inline constexpr Program<Lwt::Out> in_the_condition = [](Packet packet) {
  if (auto ip = packet.parse<Ipv4>())
    if (auto udp = ip.next<Udp>(); udp && udp->destination == 53) return Drop;
  return Ok;
};

inline constexpr Program<Lwt::Out> short_circuit = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  return ip && ip->ttl > 1 ? Ok : Drop;
};

inline constexpr Program<Lwt::Out> choice = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  const int ttl = ip ? ip->ttl : 0;
  return ttl > 1 ? Ok : Drop;
};

inline constexpr Program<Lwt::Out> copied_bool = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  const bool found = static_cast<bool>(ip);
  if (!found) return Ok;
  return ip->ttl > 1 ? Ok : Drop;
};

inline constexpr Program<Lwt::Out> bool_of_more = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  const bool is_tcp = ip && ip->protocol == IpProtocol::Tcp;
  return is_tcp && ip->ttl > 1 ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> else_branch = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip)
    return Ok;
  else
    return ip->ttl > 1 ? Ok : Drop;
};

inline constexpr Program<Lwt::Out> by_value = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Ok;
  const Ipv4 header = *ip;
  return header.ttl > 1 ? Ok : Drop;
};

inline constexpr Program<Lwt::Out> loop_with_break = [](Packet packet) {
  auto rest = packet.bytes().skip<0>();
  int zeros = 0;
  for (int i = 0; i < 4; ++i) {
    auto byte = rest.require<4>();
    if (!byte) break;
    if (byte->at<std::uint8_t, 3>() == 0) ++zeros;
  }
  return zeros == 4 ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> loop_with_continue = [](Packet packet) {
  int long_lived = 0;
  for (int i = 0; i < 3; ++i) {
    auto ip = packet.parse<Ipv4>();
    if (!ip) continue;
    long_lived += ip->ttl > 64;
  }
  return long_lived == 3 ? Drop : Ok;
};

// A function that gives what was tested, or what is to be tested.
inline Parsed<Tcp, PacketAccess::ReadOnly, Interval{20, 60}> find_tcp(Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return {};
  return ip.next<Tcp>();
}
inline constexpr Program<Lwt::Out> from_a_function = [](Packet packet) {
  auto tcp = find_tcp(packet);
  return tcp && tcp->destination == 8080 ? Drop : Ok;
};

// A function that makes the test.
inline bool is_tcp(const Parsed<Ipv4, PacketAccess::ReadOnly, Interval{}>& ip) {
  return ip && ip->protocol == IpProtocol::Tcp;
}
inline constexpr Program<Lwt::Out> tested_by_a_function = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!is_tcp(ip)) return Ok;
  return ip->ttl > 1 ? Ok : Drop;
};

struct Headers {
  Parsed<Ipv4, PacketAccess::ReadOnly, Interval{}> ip;
  Parsed<Ipv6, PacketAccess::ReadOnly, Interval{}> ipv6;
};
inline constexpr Program<Lwt::Out> structured_binding = [](Packet packet) {
  auto [ip, ipv6] = Headers{packet.parse<Ipv4>(), packet.parse<Ipv6>()};
  if (ip) return ip->ttl > 1 ? Ok : Drop;
  if (!ipv6) return Ok;
  return ipv6->hop_limit > 1 ? Ok : Drop;
};

inline constexpr Program<Lwt::Out> inner_lambda = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Ok;
  auto expires = [&] { return ip->ttl <= 1; };
  return expires() ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> proven_bytes = [](Packet packet) {
  auto bytes = packet.bytes().require<24>();
  if (!bytes) return Ok;
  return bytes->at<Ipv4>().ttl > 1 && bytes->skip<22>().at<BigEndian<std::uint16_t>>() == 53 ? Drop : Ok;
};

// What a walk in the library gives: options, parts of a header, what follows a run of headers.
inline constexpr Program<Lwt::Out> options_of_a_header = [](Packet packet) {
  auto tcp = packet.parse<Tcp>();
  if (!tcp) return Ok;
  unsigned seen = 0;
  for (const auto option : tcp.options()) {
    if (option.could_not_tell()) return Drop;
    if (auto size = option.as<TcpMaximumSegmentSize>()) seen += size->bytes == 1460;
  }
  auto shift = tcp.option<TcpWindowScale>();
  if (shift.could_not_tell()) return Drop;
  return seen == 1 && shift && shift->shift == 7 ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> part_of_a_header = [](Packet packet) {
  auto gre = packet.parse<Gre>();
  if (!gre) return Ok;
  auto key = gre.part<GreKey>();
  return key && key->key == 7 ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> behind_a_run = [](Packet packet) {
  auto ip = packet.parse<Ipv6>();
  if (!ip) return Ok;
  auto carried = skip_extension_headers(ip);
  if (carried.could_not_tell()) return Drop;
  if (auto udp = carried.as<Udp>()) return udp->destination == 53 ? Drop : Ok;
  return carried.type() == IpProtocol::Esp ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> name_of_a_host = [](Packet packet) {
  auto dns = packet.load<Dns>(28);
  if (!dns) return Ok;
  auto question = read_question(dns);
  if (question.could_not_tell()) return Drop;
  return question && question->name == HostName<>("example.org") ? Drop : Ok;
};

// What was taken from a header passes its test only if the header does: one test at the end of a chain is enough.
inline constexpr Program<Xdp> chain = [](Xdp::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  auto ip = ethernet.next<Ipv4>();
  auto tcp = ip.next<Tcp>();
  if (!tcp) return Xdp::Verdict::Pass;
  const bool expires = ethernet->ether_type == EtherType::Ipv4 && ip->ttl <= 1 && tcp->destination == 8080;
  return expires ? Xdp::Verdict::Drop : Xdp::Verdict::Pass;
};

inline constexpr Program<Xdp> chain_in_one_expression = [](Xdp::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (auto udp = ethernet.next<Ipv4>().next<Udp>(); udp && udp->destination == 53)
    return ethernet->ether_type == EtherType::Ipv4 ? Xdp::Verdict::Drop : Xdp::Verdict::Pass;
  return packet.parse<Ethernet>().next<Ipv6>().next<Tcp>() ? Xdp::Verdict::Drop : Xdp::Verdict::Pass;
};

inline constexpr Program<Lwt::Out> chain_to_options_and_parts = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  auto tcp = ip.next<Tcp>();
  auto shift = tcp.option<TcpWindowScale>();
  if (shift.could_not_tell()) return Drop;
  if (shift) return ip->ttl > 1 && tcp->syn() && shift->shift == 7 ? Drop : Ok;
  auto gre = ip.next<Gre>();
  if (auto key = gre.part<GreKey>()) return ip->ttl > 1 && gre->version() == 0 && key->key == 7 ? Drop : Ok;
  return Ok;
};

inline constexpr Program<Lwt::Out> chain_of_copied_headers = [](Packet packet) {
  auto ip = packet.load<Ipv4>(0);
  auto tcp = ip.next<Tcp>();
  auto shift = tcp.option<TcpWindowScale>();
  if (shift.could_not_tell()) return Drop;
  if (shift) return ip->ttl > 1 && tcp->syn() && shift->shift == 7 ? Drop : Ok;
  return Ok;
};

using AnyIpv4 = Parsed<Ipv4, PacketAccess::ReadOnly, Interval{0, 60}>;
using AnyUdp = Parsed<Udp, PacketAccess::ReadOnly, Interval{20, 120}>;

inline constexpr Program<Lwt::Out> chain_over_copies = [](Packet packet) {
  auto outer = packet.parse<Ipv4>();
  const AnyIpv4 wider = outer;
  auto copy = wider;
  auto inner = copy.next<Ipv4>();
  auto udp = std::move(inner).next<Udp>();
  const bool found = udp && udp->destination == 53;
  return found && outer->ttl > 1 && inner->ttl > 1 ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> chain_taken_again = [](Packet packet) {
  auto outer = packet.parse<Ipv4>();
  AnyIpv4 ip = outer;
  AnyUdp udp = ip.next<Udp>();
  ip = outer.next<Ipv4>();
  udp = ip.next<Udp>();
  if (!udp) return Ok;
  return outer->ttl > 1 && ip->ttl > 1 ? Ok : Drop;
};

inline constexpr Program<Lwt::Out> chain_where_paths_meet = [](Packet packet) {
  auto outer = packet.parse<Ipv4>();
  auto inner = outer.next<Ipv4>();
  AnyUdp udp;
  if (packet.mark() == 7)
    udp = outer.next<Udp>();
  else
    udp = inner.next<Udp>();
  if (!udp) return Ok;
  return outer->ttl > 1 ? Ok : Drop;
};

inline constexpr Program<Lwt::Out> chain_in_a_loop = [](Packet packet) {
  auto outer = packet.parse<Ipv4>();
  AnyIpv4 ip = outer;
  int time_to_live = 0;
  for (int i = 0; i < 2; ++i) {
    auto udp = ip.next<Udp>();
    if (!udp) break;
    time_to_live += ip->ttl;
    ip = outer.next<Ipv4>();
  }
  return time_to_live > 1 ? Ok : Drop;
};

inline constexpr Program<Lwt::Out> chain_in_a_lambda = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  auto udp = ip.next<Udp>();
  auto expires = [&] { return udp && ip->ttl <= 1; };
  auto is_dns = [ip, again = udp] { return again && ip->ttl > 1 && again->destination == 53; };
  return expires() || is_dns() ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> chain_found_by_a_lambda = [](Packet packet) {
  auto outer = packet.parse<Ipv4>();
  AnyIpv4 ip = outer;
  AnyUdp udp;
  auto look_into = [&, again = outer] {
    ip = again.next<Ipv4>();
    udp = ip.next<Udp>();
  };
  look_into();
  if (!ip) return Ok;
  look_into();
  return udp && ip && ip->ttl <= 1 ? Drop : Ok;
};

template <class Ip, class Behind>
bool expires(const Ip& ip, Behind behind) {
  return behind && ip->ttl <= 1;
}
template <class Ip>
auto udp_of(const Ip& ip) {
  return ip.template next<Udp>();
}
inline constexpr Program<Lwt::Out> chain_in_functions = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (expires(ip, ip.next<Tcp>())) return Drop;
  auto udp = udp_of(ip);
  if (expires(ip, udp)) return Drop;
  return udp && ip->ttl > 7 && udp->destination == 53 ? Drop : Ok;
};

// The first round is certain, and each round tests.
inline constexpr Program<Lwt::Out> in_each_round = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  std::uint32_t sum = 0;
  for (std::uint32_t i = 0; i < 8; ++i) {
    if (!ip) return Ok;
    sum += packet.hash() >> i;
  }
  return ip->ttl < sum ? Drop : Ok;
};

inline constexpr Program<Tc::Ingress> optionals = [](Tc::Ingress::Packet packet) {
  const auto tag = packet.vlan_tag();
  if (tag && tag->id() == 7) return Tc::Ingress::Verdict::Drop;
  const auto other = packet.vlan_tag();
  const auto is_known = [&] { return other.has_value(); };
  if (is_known() && other->id() == 9) return Tc::Ingress::Verdict::Drop;
  constexpr auto home = *Ipv4Address::from_text("10.0.0.1");
  const std::optional<std::uint32_t> mark = packet.mark();
  return packet.hash() == home.value() + *mark ? Tc::Ingress::Verdict::Drop : Tc::Ingress::Verdict::Ok;
};

#elif CASE == 1  // a header used without a test
// kernel: invalid access to packet
inline constexpr Program<Lwt::Out> untested = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  // error: 'ip' may reach past the end of the packet here; test it first [ebpfxx-packet-bounds]
  return ip->ttl > 1 ? Ok : Drop;
};

#elif CASE == 2  // a test whose outcome nobody heeds
// kernel: invalid access to packet
inline constexpr Program<Lwt::Out> tested_in_vain = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  int packets = 0;
  if (!ip) ++packets;
  // error: 'ip' may reach past the end of the packet here; test it first [ebpfxx-packet-bounds]
  return ip->ttl > packets ? Ok : Drop;
};

#elif CASE == 3  // the header tested, the one behind it not
// kernel: invalid access to packet
inline constexpr Program<Lwt::Out> half_tested = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Ok;
  // error: 'ip.next<Tcp>()' may reach past the end of the packet here; test it first [ebpfxx-packet-bounds]
  return ip.next<Tcp>()->destination == 8080 ? Drop : Ok;
};

#elif CASE == 4  // used on the wrong side of the test
// kernel: invalid access to packet
inline constexpr Program<Lwt::Out> wrong_side = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  // error: 'ip' may reach past the end of the packet here; test it first [ebpfxx-packet-bounds]
  if (!ip) return ip->ttl > 1 ? Ok : Drop;
  return Ok;
};

#elif CASE == 5  // in a function of the user's, which the program calls
// kernel: invalid access to packet
inline int time_to_live(Packet packet) {
  auto ip = packet.parse<Ipv4>();
  // error: 'ip' may reach past the end of the packet here; test it first [ebpfxx-packet-bounds]
  return ip->ttl;
}
inline constexpr Program<Lwt::Out> in_a_function = [](Packet packet) {
  // note: 'time_to_live' is called here, in program 'in_a_function'
  return time_to_live(packet) > 1 ? Ok : Drop;
};

#elif CASE == 6  // the header copied without a test
// kernel: invalid access to packet
inline constexpr Program<Lwt::Out> copied = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  // error: 'ip' may reach past the end of the packet here; test it first [ebpfxx-packet-bounds]
  const Ipv4 header = *ip;
  return header.ttl > 1 ? Ok : Drop;
};

#elif CASE == 7  // a fixed offset, one byte more than is proven
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::Out> one_short = [](Packet packet) {
  auto bytes = packet.bytes().require<33>();
  if (!bytes) return Ok;
  // error: reads 20 bytes at offset 14, 33 bytes are proven; require 34 bytes before reading them
  // [ebpfxx-packet-bounds]
  return bytes->at<Ipv4, 14>().ttl > 1 ? Ok : Drop;
};

#elif CASE == 8  // a variable offset takes what was proven with it
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::Out> behind_the_header = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Ok;
  auto behind = ip.bytes().skip(ip->header_length());
  // error: reads 20 bytes at offset 0, 0 bytes are proven; require 20 bytes before reading them [ebpfxx-packet-bounds]
  return behind.at<Tcp>().destination == 8080 ? Drop : Ok;
};

#elif CASE == 9  // an offset beyond what the verifier follows
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::Out> far_away = [](Packet packet) {
  auto offset = Bounded<0, 65535>::clamped(packet.mark());
  // error: parses 20 bytes at an offset of up to 65535, the verifier follows packets up to byte 65535; bound the offset
  // [ebpfxx-packet-bounds]
  auto ip = packet.bytes().skip(offset).parse<Ipv4>();
  return ip && ip->ttl > 1 ? Ok : Drop;
};

#elif CASE == 10  // a step back
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::Out> backwards = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Ok;
  auto options = ip->header_length() - constant<24>;
  // error: skips -4 to 36 bytes, a packet has 0 to 65535; bound the number first [ebpfxx-packet-bounds]
  return ip.bytes().skip(options).require<1>() ? Drop : Ok;
};

#elif CASE == 11  // more than a pull can make linear
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::Out> pulls_too_much = [](Packet packet) {
  // error: pulls 65536 bytes, the verifier follows packets up to byte 65535; pull fewer [ebpfxx-packet-bounds]
  return packet.pull<65536>() ? Drop : Ok;
};

#elif CASE == 12  // memory of a packet that the hook does not show
// kernel: invalid bpf_context access
// host: refused
inline constexpr Program<SocketFilter> looks = [](SocketFilter::Packet packet) {
#if defined(UNCHECKED)
  // explained: context-field
  const bool any = (*reinterpret_cast<__sk_buff**>(&packet))->data != 0;
#else
  // error: looks at the memory of a packet, which this hook does not show; copy with 'parse' or 'load'
  // [ebpfxx-packet-bounds]
  const bool any = static_cast<bool>(packet.bytes().require<1>());
#endif
  return any ? SocketFilter::Keep::All : SocketFilter::Drop;
};

#elif CASE == 13  // TLVs that do not end where their header can
// kernel takes it: it drops the packets
// host: refused
inline constexpr Program<Lwt::Seg6Local> odd_length = [](Lwt::Seg6Local::Packet packet) {
#if defined(UNCHECKED)
  const bool done = call_helper<BpfHelper::lwt_seg6_adjust_srh>(*reinterpret_cast<__sk_buff**>(&packet), 64, 4) == 0;
#else
  // error: adjusts the TLVs by 4 bytes, the header's length counts 8 each; fill them up with padding
  // [ebpfxx-packet-bounds]
  const bool done = packet.adjust_tlvs<4>(64);
#endif
  return done ? Lwt::Seg6Local::Verdict::Ok : Lwt::Seg6Local::Verdict::Drop;
};

#elif CASE == 14  // an option used without a test
// unchecked: loop-bound
// kernel: invalid access to packet
inline constexpr Program<Lwt::Out> untested_option = [](Packet packet) {
  auto tcp = packet.parse<Tcp>();
  if (!tcp) return Ok;
  // explained: packet-bounds
  auto shift = tcp.option<TcpWindowScale>();
  const bool untold = shift.could_not_tell();
  // error: 'shift' may be nothing here; test it first [ebpfxx-packet-bounds]
  return shift->shift == 7 || untold ? Drop : Ok;
};

#elif CASE == 15  // the options of a header that nobody tested
// kernel: invalid access to packet
inline constexpr Program<Lwt::Out> options_of_nothing = [](Packet packet) {
  auto tcp = packet.parse<Tcp>();
  // error: 'tcp' may reach past the end of the packet here; test it first [ebpfxx-packet-bounds]
  for (const auto option : tcp.options())
    if (option.could_not_tell() || option.kind() == TcpOptionKind::Timestamps) return Drop;
  return Ok;
};

#elif CASE == 16  // a part used without a test
// kernel: invalid access to packet
inline constexpr Program<Lwt::Out> untested_part = [](Packet packet) {
  auto gre = packet.parse<Gre>();
  if (!gre) return Ok;
  auto key = gre.part<GreKey>();
  // error: 'key' may reach past the end of the packet here; test it first [ebpfxx-packet-bounds]
  return key->key == 7 ? Drop : Ok;
};

#elif CASE == 17  // what follows a run of headers, used without a test
// kernel takes it: what is behind is tested again by itself, only what it is called may be wrong
inline constexpr Program<Lwt::Out> untested_run = [](Packet packet) {
  auto ip = packet.parse<Ipv6>();
  if (!ip) return Ok;
  auto carried = skip_extension_headers(ip);
  if (carried.could_not_tell()) packet.set_mark(1);
  // error: 'carried' may be nothing here; test it first [ebpfxx-packet-bounds]
  auto udp = carried.as<Udp>();
  return udp && udp->destination == 53 ? Drop : Ok;
};

#elif CASE == 18  // in a loop over options
// kernel: invalid access to packet
inline constexpr Program<Lwt::Out> untested_in_a_loop = [](Packet packet) {
  auto tcp = packet.parse<Tcp>();
  if (!tcp) return Ok;
  for (const auto option : tcp.options()) {
    if (option.could_not_tell()) return Drop;
    // error: 'option.as<TcpWindowScale>()' may reach past the end of the packet here; test it first
    // [ebpfxx-packet-bounds]
    if (option.as<TcpWindowScale>()->shift == 7) return Drop;
  }
  return Ok;
};

#elif CASE == 19  // a name that may not be there
// kernel takes it: it is empty then
inline constexpr Program<Lwt::Out> untested_name = [](Packet packet) {
  auto dns = packet.load<Dns>(28);
  if (!dns) return Ok;
  auto question = read_question(dns);
  if (question.could_not_tell()) return Drop;
  // error: 'question' may be nothing here; test it first [ebpfxx-packet-bounds]
  return question->type == 28 ? Drop : Ok;
};

#elif CASE == 20  // an option of another header's
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::Out> foreign_option = [](Packet packet) {
  auto tcp = packet.parse<Tcp>();
  if (!tcp) return Ok;
  // error: asks for an option that this header does not have; name one of its own [ebpfxx-packet-bounds]
  return tcp.option<Ipv4RouterAlert>() ? Drop : Ok;
};

#elif CASE == 21  // a header assigned after another was taken from it
// kernel: invalid access to packet
using AnyIpv4 = Parsed<Ipv4, PacketAccess::ReadOnly, Interval{0, 60}>;
inline constexpr Program<Lwt::Out> assigned_between = [](Packet packet) {
  auto outer = packet.parse<Ipv4>();
  AnyIpv4 ip = outer;
  auto udp = ip.next<Udp>();
  ip = outer.next<Ipv4>();
  if (!udp) return Ok;
  // error: 'ip' may reach past the end of the packet here; test it first [ebpfxx-packet-bounds]
  return ip->ttl > 1 ? Ok : Drop;
};

#elif CASE == 22  // what was taken, assigned from another header
// kernel: invalid access to packet
using AnyUdp = Parsed<Udp, PacketAccess::ReadOnly, Interval{20, 120}>;
inline constexpr Program<Lwt::Out> taken_from_another = [](Packet packet) {
  auto outer = packet.parse<Ipv4>();
  auto inner = outer.next<Ipv4>();
  AnyUdp udp = inner.next<Udp>();
  udp = outer.next<Udp>();
  if (!udp) return Ok;
  // error: 'inner' may reach past the end of the packet here; test it first [ebpfxx-packet-bounds]
  return inner->ttl > 1 ? Ok : Drop;
};

#elif CASE == 23  // taken from the header on one of two paths
// kernel: invalid access to packet
using AnyUdp = Parsed<Udp, PacketAccess::ReadOnly, Interval{20, 120}>;
inline constexpr Program<Lwt::Out> taken_on_one_path = [](Packet packet) {
  auto outer = packet.parse<Ipv4>();
  auto inner = outer.next<Ipv4>();
  AnyUdp udp = outer.next<Udp>();
  if (packet.mark() == 7) udp = inner.next<Udp>();
  if (!udp) return Ok;
  // error: 'inner' may reach past the end of the packet here; test it first [ebpfxx-packet-bounds]
  return inner->ttl > 1 ? Ok : Drop;
};

#elif CASE == 24  // assigned at the end of a loop
// kernel: invalid access to packet
using AnyIpv4 = Parsed<Ipv4, PacketAccess::ReadOnly, Interval{0, 60}>;
inline constexpr Program<Lwt::Out> assigned_in_a_loop = [](Packet packet) {
  auto outer = packet.parse<Ipv4>();
  AnyIpv4 ip = outer;
  auto udp = ip.next<Udp>();
  int time_to_live = 0;
  for (int i = 0; i < 2; ++i) {
    if (!udp) break;
    // error: 'ip' may reach past the end of the packet here; test it first [ebpfxx-packet-bounds]
    time_to_live += ip->ttl;
    ip = outer.next<Ipv4>();
  }
  return time_to_live > 1 ? Ok : Drop;
};

#elif CASE == 25  // handed to a function with what was taken from another header
// kernel: invalid access to packet
template <class Ip, class Behind>
bool expires(Ip ip, Behind behind) {
  // error: 'ip' may reach past the end of the packet here; test it first [ebpfxx-packet-bounds]
  return behind && ip->ttl <= 1;
}
inline constexpr Program<Lwt::Out> not_its_own = [](Packet packet) {
  auto outer = packet.parse<Ipv4>();
  auto other = packet.bytes().skip<40>().parse<Ipv4>();
  return expires(other, outer.next<Udp>()) ? Drop : Ok;
};

#elif CASE == 26  // the end of a chain, of which only the start was tested
// kernel: invalid access to packet
inline constexpr Program<Lwt::Out> start_of_a_chain = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  auto udp = ip.next<Udp>();
  if (!ip) return Ok;
  // error: 'udp' may reach past the end of the packet here; test it first [ebpfxx-packet-bounds]
  return udp->destination == 53 ? Drop : Ok;
};

#elif CASE == 27  // assigned between a lambda and its call
// kernel: invalid access to packet
using AnyIpv4 = Parsed<Ipv4, PacketAccess::ReadOnly, Interval{0, 60}>;
inline constexpr Program<Lwt::Out> assigned_before_the_call = [](Packet packet) {
  auto outer = packet.parse<Ipv4>();
  AnyIpv4 ip = outer;
  auto udp = ip.next<Udp>();
  // error: 'ip' may reach past the end of the packet here; test it first [ebpfxx-packet-bounds]
  auto expires = [&ip, udp] { return udp && ip->ttl <= 1; };
  ip = outer.next<Ipv4>();
  return expires() ? Drop : Ok;
};

#elif CASE == 28  // assigned by a lambda that was called after the test
// kernel: invalid access to packet
using AnyIpv4 = Parsed<Ipv4, PacketAccess::ReadOnly, Interval{0, 60}>;
inline constexpr Program<Lwt::Out> assigned_by_a_lambda = [](Packet packet) {
  auto outer = packet.parse<Ipv4>();
  AnyIpv4 ip = outer;
  auto udp = ip.next<Udp>();
  auto look_into = [&] { ip = outer.next<Ipv4>(); };
  if (!udp) return Ok;
  look_into();
  // error: 'ip' may reach past the end of the packet here; test it first [ebpfxx-packet-bounds]
  return ip->ttl > 1 ? Ok : Drop;
};

#elif CASE == 29  // a packet that has no transport header
// kernel takes it: its flow is empty then
inline constexpr Program<Lwt::Out> untested_flow = [](Packet packet) {
  auto transport = packet.transport();
  if (transport.could_not_tell()) return Drop;
  // error: 'transport' may be nothing here; test it first [ebpfxx-packet-bounds]
  return transport.flow().destination_port == 22 ? Drop : Ok;
};

#elif CASE == 30  // a packet that may start with anything
// no object: the refused overload has no body
// host: refused
inline constexpr Program<SocketFilter> anything = [](SocketFilter::Packet packet) {
  // error: looks for the transport header of a packet that may start with anything; parse its first header and ask that
  // [ebpfxx-packet-bounds]
  return packet.transport().could_not_tell() ? SocketFilter::Drop : SocketFilter::Keep::All;
};

#elif CASE == 31  // a header handed to a function of the library before it is tested
// kernel: invalid access to packet
inline constexpr Program<Tc::Ingress> tested_behind = [](Tc::Ingress::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  // error: 'ethernet' may reach past the end of the packet here; test it first [ebpfxx-packet-bounds]
  auto carried = skip_vlan_tags(ethernet);
  if (!ethernet) return Tc::Ingress::Verdict::Drop;
  return carried.could_not_tell() ? Tc::Ingress::Verdict::Drop : Tc::Ingress::Verdict::Ok;
};

#elif CASE == 32  // tested in a loop that may have no round
// kernel: invalid access to packet
inline constexpr Program<Lwt::Out> maybe_no_round = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  std::uint32_t sum = 0;
  for (const std::uint32_t i : up_to<8>(packet.mark())) {
    if (!ip) return Ok;
    sum += packet.hash() >> i;
  }
  // error: 'ip' may reach past the end of the packet here; test it first [ebpfxx-packet-bounds]
  return ip->ttl < sum ? Drop : Ok;
};

#elif CASE == 33  // tested in a loop that may end before
// kernel: invalid access to packet
inline constexpr Program<Lwt::Out> left_before = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  std::uint32_t sum = 0;
  for (std::uint32_t i = 0; i < 8; ++i) {
    sum += packet.hash() >> i;
    if (sum > packet.mark()) break;
    if (!ip) return Ok;
  }
  // error: 'ip' may reach past the end of the packet here; test it first [ebpfxx-packet-bounds]
  return ip->ttl < sum ? Drop : Ok;
};

#elif CASE == 34  // a std::optional of the library, where it is returned
// kernel takes it: the value is what LLVM makes of nothing
inline constexpr Program<Tc::Ingress> at_once = [](Tc::Ingress::Packet packet) {
  // error: 'packet.vlan_tag()' may be nothing here; test it first [ebpfxx-packet-bounds]
  return packet.vlan_tag()->id() == 7 ? Tc::Ingress::Verdict::Drop : Tc::Ingress::Verdict::Ok;
};

#elif CASE == 35  // a std::optional of the library that nothing tests
// kernel takes it: the value is what LLVM makes of nothing
inline constexpr Program<Tc::Ingress> never_tested = [](Tc::Ingress::Packet packet) {
  const auto tag = packet.vlan_tag();
  // error: 'tag' may be nothing here; test it first [ebpfxx-packet-bounds]
  return (*tag).id() == 7 ? Tc::Ingress::Verdict::Drop : Tc::Ingress::Verdict::Ok;
};

#elif CASE == 36  // a std::optional of what the library reads from a text at run time
// kernel takes it: it is 0 where nothing sets it
inline constexpr Program<Tc::Ingress> from_text = [](Tc::Ingress::Packet packet) {
  // error: 'Ipv4Address::from_text("10.0.0.1")' may be nothing here; test it first [ebpfxx-packet-bounds]
  const auto home = *Ipv4Address::from_text("10.0.0.1");
  return packet.hash() == home.value() ? Tc::Ingress::Verdict::Drop : Tc::Ingress::Verdict::Ok;
};
#endif
