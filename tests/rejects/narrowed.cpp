// A number cut off to become a key, a value or a record, or a part of one.
#include <array>
#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

inline Map<std::uint16_t, std::uint32_t> ports;
inline Map<std::uint32_t, std::uint32_t> hits;
inline Map<std::uint32_t, std::uint64_t, Array<16>> entries;

struct Flow {
  Ipv4Address source;
  std::uint16_t port, length;
};
struct Report {
  Flow flow;
  std::uint32_t time;
};
inline Map<Flow, Atomic<std::uint32_t>> flows;
inline RingBuffer<4096, Report> reports;
inline constexpr Global<std::uint16_t> last_port = 0;

struct Bucket {
  std::uint32_t tokens;
  std::uint16_t shares[2];
};
inline Map<std::uint32_t, Locked<Bucket>, Hash<16>> buckets;

struct Hop {
  std::uint16_t port, length;
};
struct Path {
  std::array<Hop, 2> hops;
  std::array<std::uint16_t, 2> marks;
  struct {
    std::uint16_t first;
  } seen;
  Ipv4 header;
};
inline Map<std::uint32_t, Path, Hash<16>> paths;
struct Elsewhere {
  std::uint16_t port;
};

#if CASE == 0  // accepted: what fits, by its type, its value or its computation; and what is cast

inline constexpr Program<Lwt::Out> fits = [](Packet packet) {
  const std::uint16_t port = packet.parse<BigEndian<std::uint16_t>>() ? 80 : 8080;
  std::uint64_t time = monotonic_time();
  if (ports.find(80) || ports.find(port) || ports.find(port + 1) || ports.find(65535)) return Drop;
  if (hits.find(packet.length()) || hits.find(time >> 32) || hits.find(time & 0xffffffff)) return Drop;
  if (hits.find(static_cast<std::uint32_t>(time)) || ports.find(packet.length() % 1000)) return Drop;
  if (ports.find(packet.length() > 100 ? 1 : 2) || entries.find(time % 16)) return Drop;
  Flow flow{};
  flow.port = port;
  flow.length = packet.length() & 0xffff;
  flow.length = static_cast<std::uint16_t>(packet.length());
  last_port.set(flow.port);
  flows.update(flow, [&](auto& count) { count += packet.length(); });
  if (auto report = reports.reserve<Report>()) {
    report->flow.port = 65535;
    report->time = time >> 32;
    report.submit();
  }
  buckets.update(1, [&](Bucket& bucket) {
    bucket.tokens = time >> 32;
    bucket.shares[0] = packet.length() & 0xffff;
    bucket.shares[1] = static_cast<std::uint16_t>(packet.length());
  });
  paths.update(1, [&](Path& path) {
    path.hops[0].port = port;
    path.hops[1].length = packet.length() & 0xffff;
    path.marks[1] = packet.length() % 1000;
    path.seen.first = 65535;
  });
  Ipv4 header{};  // no map's, nor is what is elsewhere
  header.ttl = packet.length();
  Elsewhere elsewhere{};
  elsewhere.port = packet.length();
  std::array<std::uint16_t, 2> list{};
  list[port % 2] = packet.length();
  if (elsewhere.port == header.ttl || list[0] == 1) return Drop;
  return hits.set(port, port) && ports.insert(port, packet.length()) ? Drop : Ok;
};

#elif CASE == 1  // a key of 64 bits
// kernel takes it: other keys are found
inline constexpr Program<Lwt::Out> narrows = [](Packet) {
  // error: cuts the key from 64 bits to 32, so that different ones become the same; use a wider type there, or cast
  // where it is meant [ebpfxx-narrowed]
  return hits.find(monotonic_time()) ? Drop : Ok;
};

#elif CASE == 2  // one bit too many
// kernel takes it: other keys are found
inline constexpr Program<Lwt::Out> narrows = [](Packet) {
  // error: cuts the key from 33 bits to 32, so that different ones become the same; use a wider type there, or cast
  // where it is meant [ebpfxx-narrowed]
  return hits.find(monotonic_time() >> 31) ? Drop : Ok;
};

#elif CASE == 3  // a constant that does not fit
// kernel takes it: other keys are found
inline constexpr Program<Lwt::Out> narrows = [](Packet) {
  // error: cuts the key from 17 bits to 16, so that different ones become the same; use a wider type there, or cast
  // where it is meant [ebpfxx-narrowed]
  return ports.erase(65536) ? Drop : Ok;
};

#elif CASE == 4  // an address as the key of ports
// kernel takes it: other keys are found
inline constexpr Program<Lwt::Out> narrows = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Ok;
  // error: cuts the key from 32 bits to 16, so that different ones become the same; use a wider type there, or cast
  // where it is meant [ebpfxx-narrowed]
  return ports.with(ip->source.value(), [](std::uint32_t& count) { count += 1; }) ? Drop : Ok;
};

#elif CASE == 5  // a value
// kernel takes it: another value is put in
inline constexpr Program<Lwt::Out> narrows = [](Packet) {
  // error: cuts the value from 64 bits to 32, so that different ones become the same; use a wider type there, or cast
  // where it is meant [ebpfxx-narrowed]
  return hits.set(7, monotonic_time()) ? Drop : Ok;
};

#elif CASE == 6  // an index
// kernel takes it: another entry is found
inline constexpr Program<Lwt::Out> narrows = [](Packet) {
  // error: cuts the index from 64 bits to 32, so that different ones become the same; use a wider type there, or cast
  // where it is meant [ebpfxx-narrowed]
  return entries.find(monotonic_time()) ? Drop : Ok;
};

