/// Programs with a fault that the verifier would refuse, for AddressSanitizer to find: sanitized <fault>.
#include <cstdint>
#include <iostream>
#include <string_view>

#include <ebpfxx/context/seg6.hpp>
#include <ebpfxx/language.hpp>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/protocols.hpp>

using namespace ebpfxx;

namespace {

Map<std::uint32_t, std::uint64_t> map;

constexpr Program<Lwt::Out> read_last_byte = [](Lwt::Out::Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Lwt::Out::Verdict::Drop;
  const volatile std::uint8_t* bytes = &ip->version_and_ihl;
  return bytes[39] == 1 ? Lwt::Out::Verdict::Drop : Lwt::Out::Verdict::Ok;
};

constexpr Program<Lwt::Out> read_behind_the_packet = [](Lwt::Out::Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Lwt::Out::Verdict::Drop;
  const volatile std::uint8_t* bytes = &ip->version_and_ihl;
  return bytes[40] == 1 ? Lwt::Out::Verdict::Drop : Lwt::Out::Verdict::Ok;
};

constexpr Program<Lwt::Out> use_after_erase = [](Lwt::Out::Packet) {
  auto value = map.find(1);
  if (!value || !map.erase(1)) return Lwt::Out::Verdict::Drop;
  const volatile std::uint64_t* erased = &*value;
  return *erased == 1 ? Lwt::Out::Verdict::Drop : Lwt::Out::Verdict::Ok;
};

struct Report {
  std::uint64_t number;
};
RingBuffer<4096, Report> reports;

constexpr Program<Lwt::Out> write_after_submit = [](Lwt::Out::Packet packet) {
  auto record = reports.reserve<Report>();
  if (!record) return Lwt::Out::Verdict::Drop;
  volatile std::uint64_t* number = &record->number;
  *number = packet.mark();
  record.submit();
  *number = 7;
  return Lwt::Out::Verdict::Ok;
};

constexpr Program<Lwt::Out> write_behind_the_record = [](Lwt::Out::Packet packet) {
  auto record = reports.reserve<Report>();
  if (!record) return Lwt::Out::Verdict::Drop;
  volatile std::uint64_t* number = &record->number;
  number[packet.mark() + 1] = 7;
  return Lwt::Out::Verdict::Ok;
};

constexpr Program<Lwt::Xmit> use_after_pull = [](Lwt::Xmit::Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip || !packet.pull<40>()) return Lwt::Xmit::Verdict::Drop;
  return ip->ttl == 64 ? Lwt::Xmit::Verdict::Drop : Lwt::Xmit::Verdict::Ok;
};

constexpr Program<Lwt::Xmit> use_after_store = [](Lwt::Xmit::Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip || !packet.store(20, Udp{})) return Lwt::Xmit::Verdict::Drop;
  return ip->ttl == 64 ? Lwt::Xmit::Verdict::Drop : Lwt::Xmit::Verdict::Ok;
};

constexpr Program<Xdp> use_after_adjust = [](Xdp::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet || !packet.adjust_head(-4)) return Xdp::Verdict::Aborted;
  return ethernet->ether_type == EtherType::Ipv4 ? Xdp::Verdict::Drop : Xdp::Verdict::Pass;
};

// Even a change that the kernel refuses may have moved the packet.
constexpr Program<Xdp> use_after_failed_adjust = [](Xdp::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet || packet.adjust_tail(-1000)) return Xdp::Verdict::Aborted;
  return ethernet->ether_type == EtherType::Ipv4 ? Xdp::Verdict::Drop : Xdp::Verdict::Pass;
};

constexpr Program<Tc::Ingress> use_after_push_vlan = [](Tc::Ingress::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet || !packet.push_vlan({})) return Tc::Ingress::Verdict::Drop;
  return ethernet->ether_type == EtherType::Ipv4 ? Tc::Ingress::Verdict::Drop : Tc::Ingress::Verdict::Ok;
};

constexpr Program<Lwt::Xmit> use_after_change_head = [](Lwt::Xmit::Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip || !packet.change_head(14)) return Lwt::Xmit::Verdict::Drop;
  return ip->ttl == 64 ? Lwt::Xmit::Verdict::Drop : Lwt::Xmit::Verdict::Ok;
};

