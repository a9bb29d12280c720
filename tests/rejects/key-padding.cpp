// Keys and values of maps that are more than the bytes that mean something.
#include <atomic>
#include <string>
#include <utility>

#include <ebpfxx/language.hpp>

using namespace ebpfxx;

#if CASE == 0  // accepted: numbers and structs without gaps

enum class Kind : std::uint8_t { Request, Answer };
struct Ports {
  BigEndian<std::uint16_t> source, destination;
};
struct Flow : Ports {
  Ipv4Address from, to;
};
struct Filled {
  Kind kind;
  std::uint8_t unused[3];
  std::uint32_t number;
  bool operator==(const Filled&) const = default;
};
struct Bits {
  std::uint32_t low : 20, high : 12;
};
struct Empty {};
struct Marked : Empty {
  std::uint64_t mark;
};

inline Map<Flow, Atomic<std::uint64_t>> flows;
inline Map<Filled, Bits, PerCpuHash<16>> filled;
inline Map<Kind, Marked> marked;
inline Map<Ipv6Address, MacAddress, PerCpuHash<16>> neighbours;
inline Map<std::uint32_t, std::array<Filled, 2>, Array<4>> pairs;
inline PerCpu<Flow> last;
inline RingBuffer<4096, Flow, Filled> events;

inline constexpr Program<Lwt::Out> uses_them = [](Lwt::Out::Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Lwt::Out::Verdict::Ok;
  const Flow flow{{80, 8080}, ip->source, ip->destination};
  flows.update(flow, [](auto& packets) { packets += 1; });
  filled.update(Filled{Kind::Answer, {}, 7}, [](Bits& bits) { bits.low += 1; });
  last.update([&](Flow& stored) { stored = flow; });
  events.submit(flow);
  return Lwt::Out::Verdict::Ok;
};

// What the application keeps for itself may look as it likes.
struct Setting {
  bool active;
  std::string name;
};
inline Setting setting;

#elif CASE == 1  // a gap before a member
// kernel takes it: lookups miss
// host: refused
struct Flow {
  std::uint8_t protocol;
  // note: declared here
  std::uint32_t address;
};
// error: key 'Flow' of 'flows' has 3 bytes of padding before 'address', which nobody sets; reorder its members, or fill
// the gap with one of your own [ebpfxx-key-padding]
inline Map<Flow, std::uint64_t> flows;

#elif CASE == 2  // a gap at the end
// kernel takes it: the bytes leave the kernel with whatever was on its stack
// host: refused
struct Usage {
  std::uint64_t packets;
  std::uint32_t flags;
};
// error: value 'Usage' of 'usage' has 4 bytes of padding at the end, which nobody sets; reorder its members, or fill
// the gap with one of your own [ebpfxx-key-padding]
inline PerCpu<Usage> usage;

#elif CASE == 3  // a gap in a member of a member
// kernel takes it: lookups miss
// host: refused
struct Port {
  std::uint16_t number;
  std::uint8_t protocol;
};
struct Service {
  Ipv4Address address;
  Port port;
};
// error: key 'Service' of 'services' has 1 byte of padding at the end of 'port', which nobody sets; reorder its
// members, or fill the gap with one of your own [ebpfxx-key-padding]
inline Map<Service, std::uint64_t> services;

#elif CASE == 4  // bits that belong to no bit-field
// kernel takes it: lookups miss
// host: refused
struct Label {
  std::uint32_t value : 20, hops : 8;
};
// error: key 'Label' of 'labels' has 4 bits of padding at the end, which nobody sets; reorder its members, or fill the
// gap with one of your own [ebpfxx-key-padding]
inline Map<Label, std::uint64_t> labels;

#elif CASE == 5  // an address
// kernel takes it: the address means nothing in the application
struct Entry {
  std::uint64_t number;
  // note: declared here
  const char* name;
};
// error: value 'Entry' of 'entries' holds an address in 'name', which means nothing elsewhere; keep what it points to
// [ebpfxx-key-padding]
inline Map<std::uint32_t, Entry> entries;

#elif CASE == 6  // floating point
// kernel takes it: equal keys may miss each other
// host: refused
// error: key 'float' of 'shares' holds floating point, and a program has whole numbers only; use one of those
// [ebpfxx-key-padding]
inline Map<float, std::uint64_t> shares;

#elif CASE == 7  // a virtual function
// kernel takes it: the table of functions is in the application
// host: refused
struct Counter {
  virtual void count() { packets += 1; }
  std::uint64_t packets = 0;
};
// error: value 'Counter' of 'counters' is more than its bytes, and a map keeps only those; use a struct of plain
// numbers [ebpfxx-key-padding]
inline Map<std::uint32_t, Counter> counters;

#elif CASE == 8  // a class that manages what it holds
// kernel takes it: the text is in the application
// host: refused
// error: key 'std::basic_string<char>' of 'names' is more than its bytes, and a map keeps only those; use a struct of
// plain numbers [ebpfxx-key-padding]
inline Map<std::string, std::uint64_t> names;

#elif CASE == 9  // a record of a ring buffer
// no object: the ring buffer has no code for such a record
// host: refused
struct Event {
  std::uint64_t time;
  std::uint32_t mark;
};
inline RingBuffer<4096, Event> events;
inline constexpr Program<Lwt::Out> report = [](Lwt::Out::Packet packet) {
  // error: record 'Event' has bytes that nobody sets, or floating point; reorder its members, fill the gap with one of
  // your own, or use whole numbers [ebpfxx-key-padding]
  if (auto record = events.reserve<Event>()) record.submit();
  return Lwt::Out::Verdict::Ok;
};

#elif CASE == 10  // a value of floating point, and what computes with it
// no object: BPF has no such instruction
// error: value 'double' of 'averages' holds floating point, and a program has whole numbers only; use one of those
// [ebpfxx-key-padding]
inline Map<std::uint32_t, double, Hash<4>> averages;
inline constexpr Program<Lwt::Out> average = [](Lwt::Out::Packet packet) {
  averages.update(packet.mark(), [&](double& seen) { seen = (seen + packet.length()) / 2; });
  return Lwt::Out::Verdict::Ok;
};

#elif CASE == 11  // one in a member
// no object: BPF has no such instruction
struct Load {
  std::uint64_t packets;
  // note: declared here
  float share;
};
// error: value 'Load' of 'loads' holds floating point in 'share', and a program has whole numbers only; use one of
// those [ebpfxx-key-padding]
inline Map<std::uint32_t, Load, Hash<4>> loads;
inline constexpr Program<Lwt::Out> share_out = [](Lwt::Out::Packet packet) {
  loads.update(packet.mark(), [&](Load& load) { load.share = load.share * 0.5F; });
  return Lwt::Out::Verdict::Ok;
};

#elif CASE == 12  // one in a record
// no object: the ring buffer has no code for such a record
// host: refused
struct Sample {
  double value;
};
inline RingBuffer<4096, Sample> samples;
inline constexpr Program<Lwt::Out> sample = [](Lwt::Out::Packet packet) {
  // error: record 'Sample' has bytes that nobody sets, or floating point; reorder its members, fill the gap with one of
  // your own, or use whole numbers [ebpfxx-key-padding]
  if (auto record = samples.reserve<Sample>()) {
    record->value = packet.length() * 0.5;
    record.submit();
  }
  return Lwt::Out::Verdict::Ok;
};
#endif
