#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <ebpfxx/language.hpp>
#include <ebpfxx/protocols.hpp>

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
  if constexpr (requires { found.could_not_tell(); })
    if (found.could_not_tell()) return;
  if (found) note<Slot>(*found);
}

/// The header at the start of a frame.
template <bool Copies, class Packet>
constexpr auto ethernet_of(Packet packet) {
  if constexpr (Copies)
    return packet.template load<Ethernet>(0);
  else
    return parse<Ethernet>(packet);
}

// Each is called with a tested Ethernet header, a view or a copy.

struct VlanWalk {
  constexpr void operator()(auto, auto ethernet) const {
    if (auto outer = next<Vlan>(ethernet)) {
      note<0>(*outer);
      note_found<1>(next<Vlan>(outer));
    }
    auto carried = skip_vlan_tags(ethernet);
    if (carried.could_not_tell()) return;
    note_found<2>(carried.template as<Ipv4>());
    note_found<3>(carried.template as<Ipv6>());
    note_found<4>(carried.template as<Arp>());
  }
};

struct ArpWalk {
  constexpr void operator()(auto, auto ethernet) const { note_found<0>(next<Arp>(ethernet)); }
};

struct Ipv6ExtensionWalk {
  constexpr void operator()(auto, auto ethernet) const {
    auto ip = next<Ipv6>(ethernet);
    note_found<0>(ip);
    if (!ip) return;
    if (auto header = next<Ipv6HopByHop>(ip)) {
      note<1>(*header);
      note_found<6>(option<Ipv6RouterAlert>(header));
    }
    note_found<2>(next<Ipv6Routing>(ip));
    note_found<3>(next<Ipv6Fragment>(ip));
    note_found<4>(next<Ah>(ip));
    note_found<5>(next<Ipv6DestinationOptions>(ip));
    auto carried = skip_extension_headers(ip);
    if (carried.could_not_tell()) return;
    note_found<7>(carried.template as<Icmpv6>());
    note_found<8>(carried.template as<Udp>());
  }
};

struct Icmpv6Walk {
  constexpr void operator()(auto, auto ethernet) const {
    auto ip = next<Ipv6>(ethernet);
    if (!ip) return;
    auto carried = skip_extension_headers(ip);
    if (carried.could_not_tell()) return;
    note_found<0>(carried.template as<Icmpv6>());
    if (auto solicitation = carried.template as<NeighborSolicitation>()) {
      note<1>(*solicitation);
      note_found<5>(option<SourceLinkAddress>(solicitation));
    } else if (auto advertisement = carried.template as<NeighborAdvertisement>()) {
      note<2>(*advertisement);
      note_found<5>(option<TargetLinkAddress>(advertisement));
    } else if (auto host = carried.template as<RouterSolicitation>()) {
      note<4>(*host);
      note_found<5>(option<SourceLinkAddress>(host));
    } else if (auto router = carried.template as<RouterAdvertisement>()) {
      note<3>(*router);
      note_found<5>(option<SourceLinkAddress>(router));
      note_found<6>(option<PrefixInformation>(router));
      note_found<7>(option<LinkMtu>(router));
    }
  }
};

struct Ipv4OptionsWalk {
  constexpr void operator()(auto, auto ethernet) const {
    auto ip = next<Ipv4>(ethernet);
    note_found<0>(ip);
    if (!ip) return;
    for (const auto option : ip.options()) {
      if (option.could_not_tell()) break;
      if (option.kind() == Ipv4OptionKind::RecordRoute) note_found<5>(option.template at<Ipv4Address, 3>());
    }
    note_found<1>(option<Ipv4RecordRoute>(ip));
    note_found<2>(option<Ipv4Timestamp>(ip));
    note_found<3>(option<Ipv4RouterAlert>(ip));
    note_found<4>(option<Ipv4LooseSourceRoute>(ip));
  }
};

struct TcpOptionsWalk {
  constexpr void operator()(auto, auto ethernet) const {
    auto ip = next<Ipv4>(ethernet);
    if (!ip) return;
    auto tcp = next<Tcp>(ip);
    note_found<0>(tcp);
    if (!tcp) return;
    note_found<1>(option<TcpMaximumSegmentSize>(tcp));
    note_found<2>(option<TcpWindowScale>(tcp));
    note_found<3>(option<TcpSackPermitted>(tcp));
    note_found<4>(option<TcpTimestamps>(tcp));
    note_found<5>(option<TcpSack>(tcp));
  }
};

struct GreWalk {
  constexpr void operator()(auto, auto ethernet) const {
    auto ip = next<Ipv4>(ethernet);
    if (!ip) return;
    auto gre = next<Gre>(ip);
    note_found<0>(gre);
    if (!gre) return;
    note_found<1>(part<GreChecksum>(gre));
    note_found<2>(part<GreKey>(gre));
    note_found<3>(part<GreSequence>(gre));
    note_found<4>(next<Ipv4>(gre));
    note_found<5>(next<Ipv6>(gre));
    note_found<6>(next<Ethernet>(gre));
  }
};

