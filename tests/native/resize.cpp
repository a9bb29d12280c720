// What makes packets longer and shorter, natively: packets in fragments, and the kernel's own limits.
#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

#include <ebpfxx/language.hpp>
#include <ebpfxx/native/native.hpp>

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
constexpr Program<Tc::Egress> adjust_room = [](Tc::Egress::Packet packet) {
  return packet.adjust_room(number, RoomBehind::IpHeader) ? Tc::Egress::Verdict::Ok : Tc::Egress::Verdict::Drop;
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
std::vector<std::uint8_t> bytes(const Stack<Layers...>& stack) {
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

TEST_CASE("natively, tunnels stand in tunnels" * doctest::test_suite("Lwt::Xmit")) {
  constexpr auto headers = ipv6({.destination = "fd00::4"}) / gre();
  for (const std::uint32_t linear : {0u, 1u}) {
    const auto outcome = with_number(tunnel, 0, datagram, {.linear = linear});
    CHECK(outcome == Lwt::Xmit::Verdict::Reroute);
    CHECK(outcome.packet == bytes(headers / headers / headers / headers / datagram));
  }
}
