/// What `transport()` costs: three programs on the flow of a packet.
#include <ebpfxx/language.hpp>

using namespace ebpfxx;

inline Map<PacketFlow, Atomic<std::uint64_t>, LruHash<65536>> flow_bytes;

/// Counts the bytes of each flow.
inline constexpr Program<Tc::Ingress> count_flow_bytes = [](Tc::Ingress::Packet packet) {
  auto transport = packet.transport();
  if (transport.could_not_tell() || !transport) return TcVerdict::Ok;
  flow_bytes.update(transport.flow(), [&](auto& bytes) { bytes += packet.length(); });
  return TcVerdict::Ok;
};

inline Map<std::uint32_t, std::uint8_t, Array<65536>> closed_ports;

/// Drops what goes to a closed port, and what may.
inline constexpr Program<Xdp> drop_closed_ports = [](Xdp::Packet packet) {
  auto transport = packet.transport();
  if (transport.could_not_tell()) return XdpVerdict::Drop;
  if (!transport) return XdpVerdict::Pass;
  auto closed = closed_ports.find(transport.flow().destination_port.value());
  return closed && *closed != 0 ? XdpVerdict::Drop : XdpVerdict::Pass;
};

/// Marks packets with the number of one of 16 paths, the same one for all packets of a flow.
inline constexpr Program<Lwt::Xmit> spread_flows = [](Lwt::Xmit::Packet packet) {
  auto transport = packet.transport();
  if (transport.could_not_tell()) return Lwt::Xmit::Verdict::Drop;
  if (!transport) return Lwt::Xmit::Verdict::Ok;
  std::uint64_t hash = 0;
  for (const std::uint64_t word : std::bit_cast<std::array<std::uint64_t, 5>>(transport.flow()))
    hash = (hash ^ word) * 0x9e3779b97f4a7c15;
  packet.set_mark(static_cast<std::uint32_t>(hash >> 60));
  return Lwt::Xmit::Verdict::Ok;
};
