/// What the native programs find in a capture, a line of JSON for each frame: headers by their slots, fields by their
/// descriptions' names.
///
///     corpus_fields vlan packets/vlan.pcap
#include <cstdint>
#include <cstring>
#include <exception>
#include <iostream>
#include <string>
#include <tuple>
#include <type_traits>

#include <ebpfxx/native/native.hpp>
#include <ebpfxx/protocols.hpp>

#include "captures.hpp"
#include "programs.hpp"

namespace {

using namespace ebpfxx_test;

template <class Value>
std::string text_of(const Value& value) {
  if constexpr (std::is_same_v<Value, bool> || std::is_integral_v<Value>)
    return std::to_string(std::uint64_t{value});
  else if constexpr (std::is_enum_v<Value>)
    return std::to_string(static_cast<std::underlying_type_t<Value>>(value));
  else if constexpr (requires { value.value(); } && !requires { to_text(value); })
    return text_of(value.value());
  else
    return '"' + to_text(value) + '"';
}

template <class Header>
Header header_in(const Sighting& sighting) {
  Header header;
  std::memcpy(&header, sighting.bytes.data(), sizeof header);
  return header;
}

/// `"name": value` pairs, by a header's description.
template <class Header>
std::string fields_of(const Sighting& sighting) {
  const Header header = header_in<Header>(sighting);
  std::string text;
  header_description<Header>.for_each_field([&](const auto& field) {
    text += (text.empty() ? "\"" : ", \"") + std::string(field.name) + "\": " + text_of(field.of(header));
  });
  return text;
}

std::string pair(const char* name, const auto& value) { return std::string("\"") + name + "\": " + text_of(value); }

template <class Header>
std::string described(const Sighting& sighting) {
  if constexpr (DescribedHeader<Header>) return fields_of<Header>(sighting);
  const Header value = header_in<Header>(sighting);
  if constexpr (std::is_same_v<Header, TcpMaximumSegmentSize>) return pair("bytes", value.bytes);
  if constexpr (std::is_same_v<Header, TcpWindowScale>) return pair("shift", value.shift);
  if constexpr (std::is_same_v<Header, TcpSackPermitted>) return pair("length", value.start.length);
  if constexpr (std::is_same_v<Header, TcpTimestamps>)
    return pair("value", value.value) + ", " + pair("echo reply", value.echo_reply);
  if constexpr (std::is_same_v<Header, TcpSack>)
    return pair("left", value.first.left) + ", " + pair("right", value.first.right);
  if constexpr (std::is_same_v<Header, Ipv4RecordRoute> || std::is_same_v<Header, Ipv4LooseSourceRoute>)
    return pair("pointer", value.pointer) + ", " + pair("length", value.start.length);
  if constexpr (std::is_same_v<Header, Ipv4Timestamp>)
    return pair("pointer", value.pointer) + ", " + pair("overflow and flag", value.overflow_and_flag);
  if constexpr (std::is_same_v<Header, Ipv4RouterAlert> || std::is_same_v<Header, Ipv6RouterAlert>)
    return pair("value", value.value);
  if constexpr (std::is_same_v<Header, Ipv4Address>) return pair("address", value);
  if constexpr (std::is_same_v<Header, SourceLinkAddress>) return pair("address", value.address);
  if constexpr (std::is_same_v<Header, PrefixInformation>)
    return pair("prefix length", value.prefix_length) + ", " + pair("valid lifetime", value.valid_lifetime) + ", " +
           pair("preferred lifetime", value.preferred_lifetime) + ", " + pair("prefix", value.prefix);
  if constexpr (std::is_same_v<Header, LinkMtu>) return pair("mtu", value.mtu);
  if constexpr (std::is_same_v<Header, GeneveWords<0x0102, 0x80, 1>>)
    return pair("class", value.start.option_class) + ", " + pair("type", value.start.type) + ", " +
           pair("word", value.words[0]);
  if constexpr (std::is_same_v<Header, GeneveWords<0x0103, 0x01, 2>>)
    return pair("class", value.start.option_class) + ", " + pair("type", value.start.type) + ", " +
           pair("word", value.words[1]);
  if constexpr (std::is_same_v<Header, DnsQuestion<64>>)
    return "\"name\": \"" + std::string(value.name.view()) + "\", " + pair("type", value.type) + ", " +
           pair("class", value.question_class);
  if constexpr (std::is_same_v<Header, HostName<64>>) return "\"name\": \"" + std::string(value.view()) + '"';
  if constexpr (std::is_same_v<Header, TlsClientHello>) return fields_of<TlsClientHello>(sighting);
  if constexpr (std::is_same_v<Header, ComputedChecksum>)
    return pair("computed", value.computed) + ", " + pair("carried", value.carried);
}

template <class... Headers>
struct Slots {
  static std::string text(const Sightings& all) {
    std::string text;
    std::size_t slot = 0;
    const auto add = [&]<class Header>(std::type_identity<Header>) {
      const Sighting& sighting = all.found[slot];
      if (sighting.there != 0)
        text += (text.empty() ? "\"" : ", \"") + std::to_string(slot) + "\": {" + described<Header>(sighting) + "}";
      ++slot;
    };
    (add(std::type_identity<Headers>{}), ...);
    return "{" + text + "}";
  }
};

// What is in the slots of each walk.
template <class Walk>
struct SlotsOf {
  using type = Slots<ComputedChecksum>;
};
template <class... Headers>
struct Of {
  using type = Slots<Headers...>;
};
template <>
struct SlotsOf<VlanWalk> : Of<Vlan, Vlan, Ipv4, Ipv6, Arp> {};
template <>
struct SlotsOf<ArpWalk> : Of<Arp> {};
template <>
struct SlotsOf<Ipv6ExtensionWalk>
    : Of<Ipv6, Ipv6HopByHop, Ipv6Routing, Ipv6Fragment, Ah, Ipv6DestinationOptions, Ipv6RouterAlert, Icmpv6, Udp> {};
template <>
struct SlotsOf<Icmpv6Walk> : Of<Icmpv6, NeighborSolicitation, NeighborAdvertisement, RouterAdvertisement,
                                RouterSolicitation, SourceLinkAddress, PrefixInformation, LinkMtu> {};
template <>
struct SlotsOf<Ipv4OptionsWalk>
    : Of<Ipv4, Ipv4RecordRoute, Ipv4Timestamp, Ipv4RouterAlert, Ipv4LooseSourceRoute, Ipv4Address> {};
template <>
struct SlotsOf<TcpOptionsWalk>
    : Of<Tcp, TcpMaximumSegmentSize, TcpWindowScale, TcpSackPermitted, TcpTimestamps, TcpSack> {};
template <>
struct SlotsOf<GreWalk> : Of<Gre, GreChecksum, GreKey, GreSequence, Ipv4, Ipv6, Ethernet> {};
template <>
struct SlotsOf<VxlanWalk> : Of<Vxlan, Ethernet, Ipv4> {};
template <>
struct SlotsOf<GeneveWalk> : Of<Geneve, GeneveWords<0x0102, 0x80, 1>, GeneveWords<0x0103, 0x01, 2>, Ethernet> {};
template <>
struct SlotsOf<MplsWalk> : Of<Mpls, Mpls, Ipv4> {};
template <>
struct SlotsOf<DnsWalk> : Of<Dns, DnsQuestion<64>> {};
template <>
struct SlotsOf<DnsTcpWalk> : Of<DnsLength, Dns, DnsQuestion<64>> {};
template <>
struct SlotsOf<TlsWalk> : Of<TlsClientHello, HostName<64>> {};

template <class Walk>
void print_fields(const Program<Xdp>& program, const std::string& file) {
  for (const Frame& frame : read_capture(file)) {
    Native native;
    native(program)(std::span<const std::uint8_t>(frame));
    std::cout << SlotsOf<Walk>::type::text(native[sightings][0]) << '\n';
  }
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 3) {
    std::cerr << "usage: corpus_fields WALK CAPTURE\n";
    return 2;
  }
  const std::string walk = argv[1];
#define EBPFXX_WALK(name, capture, ...) \
  if (walk == #name) return print_fields<__VA_ARGS__>(name##_by_views, argv[2]), 0;
#include "walks.inc"
#undef EBPFXX_WALK
  std::cerr << "no walk '" << walk << "'\n";
  return 2;
} catch (const std::exception& failure) {
  std::cerr << failure.what() << '\n';
  return 1;
}
