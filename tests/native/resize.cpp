// What makes packets longer and shorter, natively: packets in fragments, and the kernel's own limits.
#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

#include <ebpfxx/language.hpp>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/protocols.hpp>

using namespace ebpfxx;

namespace {

constexpr auto datagram = ipv4({.destination = "10.0.0.3"}) / udp({.destination = 53}) / payload("0123456789");
constexpr auto frame = ethernet() / datagram;
constexpr std::uint32_t size = packet_bytes(datagram).size();
constexpr Config<std::int32_t> number = 0;

constexpr Program<Lwt::Xmit> change_head = [](Lwt::Xmit::Packet packet) {
  return packet.change_head(static_cast<std::uint32_t>(std::int32_t{number})) ? packet.redirect(9)
                                                                              : Lwt::Xmit::Verdict::Drop;
};
constexpr Program<Lwt::Xmit> change_tail = [](Lwt::Xmit::Packet packet) {
  const bool done = packet.change_tail(static_cast<std::uint32_t>(std::int32_t{number}));
  return done && packet.bytes().require<12>() ? Lwt::Xmit::Verdict::Ok : Lwt::Xmit::Verdict::Drop;
};
constexpr Program<Tc::Egress> cut_behind_room = [](Tc::Egress::Packet packet) {
  using enum Tc::Egress::Verdict;
  std::int32_t room = number / 1000;
  if (room != 0 && !packet.adjust_room(room, EncapsulationBehind::LinkHeader)) return Unspecified;
  return packet.change_tail(static_cast<std::uint32_t>(std::int32_t{number} % 1000)) ? Ok : Drop;
};
constexpr Program<Tc::Egress> cut_behind_tag = [](Tc::Egress::Packet packet) {
  using enum Tc::Egress::Verdict;
  if (!packet.push_vlan({EtherType::Vlan, 7}) || !packet.push_vlan({EtherType::Vlan, 8})) return Unspecified;
  return packet.change_tail(static_cast<std::uint32_t>(std::int32_t{number})) ? Ok : Drop;
};
constexpr Program<Tc::Egress> adjust_room_fixed = [](Tc::Egress::Packet packet) {
  return packet.adjust_room(number, EncapsulationBehind::IpHeader, {.fixed_gso = true}) ? Tc::Egress::Verdict::Ok
                                                                                        : Tc::Egress::Verdict::Drop;
};
constexpr Program<Lwt::Xmit> encapsulate = [](Lwt::Xmit::Packet packet) {
  std::int32_t wanted = number;
  const bool done = wanted == 0   ? packet.push_encap(ipv4() / gre())
                    : wanted == 1 ? packet.push_encap(ipv6() / gre())
                    : wanted == 2 ? packet.push_encap(ipv4())
                    : wanted == 3 ? packet.push_encap(ipv4() / ipv6())
                                  : packet.push_encap(exactly(Ipv4{.protocol = IpProtocol::Gre}));
  return done ? Lwt::Xmit::Verdict::Reroute : Lwt::Xmit::Verdict::Drop;
};
constexpr Program<Tc::Egress> adjust_room = [](Tc::Egress::Packet packet) {
  return packet.adjust_room(number, EncapsulationBehind::IpHeader) ? Tc::Egress::Verdict::Ok
                                                                   : Tc::Egress::Verdict::Drop;
};
constexpr Program<Lwt::Xmit> tunnel = [](Lwt::Xmit::Packet packet) {
  for (int i = 0; i < 4; ++i)
    if (!packet.push_encap(ipv6({.destination = "fd00::4"}) / gre())) return Lwt::Xmit::Verdict::Drop;
  return Lwt::Xmit::Verdict::Reroute;
};

template <class Hook, class Source>
auto with_number(const Program<Hook>& program, std::int32_t wanted, const Source& source,
                 const typename Hook::Packet::Context& context = {}) {
  Native native;
  native[number] = wanted;
  return native(program)(source, context);
}

template <class... Layers>
std::vector<std::uint8_t> bytes(const HeaderStack<Layers...>& stack) {
  const auto all = packet_bytes(stack);
  return {all.begin(), all.end()};
}

}  // namespace

