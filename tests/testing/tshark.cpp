// Packets of every protocol that is described, built and given to tshark: it finds the same protocols in them, right
// lengths and checksums, and nothing that is malformed.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ebpfxx/language.hpp>
#include <ebpfxx/protocols.hpp>
#include <ebpfxx/testing/doctest.hpp>
#include <ebpfxx/testing/pcap.hpp>
#include <filesystem>
#include <string>
#include <vector>

using namespace ebpfxx;

namespace {

struct Built {
  CapturedPacket packet;
  std::string protocols;  ///< as tshark calls them
};

/// What tshark says of each packet: its protocols, and what is wrong with it.
std::vector<std::string> said_by_tshark(const std::vector<CapturedPacket>& packets) {
  std::string folder = std::filesystem::temp_directory_path() / "ebpfxx-built-XXXXXX";
  REQUIRE(mkdtemp(folder.data()) != nullptr);
  const std::string capture = folder + "/built.pcap";
  write_pcap(capture, packets, PcapLink::Ethernet);
  const std::string command = "tshark -n -r " + capture +
                              " -o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE"
                              " -T fields -e frame.protocols -e _ws.malformed -e ip.checksum.status"
                              " -e tcp.checksum.status -e udp.checksum.status -e icmp.checksum.status"
                              " -e icmpv6.checksum.status 2>/dev/null";
  std::FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::vector<std::string> lines;
  std::array<char, 1000> line{};
  while (std::fgets(line.data(), line.size(), pipe) != nullptr) lines.emplace_back(line.data());
  pclose(pipe);
  std::filesystem::remove_all(folder);
  return lines;
}

/// Whether something is malformed, or has a wrong checksum. 1: right; 2: not checked, as by default of what is inside
/// of tunnels; 3: there is none; 0: wrong.
bool is_wrong(const std::string& line) {
  const std::string rest = line.substr(line.find('\t'));
  return rest.find("alformed") != std::string::npos || rest.find('0') != std::string::npos;
}

const Ethernet frame{.destination = "02:00:00:00:00:02", .source = "02:00:00:00:00:01"};
const Ipv4 to_peer{.source = "10.0.0.2", .destination = "10.0.0.3"};
const Ipv6 to_peer6{.source = "fd00::2", .destination = "fd00::3"};
constexpr auto data = payload("hello");

template <class Stack>
Built built(const Stack& stack, const char* protocols) {
  return {captured(ethernet(frame) / stack), std::string("eth:ethertype:") + protocols};
}

}  // namespace

