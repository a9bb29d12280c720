// From header to header: one byte enough, one byte short; headers that lie about their length; fragments.
#include <cstdint>

#include <ebpfxx/language.hpp>
#include <ebpfxx/protocols.hpp>

#include "bytes.hpp"

using namespace ebpfxx;
using ebpfxx_test::first;
using Verdict = Lwt::Out::Verdict;

namespace {

template <class Outer, class Inner>
constexpr Program<Lwt::Out> drop_if_found = [](Lwt::Out::Packet packet) {
  auto outer = packet.parse<Outer>();
  if (!outer) return Verdict::Ok;
  auto inner = outer.template next<Inner>();
  return inner ? Verdict::Drop : Verdict::Ok;
};

template <class Outer, class Inner>
constexpr Program<Lwt::Out> drop_if_carried = [](Lwt::Out::Packet packet) {
  auto outer = packet.parse<Outer>();
  if (!outer) return Verdict::Ok;
  auto inner = outer.template payload<Inner>();
  return inner ? Verdict::Drop : Verdict::Ok;
};

template <class Header>
constexpr Program<Lwt::Out> drop_if_whole =
    [](Lwt::Out::Packet packet) { return packet.parse<Header>() ? Verdict::Drop : Verdict::Ok; };

/// Whether `Inner` is found behind `Outer` in the packet, and no longer with the last byte missing.
template <class Outer, class Inner, class Packet>
constexpr bool found_to_the_last_byte(const Packet& packet) {
  constexpr std::size_t size = std::tuple_size_v<decltype(packet_bytes(packet))>;
  return drop_if_found<Outer, Inner>(packet) == Verdict::Drop &&
         drop_if_found<Outer, Inner>(first<size - 1>(packet_bytes(packet))) == Verdict::Ok;
}
template <class Outer, class Inner, class Packet>
constexpr bool found(const Packet& packet) {
  return drop_if_found<Outer, Inner>(packet) == Verdict::Drop;
}

/// The same, whatever `Outer` says that it carries.
template <class Outer, class Inner, class Packet>
constexpr bool carried_to_the_last_byte(const Packet& packet) {
  constexpr std::size_t size = std::tuple_size_v<decltype(packet_bytes(packet))>;
  return drop_if_carried<Outer, Inner>(packet) == Verdict::Drop &&
         drop_if_carried<Outer, Inner>(first<size - 1>(packet_bytes(packet))) == Verdict::Ok;
}
template <class Outer, class Inner, class Packet>
constexpr bool carried(const Packet& packet) {
  return drop_if_carried<Outer, Inner>(packet) == Verdict::Drop;
}

template <class Header>
constexpr bool parsed_to_the_last_byte(const Header& header) {
  const auto bytes = detail::packet::bytes_of(header);
  return drop_if_whole<Header>(bytes) == Verdict::Drop &&
         drop_if_whole<Header>(first<sizeof(Header) - 1>(bytes)) == Verdict::Ok;
}
static_assert(parsed_to_the_last_byte(Ethernet{}) && parsed_to_the_last_byte(Ipv4{}) &&
              parsed_to_the_last_byte(Ipv6{}) && parsed_to_the_last_byte(Tcp{}) && parsed_to_the_last_byte(Udp{}) &&
              parsed_to_the_last_byte(Icmp{}) && parsed_to_the_last_byte(Icmpv6{}));
static_assert(drop_if_whole<Ipv4>(std::array<std::uint8_t, 0>{}) == Verdict::Ok);

// IPv4: the length is what ihl says, from 5 to 15.
template <std::size_t Words>
constexpr auto with_options = ipv4({}, options(std::array<std::uint8_t, 4 * Words>{})) / tcp();
static_assert(found_to_the_last_byte<Ipv4, Tcp>(ipv4() / tcp()));
static_assert(found_to_the_last_byte<Ipv4, Tcp>(with_options<1>));
static_assert(found_to_the_last_byte<Ipv4, Tcp>(with_options<9>));
static_assert(found_to_the_last_byte<Ipv4, Tcp>(with_options<10>));
static_assert(first<1>(packet_bytes(with_options<10>))[0] == 0x4f);
static_assert(!found<Ipv4, Tcp>(ipv4({.version_and_ihl = 0x44}) / tcp()));
static_assert(!found<Ipv4, Tcp>(ipv4({.version_and_ihl = 0x40}) / tcp()));

// IPv4: only the first fragment has the next header.
static_assert(found<Ipv4, Tcp>(ipv4({.flags_and_fragment_offset = 0x2000}) / tcp()));
static_assert(found<Ipv4, Tcp>(ipv4({.flags_and_fragment_offset = 0x4000}) / tcp()));
static_assert(!found<Ipv4, Tcp>(ipv4({.flags_and_fragment_offset = 1}) / tcp()));
static_assert(!found<Ipv4, Tcp>(ipv4({.flags_and_fragment_offset = 0x2001}) / tcp()));
static_assert(!found<Ipv4, Tcp>(ipv4({.flags_and_fragment_offset = 0x1000}) / tcp()));

// IPv6: 40 bytes, unless nothing follows.
static_assert(found_to_the_last_byte<Ipv6, Udp>(ipv6() / udp()));
static_assert(!found<Ipv6, Udp>(exactly(Ipv6{.next_header = IpProtocol::NoNext}) / udp()));

// Ethernet: 14 bytes, and a type where a length could stand.
static_assert(found_to_the_last_byte<Ethernet, Ipv4>(ethernet() / ipv4()));
static_assert(carried<Ethernet, Ipv4>(ethernet({.ether_type = EtherType{0x0600}}) / ipv4()));
static_assert(!carried<Ethernet, Ipv4>(ethernet({.ether_type = EtherType{0x05ff}}) / ipv4()));

// UDP: 8 bytes, which its own length covers.
static_assert(carried_to_the_last_byte<Udp, Udp>(udp() / udp()));
static_assert(carried<Udp, Udp>(udp({.length = 8}) / udp()) && !carried<Udp, Udp>(udp({.length = 7}) / udp()));

// TCP: 5 to 15 words. ICMP: 8 bytes, then the packet that caused it.
static_assert(carried_to_the_last_byte<Tcp, Udp>(tcp({}, options(std::array<std::uint8_t, 40>{})) / udp()));
static_assert(!carried<Tcp, Udp>(tcp({.data_offset_and_reserved = 0x40}) / udp()));
static_assert(found_to_the_last_byte<Icmp, Ipv4>(icmp({.type = IcmpType::TimeExceeded}) / ipv4()));
static_assert(found_to_the_last_byte<Icmpv6, Ipv6>(icmpv6({.type = Icmpv6Type::TimeExceeded}) / ipv6()));

// Three headers, with a variable offset in between.
constexpr Program<Lwt::Out> drop_nested = [](Lwt::Out::Packet packet) {
  auto outer = packet.parse<Ipv4>();
  if (!outer) return Verdict::Ok;
  auto inner = outer.next<Ipv4>();
  if (!inner) return Verdict::Ok;
  auto udp = inner.next<Udp>();
  return udp && udp->destination == 53 ? Verdict::Drop : Verdict::Ok;
};
constexpr auto nested = ipv4({}, options({1, 1, 1, 1})) / ipv4({}, options({1, 1, 1, 1, 1})) / udp({.destination = 53});
static_assert(drop_nested(nested) == Verdict::Drop);
static_assert(drop_nested(first<20 + 4 + 20 + 8 + 7>(packet_bytes(nested))) == Verdict::Ok);

// Behind a header that is not there nothing is, and nothing of it is read.
constexpr Program<Lwt::Out> drop_at_the_end = [](Lwt::Out::Packet packet) {
  return packet.parse<Ipv4>().next<Ipv4>().next<Udp>() ? Verdict::Drop : Verdict::Ok;
};
static_assert(drop_at_the_end(nested) == Verdict::Drop);
static_assert(drop_at_the_end(first<24 + 28 + 7>(packet_bytes(nested))) == Verdict::Ok);
static_assert(drop_at_the_end(first<24 + 19>(packet_bytes(nested))) == Verdict::Ok);
static_assert(drop_at_the_end(first<19>(packet_bytes(nested))) == Verdict::Ok);
static_assert(drop_at_the_end(first<0>(packet_bytes(nested))) == Verdict::Ok);

constexpr Program<Lwt::Out> drop_scaled = [](Lwt::Out::Packet packet) {
  return packet.parse<Tcp>().option<TcpWindowScale>() ? Verdict::Drop : Verdict::Ok;
};
constexpr auto scaled = tcp({}, options(TcpWindowScale{}));
static_assert(drop_scaled(scaled) == Verdict::Drop);
static_assert(drop_scaled(first<19>(packet_bytes(scaled))) == Verdict::Ok);

constexpr Program<Lwt::Out> drop_keyed = [](Lwt::Out::Packet packet) {
  return packet.parse<Gre>().part<GreKey>() ? Verdict::Drop : Verdict::Ok;
};
constexpr auto keyed = gre({}, GreKey{});
static_assert(drop_keyed(packet_bytes(keyed)) == Verdict::Drop);
static_assert(drop_keyed(first<3>(packet_bytes(keyed))) == Verdict::Ok);

// A header without a next one has no next().
template <class Header, class Next>
concept HasNextHeader =
    requires(const Parsed<Header, PacketAccess::ReadOnly, Interval{}>& header) { header.template next<Next>(); };
static_assert(HasNextHeader<Ipv4, Tcp> && !HasNextHeader<BigEndian<std::uint16_t>, Tcp>);

// Nor has one for what it never announces.
static_assert(!HasNextHeader<Udp, Dns> && !HasNextHeader<Mpls, Ipv4> && !HasNextHeader<Ethernet, Ethernet> &&
              !HasNextHeader<Ethernet, Tcp> && !HasNextHeader<Tcp, DnsLength> && !HasNextHeader<Icmp, Ipv6>);
static_assert(HasNextHeader<Gre, Ethernet> && HasNextHeader<Mpls, Mpls> && HasNextHeader<Icmp, Ipv4>);

}  // namespace
