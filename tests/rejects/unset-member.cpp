// A key, value or record that goes into a map with a member that nobody has set.
#include <array>

#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

struct Ports {
  std::uint16_t source, destination;
};
struct Flow {
  Ipv4Address address;
  std::uint32_t mark;
  Ports ports;
};
struct Event {
  std::uint64_t time;
  std::array<std::uint8_t, 8> bytes;
};
inline Map<Flow, Event> flows;
inline PerCpu<Flow> last;
inline RingBuffer<4096, Event> events;

#if CASE == 0  // accepted: set at once, member by member, by a call; or of no map

struct Other {
  std::uint32_t set, unset;
};
constexpr void fill(Flow& flow) { flow = Flow{}; }
constexpr std::uint32_t mark_of(const Other& other) { return other.set; }

inline constexpr Program<Lwt::Out> sets = [](Packet packet) {
  Flow zero{};
  zero.mark = packet.mark();
  Flow each;
  each.mark = packet.mark();
  each.ports.source = each.ports.destination = 80;
  Flow filled;
  fill(filled);
  Flow assigned;
  assigned = zero;
  Other other;
  other.set = packet.hash();
  Event event;
  event.time = monotonic_time();
  event.bytes.fill(mark_of(other));
  if (flows.find(each) || flows.find(filled) || flows.find(assigned)) return Drop;
  events.submit(event);
  return flows.set(zero, event) ? Drop : Ok;
};

#elif CASE == 1  // a record
// kernel takes it: the bytes leave the kernel with whatever was in the buffer
inline constexpr Program<Lwt::Out> leaves = [](Packet) {
  // error: leaves 'bytes' as it happens to be; set it, or write 'event{}', which sets all to zero [ebpfxx-unset-member]
  Event event;
  event.time = monotonic_time();
  events.submit(event);
  return Ok;
};

#elif CASE == 2  // a value, of which a part of a member is set
// kernel takes it: the value has whatever was there before
inline constexpr Program<Lwt::Out> leaves = [](Packet packet) {
  // error: leaves 'mark' as it happens to be; set it, or write 'flow{}', which sets all to zero [ebpfxx-unset-member]
  Flow flow;
  flow.ports.source = 80;
  flow.address = Ipv4Address(packet.hash());
  last.update([&](Flow& stored) { stored = flow; });
  return Ok;
};

#elif CASE == 3  // read, but not set
// kernel takes it: the value has whatever was there before
inline constexpr Program<Lwt::Out> leaves = [](Packet packet) {
  // error: leaves 'mark' as it happens to be; set it, or write 'flow{}', which sets all to zero [ebpfxx-unset-member]
  Flow flow;
  flow.ports = {80, 80};
  flow.address = Ipv4Address(packet.hash() + flow.mark);
  const Flow copy = flow;
  last.update([&](Flow& stored) { stored = copy; });
  return Ok;
};
#endif
