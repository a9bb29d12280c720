// Bytes swapped by hand, where a field swaps them itself.
#include <arpa/inet.h>

#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using Verdict = Xdp::Verdict;

/// What the Linux tools' headers make of bpf_htons.
#define BY_MACRO(number) \
  (__builtin_constant_p(number) ? static_cast<std::uint16_t>((number) >> 8 | (number) << 8) : __builtin_bswap16(number))

inline Map<std::uint16_t, std::uint64_t> by_port;

template <class Body>
constexpr Verdict with_udp(Xdp::Packet packet, Body body) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return Verdict::Pass;
  auto ip = ethernet.template next<Ipv4>();
  if (!ip) return Verdict::Pass;
  auto udp = ip.template next<Udp>();
  if (!udp) return Verdict::Pass;
  return body(ip, udp) ? Verdict::Drop : Verdict::Pass;
}

#if CASE == 0  // accepted: the host's numbers; and swapped ones where nothing is in network order

inline constexpr Program<Xdp> compares = [](Xdp::Packet packet) {
  return with_udp(packet, [](auto ip, auto udp) {
    constexpr std::uint16_t port = 53;
    if (udp->destination == port || udp->source == 53 || ip->source == Ipv4Address(0x0a000001)) return true;
    if (by_port.find(__builtin_bswap16(udp->length.value() > 8 ? port : 80))) return true;
    return udp->destination.value() == 80;
  });
};

#elif CASE == 1  // compared
// kernel takes it: the program sees other ports
inline constexpr Program<Xdp> compares = [](Xdp::Packet packet) {
  // error: swaps the bytes of a number for a field in network byte order, which takes the host's and swaps them itself;
  // give it the number as it is [ebpfxx-byte-order]
  return with_udp(packet, [](auto, auto udp) { return udp->destination == __builtin_bswap16(53); });
};

#elif CASE == 2  // with the C library's word, the other way round
// kernel takes it: the program sees other ports
#if defined(UNCHECKED)
#undef htons
#define htons __builtin_bswap16
#endif
inline constexpr Program<Xdp> compares = [](Xdp::Packet packet) {
  // error: swaps the bytes of a number for a field in network byte order, which takes the host's and swaps them itself;
  // give it the number as it is [ebpfxx-byte-order]
  return with_udp(packet, [](auto, auto udp) { return htons(53) == udp->destination; });
};

#elif CASE == 3  // a constant swapped before
// kernel takes it: the program sees other ports
inline constexpr Program<Xdp> compares = [](Xdp::Packet packet) {
  return with_udp(packet, [](auto, auto udp) {
    const std::uint16_t port = __builtin_bswap16(53);
    // error: swaps the bytes of a number for a field in network byte order, which takes the host's and swaps them
    // itself; give it the number as it is [ebpfxx-byte-order]
    return udp->destination == port;
  });
};

#elif CASE == 4  // by a macro
// kernel takes it: the program sees other ports
inline constexpr Program<Xdp> compares = [](Xdp::Packet packet) {
  return with_udp(packet, [](auto, auto udp) {
    const std::uint16_t port = udp->length.value();
    // error: swaps the bytes of a number for a field in network byte order, which takes the host's and swaps them
    // itself; give it the number as it is [ebpfxx-byte-order]
    return udp->destination == BY_MACRO(port);
  });
};

#elif CASE == 5  // assigned
// kernel takes it: the packet goes to another port
inline constexpr Program<Xdp> assigns = [](Xdp::Packet packet) {
  return with_udp(packet, [](auto, auto udp) {
    // error: swaps the bytes of a number for a field in network byte order, which takes the host's and swaps them
    // itself; give it the number as it is [ebpfxx-byte-order]
    udp->destination = __builtin_bswap16(5353);
    return true;
  });
};

#elif CASE == 6  // an address
// kernel takes it: the program sees other addresses
inline constexpr Program<Xdp> compares = [](Xdp::Packet packet) {
  // error: swaps the bytes of a number for a field in network byte order, which takes the host's and swaps them itself;
  // give it the number as it is [ebpfxx-byte-order]
  return with_udp(packet, [](auto ip, auto) { return ip->source == Ipv4Address(__builtin_bswap32(0x0a000001)); });
};

#elif CASE == 7  // what is in the host's order already
// kernel takes it: the program sees other ports
inline constexpr Program<Xdp> compares = [](Xdp::Packet packet) {
  // error: swaps the bytes of a value that is in the host's order; use it as it is [ebpfxx-byte-order]
  return with_udp(packet, [](auto, auto udp) { return __builtin_bswap16(udp->destination.value()) == 53; });
};
#endif
