// What makes packets longer and shorter, in constant evaluation: with the room that there is.
#include <doctest/doctest.h>

#include <cstdint>

#include <ebpfxx/language.hpp>
#include <ebpfxx/protocols.hpp>

using namespace ebpfxx;

namespace {

constexpr auto datagram =
    ipv4({.source = "10.0.0.2", .destination = "10.0.0.3"}) / udp({.destination = 53}) / payload("12345678");
constexpr auto size = packet_bytes(datagram).size();

template <std::uint32_t Bytes>
constexpr Program<Lwt::Xmit> with_link_header = [](Lwt::Xmit::Packet packet) {
  using enum Lwt::Xmit::Verdict;
  const Ethernet header{.ether_type = EtherType::Ipv4};
  if (!packet.change_head(Bytes) || packet.length() != size + Bytes) return Drop;
  return packet.store(0, header) ? packet.redirect(4, InterfaceSide::Ingress) : Drop;
};
TEST_CASE("a link header, and a redirect" * doctest::test_suite("Lwt::Xmit")) {
  constexpr auto outcome = run(with_link_header<14>, datagram);
  static_assert(outcome == Lwt::Xmit::Verdict::Redirect && outcome.context.redirected_ifindex == 4);
  static_assert(outcome.packet == packet_bytes(ethernet() / datagram) &&
                outcome.context.redirect_flags == BPF_F_INGRESS);
  static_assert(run(with_link_header<64>, datagram) == Lwt::Xmit::Verdict::Redirect);
  static_assert(run(with_link_header<65>, datagram) == Lwt::Xmit::Verdict::Drop);
  static_assert(run(with_link_header<65>, datagram).packet == packet_bytes(datagram));
}

template <class Hook, std::uint32_t Length>
constexpr Program<Hook> to_length =
    [](typename Hook::Packet packet) { return packet.change_tail(Length) ? Hook::Verdict::Ok : Hook::Verdict::Drop; };
constexpr auto frame = ethernet() / datagram;
TEST_CASE("the end of a packet" * doctest::test_suite("Lwt::Xmit, Tc::Egress")) {
  constexpr auto headers = ipv4({.total_length = size, .source = "10.0.0.2", .destination = "10.0.0.3"});
  constexpr auto cut = run(to_length<Lwt::Xmit, 20>, datagram, {.gso_segs = 2, .gso_size = 8});
  static_assert(cut == Lwt::Xmit::Verdict::Ok && cut.packet.size() == 20 && cut.context.len == 20);
  static_assert(cut.context.gso_size == 0 && cut.at<Ipv4>().total_length == packet_bytes(headers).size() + 16u);
  static_assert(run(to_length<Lwt::Xmit, size + 64>, datagram) == Lwt::Xmit::Verdict::Ok);
  static_assert(run(to_length<Lwt::Xmit, size + 65>, datagram) == Lwt::Xmit::Verdict::Drop);
  static_assert(run(to_length<Tc::Egress, 14>, frame) == Tc::Egress::Verdict::Ok);
  static_assert(run(to_length<Tc::Egress, 13>, frame) == Tc::Egress::Verdict::Drop);
  static_assert(run(to_length<Tc::Egress, 20>, frame, {.linear = 14}).packet.size() == 20);
}

template <std::int32_t Bytes, EncapsulationBehind Place>
constexpr Program<Tc::Egress> with_room = [](Tc::Egress::Packet packet) {
  return packet.adjust_room(Bytes, Place) ? Tc::Egress::Verdict::Ok : Tc::Egress::Verdict::Drop;
};
TEST_CASE("room behind a header" * doctest::test_suite("Tc::Egress")) {
  using enum EncapsulationBehind;
  static_assert(run(with_room<4, LinkHeader>, frame).packet ==
                packet_bytes(ethernet({.ether_type = EtherType::Ipv4}) / payload<4>() / datagram));
  constexpr auto behind_ip = run(with_room<8, IpHeader>, frame);
  static_assert(behind_ip.packet.size() == packet_bytes(frame).size() + 8 && behind_ip.at<Udp, 42>().destination == 53);
  static_assert(behind_ip.at<Udp, 34>().destination == 0u);
  static_assert(run(with_room<-8, IpHeader>, frame).packet.size() == 42);
  static_assert(run(with_room<-16, IpHeader>, frame) == Tc::Egress::Verdict::Ok);
  static_assert(run(with_room<-17, IpHeader>, frame) == Tc::Egress::Verdict::Drop);
  static_assert(run(with_room<64, IpHeader>, frame) == Tc::Egress::Verdict::Ok);
  static_assert(run(with_room<65, IpHeader>, frame) == Tc::Egress::Verdict::Drop);
  static_assert(run(with_room<4, LinkHeader>, ethernet({.ether_type = EtherType::Arp}) / payload<40>()) ==
                Tc::Egress::Verdict::Drop);
}

constexpr Program<Tc::Egress> for_tunnel = [](Tc::Egress::Packet packet) {
  using enum Tc::Egress::Verdict;
  if (!packet.adjust_room(48, EncapsulationBehind::LinkHeader, {.tunnel = EncapsulationHeaders::ipv6_udp()}))
    return Drop;
  // What there is a tunnel in gets no other one, and its end stays.
  if (packet.adjust_room(20, EncapsulationBehind::LinkHeader, {.tunnel = EncapsulationHeaders::ipv4()})) return Drop;
  return packet.protocol() == EtherType::Ipv6 && !packet.change_tail(packet.length()) ? Ok : Drop;
};
TEST_CASE("room for the headers of a tunnel" * doctest::test_suite("Tc::Egress")) {
  static_assert(run(for_tunnel, frame) == Tc::Egress::Verdict::Ok);
  static_assert(run(for_tunnel, frame).context.transport_offset == 54);
  static_assert(run(for_tunnel, frame).packet ==
                packet_bytes(ethernet({.ether_type = EtherType::Ipv4}) / payload<48>() / datagram));
  static_assert(EncapsulationOptions{}.flags() == 0 &&
                EncapsulationOptions{.fixed_gso = true}.flags() == BPF_F_ADJ_ROOM_FIXED_GSO);
  static_assert(EncapsulationOptions{.keep_checksum = true}.flags() == BPF_F_ADJ_ROOM_NO_CSUM_RESET);
  static_assert(EncapsulationHeaders::ipv4_gre(14).flags() ==
                (BPF_F_ADJ_ROOM_ENCAP_L3_IPV4 | BPF_F_ADJ_ROOM_ENCAP_L4_GRE | BPF_F_ADJ_ROOM_ENCAP_L2(14)));
  static_assert(EncapsulationHeaders::ipv6_udp(255).flags() ==
                (BPF_F_ADJ_ROOM_ENCAP_L3_IPV6 | BPF_F_ADJ_ROOM_ENCAP_L4_UDP | BPF_F_ADJ_ROOM_ENCAP_L2(255)));
}

constexpr Ipv4 far{.destination = "10.0.0.4"};
constexpr Program<Lwt::Xmit> in_gre = [](Lwt::Xmit::Packet packet) {
  using enum Lwt::Xmit::Verdict;
  const bool done =
      packet.push_encap(ipv4(far) / gre({.flags_and_version = std::uint16_t{Gre::HasKey}}, options({0, 0, 0, 7})));
  return done && packet.protocol() == EtherType::Ipv4 && !packet.change_tail(packet.length()) ? Reroute : Drop;
};
constexpr Program<Lwt::In> in_ip = [](Lwt::In::Packet packet) {
  return packet.push_encap(ipv4(far, options({0x94, 4, 0, 0}))) ? Lwt::In::Verdict::Reroute : Lwt::In::Verdict::Drop;
};
constexpr Program<Lwt::Xmit> in_two = [](Lwt::Xmit::Packet packet) {
  using enum Lwt::Xmit::Verdict;
  return packet.push_encap(ipv4({.ttl = 3}) / ipv4(far)) && packet.protocol() == EtherType::Ipv4 ? Reroute : Drop;
};
constexpr Program<Lwt::Xmit> in_ip_exactly = [](Lwt::Xmit::Packet packet) {
  using enum Lwt::Xmit::Verdict;
  return packet.push_encap(exactly(Ipv4{.total_length = 1})) ? Reroute : Drop;
};
TEST_CASE("headers of a tunnel" * doctest::test_suite("Lwt::In, Lwt::Xmit")) {
  constexpr auto key = gre({.flags_and_version = std::uint16_t{Gre::HasKey}}, options({0, 0, 0, 7}));
  static_assert(run(in_gre, datagram) == Lwt::Xmit::Verdict::Reroute);
  static_assert(run(in_gre, datagram).packet == packet_bytes(ipv4(far) / key / datagram));
  constexpr auto six = ipv6() / payload<2>();
  static_assert(run(in_gre, six).packet == packet_bytes(ipv4(far) / key / six));
  static_assert(run(in_ip, datagram).packet == packet_bytes(ipv4(far, options({0x94, 4, 0, 0})) / datagram));
  static_assert(run(in_ip, six).packet == packet_bytes(ipv4(far, options({0x94, 4, 0, 0})) / six));
  static_assert(run(in_ip, datagram, {.linear = 1, .hash = 5}).context.hash == 0);
  static_assert(run(in_two, datagram).packet == packet_bytes(ipv4({.ttl = 3}) / ipv4(far) / datagram));
  constexpr auto exact = run(in_ip_exactly, datagram);
  static_assert(exact.at<Ipv4>().total_length == 1u && exact.at<Ipv4>().protocol == IpProtocol::NoNext);
  static_assert(exact.at<Ipv4>().checksum != 0u);
}

template <class Packet>
concept ChangesHead = requires(const Packet& packet) { packet.change_head(14); };
template <class Packet>
concept AdjustsRoom = requires(const Packet& packet) { packet.adjust_room(4, EncapsulationBehind::LinkHeader); };
template <class Packet>
concept PushesHeaders = requires(const Packet& packet) { packet.push_encap(ipv4()); };
template <class Packet>
concept PushesUdp = requires(const Packet& packet) { packet.push_encap(ipv4() / udp()); };
template <class Packet>
concept Redirects = requires(const Packet& packet) { packet.redirect(1); };
TEST_CASE("which hook may what" * doctest::test_suite("Lwt::In, Lwt::Out, Lwt::Xmit, Tc::Ingress")) {
  static_assert(ChangesHead<Lwt::Xmit::Packet> && ChangesHead<Tc::Ingress::Packet> && !ChangesHead<Lwt::In::Packet>);
  static_assert(AdjustsRoom<Tc::Ingress::Packet> && !AdjustsRoom<Lwt::Xmit::Packet>);
  static_assert(PushesHeaders<Lwt::In::Packet> && PushesHeaders<Lwt::Xmit::Packet> && !PushesHeaders<Lwt::Out::Packet>);
  static_assert(!PushesUdp<Lwt::Xmit::Packet>);
  static_assert(Redirects<Lwt::Xmit::Packet> && !Redirects<Lwt::In::Packet> && !Redirects<Lwt::Out::Packet>);
}

}  // namespace
