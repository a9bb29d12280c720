#include <doctest/doctest.h>
#include <linux/if_ether.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include <ebpfxx/language.hpp>
#include <ebpfxx/native/native.hpp>

using namespace ebpfxx;
using Verdict = Tc::Egress::Verdict;

namespace {

constexpr auto frame = ethernet() / ipv4() / udp({.destination = 53});
constexpr std::size_t size = packet_bytes(frame).size();
constexpr std::uint32_t vlan_type = detail::number::swap_to_network(std::uint16_t{0x8100});

constexpr Program<Tc::Egress> push_and_mark = [](Tc::Egress::Packet packet) {
  if (!packet.push_vlan({.control_information = 7})) return Verdict::Drop;
  packet.set_mark(packet.length());
  return packet.redirect(4, InterfaceSide::Ingress);
};
constexpr Program<Tc::Egress> pop = [](Tc::Egress::Packet packet) {
  return packet.pop_vlan() ? Verdict::Ok : Verdict::Drop;
};
constexpr Program<Tc::Egress> drop_dns = [](Tc::Egress::Packet packet) {
  if (!packet.pull<size>()) return Verdict::Ok;
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return Verdict::Ok;
  auto ip = ethernet.next<Ipv4>();
  if (!ip) return Verdict::Ok;
  auto udp = ip.next<Udp>();
  return udp && udp->destination == 53 ? Verdict::Drop : Verdict::Ok;
};

}  // namespace

TEST_SUITE_BEGIN("Tc::Egress");

TEST_CASE("a tag that is pushed over another moves that one into the bytes, and pops bring both back") {
  Native native;
  const auto once = native(push_and_mark)(frame);
  CHECK(once == Verdict::Redirect);
  CHECK(once.context.redirected_ifindex == 4);
  CHECK(once.context.redirect_flags == BPF_F_INGRESS);
  CHECK(once.context.mark == size);
  CHECK(once.packet.size() == size);
  const auto twice = native(push_and_mark)(once.packet, once.context);
  CHECK(twice.context.mark == size + 4);
  CHECK(twice.at<Ethernet>().ether_type.value() == EtherType::Vlan);
  const auto back = native(pop)(twice.packet, twice.context);
  CHECK(back == Verdict::Ok);
  CHECK(back.context.vlan_present == 1);
  CHECK(back.context.protocol == detail::number::swap_to_network(std::uint16_t{0x0800}));
  CHECK(back.packet == once.packet);
  const auto bare = native(pop)(back.packet, back.context);
  CHECK(bare.context.vlan_present == 0);
  CHECK(bare.packet == once.packet);
  CHECK(native(pop)(bare.packet, bare.context) == Verdict::Ok);
}

TEST_CASE("a tag that is cut off cannot be popped") {
  Native native;
  const std::vector<std::uint8_t> bytes(17);
  CHECK(native(pop)(bytes, {.protocol = vlan_type}) == Verdict::Drop);
  CHECK(native(pop)(std::vector<std::uint8_t>(18), {.protocol = vlan_type}) == Verdict::Ok);
}

TEST_CASE("the protocol follows from the frame, and pull reaches what is not linear") {
  Native native;
  CHECK(native(drop_dns)(frame).context.protocol == detail::number::swap_to_network(std::uint16_t{0x0800}));
  CHECK(native(drop_dns)(frame, {.linear = 14}) == Verdict::Drop);
}

TEST_CASE(
    "a type below 0x0600 is a length, of which the kernel makes a protocol of its own; a length on the wire is the "
    "packet's") {
  Native native;
  const auto protocol_of = [&](std::vector<std::uint8_t> bytes) {
    return detail::number::swap_to_network(static_cast<std::uint16_t>(native(drop_dns)(bytes).context.protocol));
  };
  const auto frame_of = [](std::uint8_t high, std::uint8_t low, std::vector<std::uint8_t> behind) {
    std::vector<std::uint8_t> bytes(14 + behind.size());
    bytes[12] = high;
    bytes[13] = low;
    std::copy(behind.begin(), behind.end(), bytes.begin() + 14);
    return bytes;
  };
  CHECK(protocol_of(frame_of(0x06, 0x00, {})) == 0x0600);
  CHECK(protocol_of(frame_of(0x05, 0xff, {})) == ETH_P_802_2);
  CHECK(protocol_of(frame_of(0x05, 0xff, {0xff, 0xff})) == ETH_P_802_3);
  CHECK(protocol_of(frame_of(0x05, 0xff, {0xff})) == ETH_P_802_2);
  CHECK(protocol_of(std::vector<std::uint8_t>(13)) == 0);
  CHECK(native(drop_dns)(frame_of(0x08, 0x00, {1, 2})).context.wire_len == 16);
  CHECK(native(drop_dns)(frame_of(0x08, 0x00, {1, 2}), {.wire_len = 99}).context.wire_len == 99);
}

TEST_SUITE_END();
