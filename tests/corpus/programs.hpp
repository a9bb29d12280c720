#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <ebpfxx/language.hpp>

/// A program for each protocol of the corpus, by views and by copies: it notes what it finds in a frame. The same
/// programs run natively and in kernels.
namespace ebpfxx_test {

using namespace ebpfxx;

/// A copy of a header that was found.
struct Sighting {
  std::uint32_t there = 0;
  std::array<std::uint8_t, 76> bytes{};
};
inline constexpr std::size_t slots = 9;
struct Sightings {
  std::array<Sighting, slots> found{};
};

inline Map<std::uint32_t, Sightings, Array<1>> sightings;

/// A checksum that a program computed, and the one in the packet.
struct ComputedChecksum {
  BigEndian<std::uint16_t> computed = 0, carried = 0;
};

/// An option of GENEVE that the corpus has, and another.
template <std::uint16_t Class, std::uint8_t Type, std::size_t Words>
struct GeneveWords {
  static constexpr auto kind = GeneveOption::kind_of(Class, Type);
  GeneveOption start{};
  std::array<BigEndian<std::uint32_t>, Words> words{};
};

template <std::size_t Slot, class Value>
constexpr void note(const Value& value) {
  static_assert(Slot < slots && sizeof(Value) <= sizeof(Sighting::bytes));
  sightings.at<0>().update([&](Sightings& all) {
    all.found[Slot].there = 1;
    __builtin_memcpy(all.found[Slot].bytes.data(), &value, sizeof(Value));
  });
}

/// Notes a header that may be there.
template <std::size_t Slot, class Found>
constexpr void note_found(const Found& found) {
  if (found) note<Slot>(*found);
}

/// The header at the start of a frame.
template <bool Copies, class Packet>
constexpr auto ethernet_of(Packet packet) {
  if constexpr (Copies)
    return packet.template load<Ethernet>(0);
  else
    return packet.template parse<Ethernet>();
}

// Each is called with a tested Ethernet header, a view or a copy.

struct VlanWalk {
  constexpr void operator()(auto, auto ethernet) const {
    if (auto outer = ethernet.template next<Vlan>()) {
      note<0>(*outer);
      note_found<1>(outer.template next<Vlan>());
    }
    auto carried = skip_vlan_tags(ethernet);
    if (!carried) return;
    note_found<2>(carried.template as<Ipv4>());
    note_found<3>(carried.template as<Ipv6>());
    note_found<4>(carried.template as<Arp>());
  }
};

struct ArpWalk {
  constexpr void operator()(auto, auto ethernet) const { note_found<0>(ethernet.template next<Arp>()); }
};

struct Ipv6ExtensionWalk {
  constexpr void operator()(auto, auto ethernet) const {
    auto ip = ethernet.template next<Ipv6>();
    note_found<0>(ip);
    if (!ip) return;
    if (auto header = ip.template next<Ipv6HopByHop>()) {
      note<1>(*header);
      note_found<6>(header.template option<Ipv6RouterAlert>());
    }
    note_found<2>(ip.template next<Ipv6Routing>());
    note_found<3>(ip.template next<Ipv6Fragment>());
    note_found<4>(ip.template next<Ah>());
    note_found<5>(ip.template next<Ipv6DestinationOptions>());
    auto carried = skip_extension_headers(ip);
    if (!carried) return;
    note_found<7>(carried.template as<Icmpv6>());
    note_found<8>(carried.template as<Udp>());
  }
};

struct Icmpv6Walk {
  constexpr void operator()(auto, auto ethernet) const {
    auto ip = ethernet.template next<Ipv6>();
    if (!ip) return;
    auto carried = skip_extension_headers(ip);
    if (!carried) return;
    note_found<0>(carried.template as<Icmpv6>());
    if (auto solicitation = carried.template as<NeighborSolicitation>()) {
      note<1>(*solicitation);
      note_found<5>(solicitation.template option<SourceLinkAddress>());
    } else if (auto advertisement = carried.template as<NeighborAdvertisement>()) {
      note<2>(*advertisement);
      note_found<5>(advertisement.template option<TargetLinkAddress>());
    } else if (auto host = carried.template as<RouterSolicitation>()) {
      note<4>(*host);
      note_found<5>(host.template option<SourceLinkAddress>());
    } else if (auto router = carried.template as<RouterAdvertisement>()) {
      note<3>(*router);
      note_found<5>(router.template option<SourceLinkAddress>());
      note_found<6>(router.template option<PrefixInformation>());
      note_found<7>(router.template option<LinkMtu>());
    }
  }
};

struct Ipv4OptionsWalk {
  constexpr void operator()(auto, auto ethernet) const {
    auto ip = ethernet.template next<Ipv4>();
    note_found<0>(ip);
    if (!ip) return;
    for (const auto option : ip.options())
      if (option.kind() == Ipv4OptionKind::RecordRoute) note_found<5>(option.template at<Ipv4Address, 3>());
    note_found<1>(ip.template option<Ipv4RecordRoute>());
    note_found<2>(ip.template option<Ipv4Timestamp>());
    note_found<3>(ip.template option<Ipv4RouterAlert>());
    note_found<4>(ip.template option<Ipv4LooseSourceRoute>());
  }
};

struct TcpOptionsWalk {
  constexpr void operator()(auto, auto ethernet) const {
    auto ip = ethernet.template next<Ipv4>();
    if (!ip) return;
    auto tcp = ip.template next<Tcp>();
    note_found<0>(tcp);
    if (!tcp) return;
    note_found<1>(tcp.template option<TcpMaximumSegmentSize>());
    note_found<2>(tcp.template option<TcpWindowScale>());
    note_found<3>(tcp.template option<TcpSackPermitted>());
    note_found<4>(tcp.template option<TcpTimestamps>());
    note_found<5>(tcp.template option<TcpSack>());
  }
};

struct GreWalk {
  constexpr void operator()(auto, auto ethernet) const {
    auto ip = ethernet.template next<Ipv4>();
    if (!ip) return;
    auto gre = ip.template next<Gre>();
    note_found<0>(gre);
    if (!gre) return;
    note_found<1>(gre.template part<GreChecksum>());
    note_found<2>(gre.template part<GreKey>());
    note_found<3>(gre.template part<GreSequence>());
    note_found<4>(gre.template next<Ipv4>());
    note_found<5>(gre.template next<Ipv6>());
    note_found<6>(gre.template next<Ethernet>());
  }
};

struct VxlanWalk {
  constexpr void operator()(auto, auto ethernet) const {
    auto ip = ethernet.template next<Ipv4>();
    if (!ip) return;
    auto udp = ip.template next<Udp>();
    if (!udp || udp->destination != Vxlan::port) return;
    auto vxlan = udp.template payload<Vxlan>();
    note_found<0>(vxlan);
    if (!vxlan) return;
    auto inner = vxlan.template next<Ethernet>();
    note_found<1>(inner);
    if (!inner) return;
    note_found<2>(inner.template next<Ipv4>());
  }
};

struct GeneveWalk {
  constexpr void operator()(auto, auto ethernet) const {
    auto ip = ethernet.template next<Ipv4>();
    if (!ip) return;
    auto udp = ip.template next<Udp>();
    if (!udp || udp->destination != Geneve::port) return;
    auto geneve = udp.template payload<Geneve>();
    note_found<0>(geneve);
    if (!geneve) return;
    note_found<1>(geneve.template option<GeneveWords<0x0102, 0x80, 1>>());
    note_found<2>(geneve.template option<GeneveWords<0x0103, 0x01, 2>>());
    note_found<3>(geneve.template next<Ethernet>());
  }
};

struct MplsWalk {
  constexpr void operator()(auto, auto ethernet) const {
    auto top = ethernet.template next<Mpls>();
    note_found<0>(top);
    if (!top) return;
    auto bottom = bottom_label(top);
    note_found<1>(bottom);
    if (bottom) note_found<2>(bottom.template payload<Ipv4>());
  }
};

struct DnsWalk {
  constexpr void operator()(auto, auto ethernet) const {
    if (auto ipv4 = ethernet.template next<Ipv4>())
      walk(ipv4.template next<Udp>());
    else if (auto ipv6 = ethernet.template next<Ipv6>())
      walk(ipv6.template next<Udp>());
  }