#elif CASE == 7  // a member of a key
// kernel takes it: other keys are found
inline constexpr Program<Lwt::Out> narrows = [](Packet packet) {
  Flow flow{};
  // error: cuts 'Flow::length' from 32 bits to 16, so that different ones become the same; use a wider type there, or
  // cast where it is meant [ebpfxx-narrowed]
  flow.length = packet.length();
  return flows.find(flow) ? Drop : Ok;
};

#elif CASE == 8  // a member of a record
// kernel takes it: another time is reported
inline constexpr Program<Lwt::Out> narrows = [](Packet) {
  auto report = reports.reserve<Report>();
  if (!report) return Ok;
  // error: cuts 'Report::time' from 64 bits to 32, so that different ones become the same; use a wider type there, or
  // cast where it is meant [ebpfxx-narrowed]
  report->time = monotonic_time();
  report.submit();
  return Ok;
};

#elif CASE == 9  // a member of a member
// kernel takes it: another port is reported
inline constexpr Program<Lwt::Out> narrows = [](Packet packet) {
  auto report = reports.reserve<Report>();
  if (!report) return Ok;
  // error: cuts 'Flow::port' from 32 bits to 16, so that different ones become the same; use a wider type there, or
  // cast where it is meant [ebpfxx-narrowed]
  report->flow.port = packet.mark();
  report.submit();
  return Ok;
};

#elif CASE == 10  // a Global
// kernel takes it: another number is put there
inline constexpr Program<Lwt::Out> narrows = [](Packet packet) {
  // error: cuts the value from 32 bits to 16, so that different ones become the same; use a wider type there, or cast
  // where it is meant [ebpfxx-narrowed]
  last_port.set(packet.length());
  return Ok;
};

#elif CASE == 11  // what is added to an Atomic
// kernel takes it: another number is added
inline constexpr Program<Lwt::Out> narrows = [](Packet) {
  flows.update(Flow{}, [](auto& count) {
    // error: cuts the number from 64 bits to 32, so that different ones become the same; use a wider type there, or
    // cast where it is meant [ebpfxx-narrowed]
    count += monotonic_time();
  });
  return Ok;
};

#elif CASE == 12  // what an Atomic becomes
// kernel takes it: another number is put there
inline constexpr Program<Lwt::Out> narrows = [](Packet) {
  flows.update(Flow{}, [](auto& count) {
    // error: cuts the value from 64 bits to 32, so that different ones become the same; use a wider type there, or cast
    // where it is meant [ebpfxx-narrowed]
    count.exchange(monotonic_time());
  });
  return Ok;
};

#elif CASE == 13  // a member of what a Locked holds
// kernel takes it: another number is put there
inline constexpr Program<Lwt::Out> narrows = [](Packet) {
  std::uint64_t time = monotonic_time();
  buckets.update(1, [&](Bucket& bucket) {
    // error: cuts 'Bucket::tokens' from 64 bits to 32, so that different ones become the same; use a wider type there,
    // or cast where it is meant [ebpfxx-narrowed]
    bucket.tokens = time;
  });
  return Ok;
};

#elif CASE == 14  // an element of what a Locked holds
// kernel takes it: another number is put there
inline constexpr Program<Lwt::Out> narrows = [](Packet packet) {
  buckets.update(1, [&](Bucket& bucket) {
    // error: cuts 'Bucket::shares' from 32 bits to 16, so that different ones become the same; use a wider type there,
    // or cast where it is meant [ebpfxx-narrowed]
    bucket.shares[1] = packet.length();
  });
  return Ok;
};

#elif CASE == 15  // a member of an element of an array
// kernel takes it: another number is put there
inline constexpr Program<Lwt::Out> narrows = [](Packet packet) {
  paths.update(1, [&](Path& path) {
    // error: cuts 'Hop::port' from 32 bits to 16, so that different ones become the same; use a wider type there, or
    // cast where it is meant [ebpfxx-narrowed]
    path.hops[1].port = packet.mark();
  });
  return Ok;
};

#elif CASE == 16  // a member of an element by a reference to it
// kernel takes it: another number is put there
inline constexpr Program<Lwt::Out> narrows = [](Packet packet) {
  paths.update(1, [&](Path& path) {
    Hop& hop = path.hops[0];
    // error: cuts 'Hop::length' from 32 bits to 16, so that different ones become the same; use a wider type there, or
    // cast where it is meant [ebpfxx-narrowed]
    hop.length = packet.mark();
  });
  return Ok;
};

#elif CASE == 17  // an element of a std::array
// kernel takes it: another number is put there
inline constexpr Program<Lwt::Out> narrows = [](Packet packet) {
  paths.update(1, [&](Path& path) {
    // error: cuts 'Path::marks' from 32 bits to 16, so that different ones become the same; use a wider type there, or
    // cast where it is meant [ebpfxx-narrowed]
    path.marks[0] = packet.mark();
  });
  return Ok;
};

#elif CASE == 18  // a member of a struct without a name
// kernel takes it: another number is put there
inline constexpr Program<Lwt::Out> narrows = [](Packet packet) {
  paths.update(1, [&](Path& path) {
    // error: cuts 'Path::(anonymous struct)::first' from 32 bits to 16, so that different ones become the same; use a
    // wider type there, or cast where it is meant [ebpfxx-narrowed]
    path.seen.first = packet.mark();
  });
  return Ok;
};
#endif
