// How verdicts and packets are written.
#include <ebpfxx/context/seg6.hpp>
#include <ebpfxx/language.hpp>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/protocols.hpp>
#include <ebpfxx/testing/doctest.hpp>
#include <span>
#include <string>
#include <vector>

#include "captures.hpp"

using namespace ebpfxx;

namespace {

template <class Verdict>
std::string said(Verdict verdict) {
  using doctest::toString;
  return toString(verdict).c_str();
}

template <class Source>
std::string lines_of(const Source& source, PacketStart start) {
  return packet_text(packet_bytes(source), start);
}

}  // namespace

TEST_CASE("every verdict has its name") {
  CHECK(said(Lwt::In::Verdict::Ok) == "Ok");
  CHECK(said(Lwt::In::Verdict::Reroute) == "Reroute");
  CHECK(said(Lwt::Out::Verdict::Drop) == "Drop");
  CHECK(said(Lwt::Xmit::Verdict::Redirect) == "Redirect");
  CHECK(said(Lwt::Seg6Local::Verdict::Drop) == "Drop");
  CHECK(said(Xdp::Verdict::Aborted) == "Aborted");
  CHECK(said(Xdp::Verdict::Tx) == "Tx");
  CHECK(said(Xdp::Fragments::Verdict::Redirect) == "Redirect");
  CHECK(said(Tc::Ingress::Verdict::Ok) == "Ok");
  CHECK(said(Tc::Egress::Verdict::Unspecified) == "Unspecified");
  CHECK(said(Cgroup::Connect6::Verdict::Deny) == "Deny");
  CHECK(said(SocketFilter::Keep::All) == "All");
  CHECK(said(SocketFilter::Drop) == "Drop");
  CHECK(said(SocketFilter::Keep{1}) == "1 byte");
  CHECK(said(static_cast<Lwt::In::Verdict>(5)) == "5");
  CHECK(said(static_cast<Lwt::In::Verdict>(77)) == "77");
}

TEST_CASE("addresses are compared with text") {
  Ipv4 ip{.source = "10.0.0.2"};
  const Ipv6 ip6{.destination = "fd00::3"};
  CHECK(ip.source == "10.0.0.2");
  CHECK(ip.source != "10.0.0.3");
  CHECK_FALSE(ip.source == "10.0.0.3");
  CHECK(ip6.destination == "fd00::3");
  CHECK(ip6.destination != "fd00::");
  CHECK(Ethernet{.destination = "02:00:00:00:00:01"}.destination == "02:00:00:00:00:01");
  CHECK(ip.source == Ipv4Address("10.0.0.2"));
}

TEST_CASE("a packet is a line for each header") {
  CHECK(lines_of(ipv4() / udp({.source = 53}) / payload("odd"), PacketStart::Ip) ==
        "31 bytes\n"
        "  ipv4: version 4, ihl 5, type of service 0x00, total length 31, id 0, fragment offset 0, ttl 64, protocol "
        "udp, checksum 0x7acf, source 0.0.0.0, destination 0.0.0.0\n"
        "  udp: source 53, destination 0, length 11, checksum 0x2c3f\n"
        "  payload: 3 bytes, 6f 64 64");
  CHECK(lines_of(payload("A"), PacketStart::Unknown) == "1 byte\n  payload: 1 byte, 41");
  CHECK(lines_of(payload<0>(), PacketStart::Ethernet) == "0 bytes\n  ethernet: cut off after 0 bytes");
  CHECK(lines_of(payload<33>(), PacketStart::Unknown).ends_with(" 00 ..."));
  CHECK(lines_of(payload<32>(), PacketStart::Unknown).ends_with(" 00"));
}

TEST_CASE("headers are followed as far as each says what comes next") {
  const auto names_in = [](const std::string& text) {
    std::string names;
    for (std::size_t at = text.find("\n  "); at != std::string::npos; at = text.find("\n  ", at + 1))
      names += text.substr(at + 3, text.find(':', at) - at - 3) + ";";
    return names;
  };
  const auto names = [&](const auto& source, PacketStart start = PacketStart::Ethernet) {
    return names_in(lines_of(source, start));
  };
  CHECK(names(ethernet() / vlan() / vlan() / arp()) == "ethernet;vlan;vlan;arp;");
  CHECK(names(ethernet() / mpls() / mpls() / ipv6() / icmpv6()) == "ethernet;mpls;mpls;ipv6;icmpv6;");
  CHECK(names(ipv4({}, options({1, 1})) / tcp({}, options({1})), PacketStart::Ip) ==
        "ipv4;ipv4 options;tcp;tcp options;");
  CHECK(names(ipv4() / gre() / ethernet() / ipv4() / icmp(), PacketStart::Ip) == "ipv4;gre;ethernet;ipv4;icmp;");
  CHECK(names(ipv4() / udp({.destination = Vxlan::port}) / vxlan() / ethernet() / ipv6(), PacketStart::Ip) ==
        "ipv4;udp;vxlan;ethernet;ipv6;");
  CHECK(names(ipv4() / udp({.destination = Geneve::port}) / geneve({}, options({1, 2, 0, 0})) / ipv4(),
              PacketStart::Ip) == "ipv4;udp;geneve;geneve options;ipv4;");
  CHECK(names(ipv6() / ipv6_fragment() / udp(), PacketStart::Ip) == "ipv6;fragment;udp;");
  CHECK(names(ipv4({.flags_and_fragment_offset = 1}) / udp(), PacketStart::Ip) == "ipv4;payload;");
}

TEST_CASE("a run of headers ends") {
  const std::vector<std::uint8_t> tags(65535, 0x81);  // VLAN's EtherType is 0x8100
  CHECK(packet_text(tags).size() < 10000);
  std::vector<std::uint8_t> vlans(65534);
  for (std::size_t i = 12; i < vlans.size(); i += 4) vlans[i] = 0x81;
  CHECK(packet_text(vlans).find("payload: 65396 bytes") != std::string::npos);
}

TEST_CASE("packets of real tools can be cut off everywhere") {
  for (const char* capture : {"arp", "dns_tcp", "geneve", "gre", "icmpv6", "ipv4_options", "ipv6_extension", "mpls",
                              "tcp_options", "vlan", "vxlan"})
    for (const auto& frame : ebpfxx_test::read_capture(std::string(EBPFXX_CORPUS "/") + capture + ".pcap")) {
      for (std::size_t size = 0; size < frame.size() && size < 200; ++size) {
        const std::vector<std::uint8_t> cut(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(size));
        const std::string text = packet_text(cut);
        REQUIRE(text.starts_with(std::to_string(size)));
      }
      REQUIRE(packet_text(frame).find("cut off") == std::string::npos);
    }
}