 private:
  static constexpr void walk(auto udp) {
    if (!udp || (udp->source != Dns::port && udp->destination != Dns::port)) return;
    auto dns = udp.template payload<Dns>();
    note_found<0>(dns);
    if (!dns) return;
    if (auto question = read_question(dns)) note<1>(*question);
  }
};

struct DnsTcpWalk {
  constexpr void operator()(auto, auto ethernet) const {
    auto ip = ethernet.template next<Ipv4>();
    if (!ip) return;
    auto tcp = ip.template next<Tcp>();
    if (!tcp || (tcp->source != Dns::port && tcp->destination != Dns::port)) return;
    auto length = tcp.template payload<DnsLength>();
    note_found<0>(length);
    if (!length) return;
    auto dns = length.template next<Dns>();
    note_found<1>(dns);
    if (!dns) return;
    if (auto question = read_question(dns)) note<2>(*question);
  }
};

struct TlsWalk {
  constexpr void operator()(auto, auto ethernet) const {
    auto ip = ethernet.template next<Ipv4>();
    if (!ip) return;
    auto tcp = ip.template next<Tcp>();
    if (!tcp || tcp->destination != 443) return;
    auto hello = tcp.template payload<TlsClientHello>();
    if (!hello || !hello->is_client_hello()) return;
    note<0>(*hello);
    if (auto name = read_server_name(hello)) note<1>(*name);
  }
};

/// The checksum of an IPv4 header.
struct Ipv4ChecksumWalk {
  constexpr void operator()(auto packet, auto ethernet) const {
    auto ip = ethernet.template next<Ipv4>();
    if (!ip) return;
    auto options = sum_bytes<OptionBytes, 40>(packet, sizeof(Ethernet) + sizeof(Ipv4),
                                              static_cast<std::uint32_t>(ip->options_length()));
    if (options) note<0>(ComputedChecksum{checksum_field<Ipv4>(checksum_of(*ip) + *options), ip->checksum});
  }
};

/// The checksum of what stands behind IPv4 without options, or IPv6 without extension headers.
template <class Ip, class Header>
struct ChecksumWalk {
  constexpr void operator()(auto packet, auto ethernet) const {
    auto ip = ethernet.template next<Ip>();
    if (!ip) return;
    auto header = ip.template next<Header>();
    if (!header) return;
    const std::uint32_t length = length_behind(*ip);
    constexpr std::uint32_t behind = sizeof(Ethernet) + sizeof(Ip) + sizeof(Header);
    if (length < sizeof(Header)) return;
    auto rest = sum_bytes<PayloadBytes, 1504>(packet, behind, length - sizeof(Header));
    if (!rest) return;
    const auto sum =
        pseudo_header(*ip, Header::ip_protocol, static_cast<std::uint16_t>(length)) + checksum_of(*header) + *rest;
    if constexpr (std::same_as<Header, Tcp>)  // whose options are among the rest
      note<0>(ComputedChecksum{checksum_field<Tcp>(sum + ChecksumParts<OptionBytes>::of(0)), header->checksum});
    else
      note<0>(ComputedChecksum{checksum_field<Header>(sum), header->checksum});
  }

 private:
  static constexpr std::uint32_t length_behind(const Ipv4& ip) {
    return ip.ihl() == 5 && ip.total_length >= sizeof(Ipv4) ? ip.total_length.value() - sizeof(Ipv4) : 0;
  }
  static constexpr std::uint32_t length_behind(const Ipv6& ip) { return ip.payload_length.value(); }
};

/// EBPFXX_WALK(name, capture, Walk): by views in frames of XDP, by copies in socket buffers.
#define EBPFXX_WALK(name, capture, ...)                                                     \
  inline constexpr Program<Xdp> name##_by_views = [](Xdp::Packet packet) {                  \
    if (auto ethernet = ethernet_of<false>(packet)) __VA_ARGS__{}(packet, ethernet);        \
    return Xdp::Verdict::Pass;                                                              \
  };                                                                                        \
  inline constexpr Program<Tc::Ingress> name##_by_copies = [](Tc::Ingress::Packet packet) { \
    if (auto ethernet = ethernet_of<true>(packet)) __VA_ARGS__{}(packet, ethernet);         \
    return Tc::Ingress::Verdict::Ok;                                                        \
  };
#include "walks.inc"
#undef EBPFXX_WALK

}  // namespace ebpfxx_test