TEST_CASE("tshark finds in built packets what was built") {
  const std::vector<Built> packets{
      built(ipv4(to_peer) / tcp({.source = 40000, .destination = 40001}) / data, "ip:tcp:data"),
      built(ipv4(to_peer, options(Ipv4RouterAlert{})) /
                tcp({.source = 40000, .destination = 40001, .flags = Tcp::Syn},
                    options(TcpMaximumSegmentSize{.bytes = 1460}, TcpSackPermitted{}, TcpWindowScale{.shift = 7})),
            "ip:tcp"),
      built(ipv4(to_peer) / udp({.source = 40000, .destination = 40001}) / data, "ip:udp:data"),
      built(ipv4(to_peer) / icmp({.id = 1, .sequence = 2}) / data, "ip:icmp:data"),
      built(ipv6(to_peer6) / udp({.source = 40000, .destination = 40001}) / data, "ipv6:udp:data"),
      built(ipv6(to_peer6) / icmpv6({.id = 1, .sequence = 2}) / data, "ipv6:icmpv6:data"),
      built(vlan({.control_information = 5}) / ipv4(to_peer) / tcp({.source = 40000, .destination = 40001}),
            "vlan:ethertype:ip:tcp"),
      built(mpls(Mpls::of(100)) / mpls(Mpls::of(200)) / ipv4(to_peer) / udp({.source = 40000, .destination = 40001}),
            "mpls:ip:udp"),
      built(arp({.sender_hardware = "02:00:00:00:00:01", .sender_protocol = "10.0.0.2", .target_protocol = "10.0.0.3"}),
            "arp"),
      built(ipv4(to_peer) / gre({}, GreKey{.key = 7}, GreSequence{.sequence = 1}) / ipv4(to_peer) /
                udp({.source = 40000, .destination = 40001}) / data,
            "ip:gre:ip:udp:data"),
      built(ipv4(to_peer) / udp({.source = 40000, .destination = Vxlan::port}) / vxlan({.network = 42}) /
                ethernet(frame) / ipv4(to_peer) / tcp({.source = 40000, .destination = 40001}),
            "ip:udp:vxlan:eth:ethertype:ip:tcp"),
      built(ipv4(to_peer) / udp({.source = 40000, .destination = Geneve::port}) /
                geneve({.network = 42}, options({1, 2, 0x80, 1, 0, 0, 0, 7})) / ethernet(frame) / ipv6(to_peer6) /
                udp({.source = 40000, .destination = 40001}),
            "ip:udp:geneve:eth:ethertype:ipv6:udp"),
      built(ipv6(to_peer6) / ipv6_hop_by_hop({}, ipv6_options(Ipv6RouterAlert{})) / ipv6_destination_options() /
                udp({.source = 40000, .destination = 40001}) / data,
            "ipv6:ipv6.hopopts:ipv6.dstopts:udp:data"),
      built(ipv6(to_peer6) / ipv6_fragment({.id = 7}) / udp({.source = 40000, .destination = 40001}) / data,
            "ipv6:ipv6.fraghdr:udp:data"),
      built(ipv6(to_peer6) /
                segment_routing({.segments_left = 1}, segments(std::array<Ipv6Address, 2>{"fd00::9", "fd00::3"})) /
                tcp({.source = 40000, .destination = 40001}) / data,
            "ipv6:ipv6.routing:tcp:data"),
      built(ipv6({.hop_limit = 255, .source = "fd00::2", .destination = "ff02::1:ff00:3"}) /
                neighbor_solicitation({.target = "fd00::3"}) / layer(SourceLinkAddress{.address = "02:00:00:00:00:01"}),
            "ipv6:icmpv6"),
      built(ipv6({.hop_limit = 255, .source = "fe80::2", .destination = "ff02::1"}) /
                router_advertisement({.hop_limit = 64, .lifetime = 1800}) /
                layer(PrefixInformation{.prefix_length = 64, .flags = 0xc0, .prefix = "fd00::"}) /
                layer(LinkMtu{.mtu = 1400}),
            "ipv6:icmpv6"),
      built(ipv4(to_peer) / udp({.source = 40000, .destination = 53}) / dns({.id = 7, .questions = 1}) /
                payload("\1a\3org\0\0\1\0\1"),
            "ip:udp:dns"),
      built(ipv4(to_peer) / tcp({.source = 40000, .destination = 53, .flags = Tcp::Psh | Tcp::Ack}) / dns_length() /
                dns({.id = 7, .questions = 1}) / payload("\1a\3org\0\0\1\0\1"),
            "ip:tcp:dns"),
      built(ipv4(to_peer) / ah() / tcp({.source = 40000, .destination = 40001}) / data, "ip:ah:tcp:data"),
  };

  std::vector<CapturedPacket> capture;
  for (const Built& each : packets) capture.push_back(each.packet);
  const auto lines = said_by_tshark(capture);

  REQUIRE(lines.size() == packets.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    CAPTURE(lines[i]);
    CHECK(lines[i].substr(0, lines[i].find('\t')) == packets[i].protocols);
    CHECK(!is_wrong(lines[i]));
  }
}

TEST_CASE("tshark finds what is wrong") {
  const auto lines = said_by_tshark({
      captured(ethernet(frame) / ipv4(to_peer) / tcp({.checksum = 1})),
      captured(ethernet(frame) / ipv4({.checksum = 1}) / tcp()),
      captured(ethernet(frame) / ipv6(to_peer6) / icmpv6({.checksum = 1})),
      captured(ethernet(frame) / ipv4(to_peer) / payload<8>()),
  });
  REQUIRE(lines.size() == 4);
  CHECK(is_wrong(lines[0]));
  CHECK(is_wrong(lines[1]));
  CHECK(is_wrong(lines[2]));
  CHECK(!is_wrong(lines[3]));
}