TEST_CASE("natively, zeros come in front of a packet, up to the kernel's limit" * doctest::test_suite("Lwt::Xmit")) {
  for (const std::uint32_t linear : {0u, 1u, 20u, size}) {
    const auto outcome = with_number(change_head, 14, datagram, {.linear = linear});
    CHECK(outcome == Lwt::Xmit::Verdict::Redirect);
    CHECK(outcome.packet == bytes(payload<14>() / datagram));
    CHECK(outcome.context.redirected_ifindex == 9);
    CHECK(outcome.context.len == size + 14);
  }
  CHECK(with_number(change_head, 16064 - int{size}, datagram) == Lwt::Xmit::Verdict::Redirect);
  CHECK(with_number(change_head, 16065 - int{size}, datagram) == Lwt::Xmit::Verdict::Drop);
  CHECK(with_number(change_head, 16065 - int{size}, datagram, {.gso_size = 8}) == Lwt::Xmit::Verdict::Redirect);
}

TEST_CASE("natively, a packet whose end changes becomes linear" * doctest::test_suite("Lwt::Xmit")) {
  for (const std::uint32_t linear : {0u, 1u, size}) {
    const auto cut = with_number(change_tail, 12, datagram, {.linear = linear});
    CHECK(cut == Lwt::Xmit::Verdict::Ok);
    CHECK(cut.packet.size() == 12);
    const auto longer = with_number(change_tail, size + 1000, datagram, {.linear = linear});
    CHECK(longer == Lwt::Xmit::Verdict::Ok);
    CHECK(longer.packet.size() == size + 1000);
    CHECK(longer.at<Udp, 20>().destination.value() == 53);
  }
  CHECK(with_number(change_tail, 11, datagram) == Lwt::Xmit::Verdict::Drop);
  CHECK(with_number(change_tail, 16064, datagram) == Lwt::Xmit::Verdict::Ok);
  CHECK(with_number(change_tail, 16065, datagram) == Lwt::Xmit::Verdict::Drop);
}

TEST_CASE("natively, what the kernel knows of headers is not cut off, and moves with them" *
          doctest::test_suite("Tc::Egress, Lwt::Xmit")) {
  using enum Tc::Egress::Verdict;
  const auto least = [](const auto& program, const SkbContext& context, std::int32_t length, std::int32_t room = 0) {
    return with_number(program, room * 1000 + length, frame, context) == Ok &&
           with_number(program, room * 1000 + length - 1, frame, context) == Drop;
  };
  CHECK(least(cut_behind_room, {}, 14));
  CHECK(least(cut_behind_room, {.transport_offset = 34}, 34));
  CHECK(least(cut_behind_room, {.transport_offset = 34}, 42, 8));
  CHECK(least(cut_behind_room, {.transport_offset = 14}, 14, 8));  // as it comes in: taken for the IP header
  CHECK(least(cut_behind_tag, {.transport_offset = 34}, 38));
  CHECK(with_number(change_head, 14, datagram, {.transport_offset = 20}).context.transport_offset == 34);
  CHECK(with_number(adjust_room, -8, frame, {.transport_offset = 34}).context.transport_offset == 26);
  CHECK(with_number(adjust_room, -8, frame, {.transport_offset = 4}).context.transport_offset == 0);
}