struct VxlanWalk {
  constexpr void operator()(auto, auto ethernet) const {
    auto ip = next<Ipv4>(ethernet);
    if (!ip) return;
    auto udp = next<Udp>(ip);
    if (!udp || udp->destination != Vxlan::port) return;
    auto vxlan = payload<Vxlan>(udp);
    note_found<0>(vxlan);
    if (!vxlan) return;
    auto inner = next<Ethernet>(vxlan);
    note_found<1>(inner);
    if (!inner) return;
    note_found<2>(next<Ipv4>(inner));
  }
};

struct GeneveWalk {
  constexpr void operator()(auto, auto ethernet) const {
    auto ip = next<Ipv4>(ethernet);
    if (!ip) return;
    auto udp = next<Udp>(ip);
    if (!udp || udp->destination != Geneve::port) return;
    auto geneve = payload<Geneve>(udp);
    note_found<0>(geneve);
    if (!geneve) return;
    note_found<1>(option<GeneveWords<0x0102, 0x80, 1>>(geneve));
    note_found<2>(option<GeneveWords<0x0103, 0x01, 2>>(geneve));
    note_found<3>(next<Ethernet>(geneve));
  }
};

struct MplsWalk {
  constexpr void operator()(auto, auto ethernet) const {
    auto top = next<Mpls>(ethernet);
    note_found<0>(top);
    if (!top) return;
    auto bottom = bottom_label(top);
    note_found<1>(bottom);
    if (!bottom.could_not_tell()) note_found<2>(payload<Ipv4>(bottom));
  }
};

struct DnsWalk {
  constexpr void operator()(auto, auto ethernet) const {
    if (auto ipv4 = next<Ipv4>(ethernet))
      walk(next<Udp>(ipv4));
    else if (auto ipv6 = next<Ipv6>(ethernet))
      walk(next<Udp>(ipv6));
  }

 private:
  static constexpr void walk(auto udp) {
    if (!udp || (udp->source != Dns::port && udp->destination != Dns::port)) return;
    auto dns = payload<Dns>(udp);
    note_found<0>(dns);
    if (!dns) return;
    note_found<1>(read_question<64>(dns));
  }
};

struct DnsTcpWalk {
  constexpr void operator()(auto, auto ethernet) const {
    auto ip = next<Ipv4>(ethernet);
    if (!ip) return;
    auto tcp = next<Tcp>(ip);
    if (!tcp || (tcp->source != Dns::port && tcp->destination != Dns::port)) return;
    auto length = payload<DnsLength>(tcp);
    note_found<0>(length);
    if (!length) return;
    auto dns = next<Dns>(length);
    note_found<1>(dns);
    if (!dns) return;
    note_found<2>(read_question<64>(dns));
  }
};

struct TlsWalk {
  constexpr void operator()(auto, auto ethernet) const {
    auto ip = next<Ipv4>(ethernet);
    if (!ip) return;
    auto tcp = next<Tcp>(ip);
    if (!tcp || tcp->destination != 443) return;
    auto hello = payload<TlsClientHello>(tcp);
    if (!hello || !hello->is_client_hello()) return;
    note<0>(*hello);
    note_found<1>(read_server_name<64>(hello));
  }
};

/// The checksum of an IPv4 header.
struct Ipv4ChecksumWalk {
  constexpr void operator()(auto packet, auto ethernet) const {
    auto ip = next<Ipv4>(ethernet);
    if (!ip) return;
    auto options = sum_bytes<OptionBytes, 40>(packet, sizeof(Ethernet) + sizeof(Ipv4),
                                              static_cast<std::uint32_t>(ip->options_length()));
    if (options) note<0>(ComputedChecksum{checksum_field<Ipv4>(checksum_of(*ip) + *options), ip->checksum});
  }
};

/// The checksum of what follows IPv4 without options, or IPv6 without extension headers.
template <class Ip, class Header>
struct ChecksumWalk {
  constexpr void operator()(auto packet, auto ethernet) const {
    auto ip = next<Ip>(ethernet);
    if (!ip) return;
    auto header = next<Header>(ip);
    if (!header) return;
    const std::uint32_t length = length_behind(*ip);
    constexpr std::uint32_t behind = sizeof(Ethernet) + sizeof(Ip) + sizeof(Header);
    if (length < sizeof(Header)) return;
    auto rest = sum_bytes<PayloadBytes, 1504>(packet, behind, length - sizeof(Header));
    if (!rest) return;
    const auto sum =
        pseudo_header(*ip, Header::ip_protocol, static_cast<std::uint16_t>(length)) + checksum_of(*header) + *rest;
    note<0>(ComputedChecksum{checksum_field<Header>(sum), header->checksum});  // options are among the rest
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
