// A program of every hook with a packet or a connection in constant evaluation: it uses maps of every kind, and what it
// makes of the packet is seen.
#include <doctest/doctest.h>

#include <cstdint>

#include <ebpfxx/context/seg6.hpp>
#include <ebpfxx/language.hpp>
#include <ebpfxx/log/log.hpp>

using namespace ebpfxx;

namespace {

inline Map<std::uint32_t, std::uint64_t, Hash<4>> hash;
inline Map<std::uint32_t, std::uint64_t, LruHash<4>> lru_hash;
inline Map<std::uint32_t, std::uint64_t, PerCpuHash<4>> per_cpu_hash;
inline Map<std::uint32_t, std::uint64_t, LruPerCpuHash<4>> lru_per_cpu_hash;
inline Map<std::uint32_t, std::uint64_t, Array<4>> array;
inline Map<std::uint32_t, std::uint64_t, PerCpuArray<4>> per_cpu_array;
inline Map<Prefix<Ipv4Address>, std::uint32_t, LpmTrie<4>> trie;
inline PerCpu<std::uint64_t> per_cpu;

/// Counts in a map whose entries come and go; true when everything is as in an empty map.
template <class Table>
constexpr bool is_empty_hash(const Table& map) {
  std::uint64_t scratch = 1;
  const bool updated = static_cast<bool>(map.update(1, [&](std::uint64_t& count) { scratch = ++count; }));
  const bool changed = static_cast<bool>(map.set(1, 7)) && static_cast<bool>(map.insert(1, 7)) &&
                       static_cast<bool>(map.replace(1, 7)) && static_cast<bool>(map.erase(1));
  return updated && changed && scratch == 1 && !map.find(1) && !map.with(1, [](std::uint64_t&) {});
}

/// The same of a map whose entries are always there, and zero.
template <class Table>
constexpr bool is_zero_array(const Table& map) {
  std::uint64_t scratch = 0;
  map.template at<3>().update([&](std::uint64_t& count) { scratch = count += 5; });
  return scratch == 5 && map.template at<3>().value() == 0 && map.at(Bounded<0, 3>::clamped(9)).value() == 0 &&
         !map.find(3);
}

constexpr bool maps_are_empty() {
  std::uint64_t scratch = 0;
  per_cpu.update([&](std::uint64_t& count) { scratch = ++count; });
  const bool in_trie = static_cast<bool>(trie.set(Prefix<Ipv4Address>("10.0.0.0/8"), 1)) &&
                       trie.find(Prefix<Ipv4Address>(Ipv4Address("10.0.0.2")));
  return is_empty_hash(hash) && is_empty_hash(lru_hash) && is_empty_hash(per_cpu_hash) &&
         is_empty_hash(lru_per_cpu_hash) && is_zero_array(array) && is_zero_array(per_cpu_array) && !in_trie &&
         scratch == 1 && per_cpu.value() == 0;
}
TEST_CASE("updates act on a value of their own, and lookups find nothing" *
          doctest::test_suite("Hash, LruHash, PerCpuHash, LruPerCpuHash, Array, PerCpuArray, LpmTrie, PerCpu")) {
  static_assert(maps_are_empty());
}

struct Seen {
  std::uint64_t time;
  std::uint64_t length;
};
inline RingBuffer<4096, Seen> records;
inline constexpr Global<std::uint64_t> total = 40;
inline constexpr Config<std::uint16_t> port = 8080;

constexpr bool changes_are_lost() {
  total.set(1);
  return total.fetch_add(2) == 40 && total.exchange(3) == 40 && total.value() == 40;
}
TEST_CASE("a Global has its initial value, and changes are lost" * doctest::test_suite("Global")) {
  static_assert(changes_are_lost());
}

/// What a filter does beside looking at the packet; true when it comes out as announced.
template <class Packet>
constexpr bool use_everything(Packet packet) {
  const bool reserved = [&] {
    auto record = records.reserve<Seen>();
    if (!record) return false;
    record->length += packet.length();
    const bool whole = record->length == packet.length();
    record.submit();
    return whole;
  }();
  print<"{} bytes">(packet.length());
  log<LogLevel::Info, "{} bytes at {}">(packet.length(), monotonic_time());
  total.fetch_add(packet.length());
  return reserved && records.submit(Seen{monotonic_time(), packet.length()}) && maps_are_empty() && port == 8080 &&
         total == 40U;
}

template <class Hook>
inline ProgramArray<Hook, 4> stages;

/// Jumps with Drop as the way out where the packet has TCP to the port behind its IPv4 header, `At` bytes into it.
template <class Hook, std::uint32_t At>
constexpr Program<Hook> filter = [](typename Hook::Packet packet) {
  auto ip = packet.template load<Ipv4>(At);
  if (!use_everything(packet) || !ip || ip->protocol != IpProtocol::Tcp) return Hook::Verdict::Ok;
  auto tcp = packet.template load<Tcp>(At + 20);
  if (!tcp || tcp->destination != port) return Hook::Verdict::Ok;
  return stages<Hook>.jump(packet, 1, Hook::Verdict::Drop);
};

template <class Hook>
constexpr bool filters_ip =
    filter<Hook, 0>(ipv4() / tcp({.destination = 8080})) == Hook::Verdict::Drop &&
    filter<Hook, 0>(ipv4() / tcp({.destination = 8081})) == Hook::Verdict::Ok &&
    filter<Hook, 0>(ipv4()) == Hook::Verdict::Ok && filter<Hook, 0>(payload<19>()) == Hook::Verdict::Ok;
template <class Hook>
constexpr bool filters_frames =
    filter<Hook, 14>(ethernet() / ipv4() / tcp({.destination = 8080})) == Hook::Verdict::Drop &&
    filter<Hook, 14>(ethernet() / ipv4() / tcp({.destination = 8081})) == Hook::Verdict::Ok &&
    filter<Hook, 14>(ethernet() / ipv4()) == Hook::Verdict::Ok && filter<Hook, 14>(payload<33>()) == Hook::Verdict::Ok;

TEST_CASE("a filter of every tunnel hook" * doctest::test_suite("Lwt::In, Lwt::Out, Lwt::Xmit, Lwt::Seg6Local")) {
  static_assert(filters_ip<Lwt::In> && filters_ip<Lwt::Out> && filters_ip<Lwt::Xmit> && filters_ip<Lwt::Seg6Local>);
}
TEST_CASE("a filter of every interface hook" * doctest::test_suite("Tc::Ingress, Tc::Egress")) {
  static_assert(filters_frames<Tc::Ingress> && filters_frames<Tc::Egress>);
}

template <class Hook>
constexpr Program<Hook> drop_to_port = [](typename Hook::Packet packet) {
  auto tcp = packet.template load<Tcp>(34);
  if (!use_everything(packet) || !tcp || tcp->destination != port) return Hook::Verdict::Pass;
  return stages<Hook>.jump(packet, 1, Hook::Verdict::Drop);
};
constexpr auto frame = ethernet() / ipv4() / tcp({.destination = 8080});
TEST_CASE("a filter of frames" * doctest::test_suite("Xdp, Xdp::Fragments")) {
  static_assert(drop_to_port<Xdp>(frame) == Xdp::Verdict::Drop && drop_to_port<Xdp>(ethernet()) == Xdp::Verdict::Pass);
  static_assert(run(drop_to_port<Xdp::Fragments>, frame, {.linear = 14}) == Xdp::Verdict::Drop);
  static_assert(run(drop_to_port<Xdp::Fragments>, frame, {.linear = 14}).packet == packet_bytes(frame));
}

constexpr Program<SocketFilter> keep_headers = [](SocketFilter::Packet packet) {
  auto tcp = packet.parse<Tcp>();
  if (!use_everything(packet) || !tcp || tcp->destination != port) return SocketFilter::Drop;
  return stages<SocketFilter>.jump(packet, 1, SocketFilter::Keep{20});
};
TEST_CASE("a filter of a socket" * doctest::test_suite("SocketFilter")) {
  static_assert(keep_headers(tcp({.destination = 8080})) == SocketFilter::Keep{20});
  static_assert(keep_headers(tcp({.destination = 8081})) == SocketFilter::Drop);
}

// What a program writes is seen: through a view and by a store.
template <class Hook>
constexpr Program<Hook> count_down = [](typename Hook::Packet packet) {
  auto ethernet = packet.template parse<Ethernet>();
  if (!ethernet) return Hook::Verdict::Drop;
  auto ip = ethernet.template next<Ipv4>();
  if (!ip) return Hook::Verdict::Drop;
  ip->ttl = 63;
  return packet.store(24, BigEndian<std::uint16_t>(7)) ? Hook::Verdict::Ok : Hook::Verdict::Drop;
};
constexpr Program<Lwt::Xmit> count_tunnel_down = [](Lwt::Xmit::Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Lwt::Xmit::Verdict::Drop;
  ip->ttl = 63;
  packet.set_mark(5);
  return Lwt::Xmit::Verdict::Ok;
};
constexpr Program<Xdp> mark_frame = [](Xdp::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet || !packet.adjust_tail(1)) return Xdp::Verdict::Drop;
  return packet.store(packet.length() - 1, std::uint8_t{9}) ? Xdp::Verdict::Tx : Xdp::Verdict::Drop;
};
constexpr auto sent = ethernet() / ipv4({.total_length = 20, .ttl = 64, .checksum = 7});
constexpr auto counted_down = ethernet() / ipv4({.ttl = 63, .checksum = 7});
TEST_CASE("what is written is seen" * doctest::test_suite("Lwt::Xmit, Tc::Ingress, Tc::Egress, Xdp")) {
  static_assert(run(count_down<Tc::Ingress>, sent).packet == packet_bytes(counted_down));
  static_assert(run(count_down<Tc::Egress>, sent).packet == packet_bytes(counted_down));
  static_assert(run(count_down<Tc::Egress>, ethernet() / payload<19>()) == Tc::Egress::Verdict::Drop);
  static_assert(run(count_tunnel_down, ipv4({.checksum = 7})).packet == packet_bytes(ipv4({.ttl = 63, .checksum = 7})));
  static_assert(run(count_tunnel_down, ipv4()).context.mark == 5);
  static_assert(run(mark_frame, sent).packet == packet_bytes(sent / payload("\x09")));
  static_assert(run(mark_frame, payload<13>()).packet == packet_bytes(payload<13>()));
}

// Connections: contexts instead of packets.
template <class Hook>
constexpr Program<Hook> redirect = [](typename Hook::Connection connection) {
  if (!maps_are_empty() || connection.port() == 25) return Hook::Verdict::Deny;
  print<"to port {}">(connection.port());
  total.fetch_add(1);
  if (connection.port() == 80) connection.set_port(port.value());
  return Hook::Verdict::Allow;
};
TEST_CASE("a program of every connection hook" * doctest::test_suite("Cgroup::Connect4, Cgroup::Connect6")) {
  static_assert(run(redirect<Cgroup::Connect4>, {.destination = "10.0.0.3", .port = 80}).context.port == 8080);
  static_assert(run(redirect<Cgroup::Connect6>, {.destination = "fd00::3", .port = 81}).context.port == 81);
  static_assert(run(redirect<Cgroup::Connect6>, {.port = 25}) == Cgroup::Connect6::Verdict::Deny);
}

}  // namespace