TEST_CASE("natively, segments shrink by the headers that each gets" * doctest::test_suite("Tc::Egress, Lwt::Xmit")) {
  using enum Tc::Egress::Verdict;
  using enum GsoType;
  const SkbContext unknown{.gso_segs = 3, .gso_size = 100};
  SkbContext tcp = unknown, datagrams = unknown;
  tcp.gso_type = Tcp;
  datagrams.gso_type = GsoType::Udp;
  const auto outcome = [](const auto& program, std::int32_t room, const SkbContext& context) {
    return with_number(program, room, frame, context);
  };
  CHECK(outcome(adjust_room, 8, tcp) == Ok);
  CHECK(outcome(adjust_room, 8, tcp).context.gso_size == 92);
  CHECK(outcome(adjust_room, 8, tcp).context.gso_segs == 0);
  CHECK(outcome(adjust_room, -8, tcp).context.gso_size == 108);
  CHECK(outcome(adjust_room_fixed, 8, tcp).context.gso_size == 100);
  CHECK(outcome(adjust_room_fixed, 8, tcp).context.gso_segs == 0);
  CHECK(outcome(adjust_room_fixed, 8, datagrams) == Ok);
  CHECK(outcome(adjust_room_fixed, 8, datagrams).context.gso_size == 100);
  for (const std::int32_t room : {8, -8}) {
    CHECK(outcome(adjust_room, room, datagrams) == Drop);
    CHECK(outcome(adjust_room, room, unknown) == Drop);
    CHECK(outcome(adjust_room_fixed, room, unknown) == Drop);
    CHECK(outcome(adjust_room_fixed, room, unknown).context.gso_segs == 3);
  }
  CHECK(with_number(encapsulate, 0, datagram, tcp).context.gso_size == 100 - 24);
  CHECK(with_number(encapsulate, 0, datagram, tcp) == Lwt::Xmit::Verdict::Reroute);
  CHECK(with_number(encapsulate, 1, datagram, tcp).context.gso_size == 100 - 44);
  CHECK(with_number(encapsulate, 2, datagram, tcp) == Lwt::Xmit::Verdict::Drop);
  CHECK(with_number(encapsulate, 2, datagram, tcp).packet == bytes(ipv4() / datagram));
  CHECK(with_number(encapsulate, 3, datagram, tcp).context.gso_size == 100 - 60);
  CHECK(with_number(encapsulate, 4, datagram, tcp) == Lwt::Xmit::Verdict::Drop);
  CHECK(with_number(encapsulate, 4, datagram) == Lwt::Xmit::Verdict::Reroute);
  CHECK(with_number(encapsulate, 0, datagram, datagrams) == Lwt::Xmit::Verdict::Drop);
  CHECK(with_number(encapsulate, 0, datagram, unknown) == Lwt::Xmit::Verdict::Drop);
}

TEST_CASE("natively, room comes and goes behind the IP header of a packet in fragments" *
          doctest::test_suite("Tc::Egress")) {
  for (const std::uint32_t linear : {0u, 14u, 34u}) {
    const auto more = with_number(adjust_room, 4, frame, {.linear = linear});
    CHECK(more == Tc::Egress::Verdict::Ok);
    CHECK(more.at<Udp, 38>().destination.value() == 53);
    CHECK(more.at<BigEndian<std::uint32_t>, 34>().value() == 0);
    CHECK(more.context.len == size + 18);
    const auto less = with_number(adjust_room, -8, frame, {.linear = linear});
    CHECK(less == Tc::Egress::Verdict::Ok);
    CHECK(less.packet.size() == size + 14 - 8);
    CHECK(less.at<Ethernet>().ether_type.value() == EtherType::Ipv4);
    CHECK(less.packet[34] == '0');
    CHECK(with_number(adjust_room, -18, frame, {.linear = linear}) == Tc::Egress::Verdict::Ok);
    CHECK(with_number(adjust_room, -19, frame, {.linear = linear}) == Tc::Egress::Verdict::Drop);
  }
  CHECK(with_number(adjust_room, 4095, frame) == Tc::Egress::Verdict::Ok);
  CHECK(with_number(adjust_room, 4096, frame) == Tc::Egress::Verdict::Drop);
  CHECK(with_number(adjust_room, 4, ethernet({.ether_type = EtherType::Arp}) / payload<40>()) ==
        Tc::Egress::Verdict::Drop);
}

TEST_CASE("natively, tunnels are in tunnels" * doctest::test_suite("Lwt::Xmit")) {
  constexpr auto headers = ipv6({.destination = "fd00::4"}) / gre();
  for (const std::uint32_t linear : {0u, 1u}) {
    const auto outcome = with_number(tunnel, 0, datagram, {.linear = linear});
    CHECK(outcome == Lwt::Xmit::Verdict::Reroute);
    CHECK(outcome.packet == bytes(headers / headers / headers / headers / datagram));
  }
}