constexpr Program<Lwt::Xmit> use_after_failed_change_tail = [](Lwt::Xmit::Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip || packet.change_tail(20000)) return Lwt::Xmit::Verdict::Drop;
  return ip->ttl == 64 ? Lwt::Xmit::Verdict::Drop : Lwt::Xmit::Verdict::Ok;
};

constexpr Program<Lwt::Xmit> use_after_push_encap = [](Lwt::Xmit::Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip || !packet.push_encap(ipv4() / gre())) return Lwt::Xmit::Verdict::Drop;
  return ip->ttl == 64 ? Lwt::Xmit::Verdict::Drop : Lwt::Xmit::Verdict::Reroute;
};

constexpr Program<Tc::Ingress> use_after_adjust_room = [](Tc::Ingress::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet || !packet.adjust_room(4, EncapsulationBehind::LinkHeader)) return Tc::Ingress::Verdict::Drop;
  return ethernet->ether_type == EtherType::Ipv4 ? Tc::Ingress::Verdict::Drop : Tc::Ingress::Verdict::Ok;
};

constexpr Program<Lwt::Seg6Local> use_after_adjust_tlvs = [](Lwt::Seg6Local::Packet packet) {
  auto ip = packet.parse<Ipv6>();
  if (!ip || !packet.adjust_tlvs<8>(64)) return Lwt::Seg6Local::Verdict::Drop;
  return ip->hop_limit == 64 ? Lwt::Seg6Local::Verdict::Drop : Lwt::Seg6Local::Verdict::Ok;
};

constexpr Program<Lwt::Seg6Local> use_after_forward = [](Lwt::Seg6Local::Packet packet) {
  auto ip = packet.parse<Ipv6>();
  if (!ip || !packet.forward_to("fd00::4")) return Lwt::Seg6Local::Verdict::Drop;
  return ip->hop_limit == 64 ? Lwt::Seg6Local::Verdict::Drop : Lwt::Seg6Local::Verdict::Redirect;
};

constexpr Program<Lwt::Xmit> parse_again = [](Lwt::Xmit::Packet packet) {
  if (!packet.pull<40>() || !packet.store(20, Udp{})) return Lwt::Xmit::Verdict::Drop;
  auto ip = packet.parse<Ipv4>();
  return ip && ip->ttl == 64 ? Lwt::Xmit::Verdict::Ok : Lwt::Xmit::Verdict::Drop;
};

}  // namespace

int main(int argc, char** argv) {
  const std::string_view fault = argc == 2 ? argv[1] : "";
  Native native;
  native[map].set(1, 10);
  const auto packet = packet_bytes(ipv4() / tcp({.destination = 8080}));
  if (fault == "nothing")
    return native(read_last_byte)(packet) == Lwt::Out::Verdict::Ok &&
                   native(parse_again)(packet, {.linear = 30}) == Lwt::Xmit::Verdict::Ok
               ? 0
               : 1;
  if (fault == "read-behind-the-packet") native(read_behind_the_packet)(packet);
  if (fault == "use-after-erase") native(use_after_erase)(packet);
  if (fault == "use-after-pull") native(use_after_pull)(packet);
  if (fault == "use-after-store") native(use_after_store)(packet);
  if (fault == "use-after-change-head") native(use_after_change_head)(packet);
  if (fault == "use-after-failed-change-tail") native(use_after_failed_change_tail)(packet);
  if (fault == "use-after-push-encap") native(use_after_push_encap)(packet);
  if (fault == "write-after-submit") native(write_after_submit)(packet);
  if (fault == "write-behind-the-record") native(write_behind_the_record)(packet);
  const auto frame = packet_bytes(ethernet() / ipv4());
  if (fault == "use-after-adjust") native(use_after_adjust)(frame);
  if (fault == "use-after-failed-adjust") native(use_after_failed_adjust)(frame);
  if (fault == "use-after-adjust-room") native(use_after_adjust_room)(frame);
  if (fault == "use-after-push-vlan") native(use_after_push_vlan)(frame);
  const auto routed = packet_bytes(ipv6() / segment_routing({}, segments<1>({Ipv6Address("fd00::2")})) / udp());
  if (fault == "use-after-adjust-tlvs") native(use_after_adjust_tlvs)(routed);
  if (fault == "use-after-forward") native(use_after_forward)(routed);
  std::cout << "AddressSanitizer saw nothing\n";
  return 1;
}
