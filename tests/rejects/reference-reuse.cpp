// A reserved record, used after it was submitted or discarded.
#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

struct Report {
  std::uint64_t length;
};
inline RingBuffer<4096, Report> reports;

#if CASE == 0  // accepted: submitted once, on some ways or on all

inline constexpr Program<Lwt::Out> once = [](Packet packet) {
  if (auto record = reports.reserve<Report>()) {
    record->length = packet.length();
    record.submit();
  }
  return Ok;
};
inline constexpr Program<Lwt::Out> one_way_or_another = [](Packet packet) {
  auto record = reports.reserve<Report>();
  if (!record) return Drop;
  record->length = packet.length();
  if (packet.length() > 100)
    record.submit(WakeUp::Always);
  else if (packet.length() > 7)
    record.discard();
  return Ok;
};
inline constexpr Program<Lwt::Out> in_each_round = [](Packet packet) {
  for (std::uint64_t i = 0; i < 3; ++i) {
    auto record = reports.reserve<Report>();
    if (!record) break;
    record->length = packet.length() + i;
    record.submit();
  }
  return Ok;
};
inline constexpr Program<Lwt::Out> asked_again = [](Packet packet) {
  auto record = reports.reserve<Report>();
  if (!record) return Drop;
  if (packet.mark() == 1) record.submit();
  if (record) record->length = packet.length();
  return Ok;
};

#elif CASE == 1  // written to after it was submitted
// kernel: last insn is not an exit or jmp
// explained without a line: unreachable
inline constexpr Program<Lwt::Out> written = [](Packet packet) {
  auto record = reports.reserve<Report>();
  if (!record) return Drop;
  record.submit();
  // error: 'record' was submitted or discarded before; reserve another one [ebpfxx-reference-reuse]
  record->length = packet.length();
  return Ok;
};

#elif CASE == 2  // submitted twice
// kernel: R1 type=scalar expected=ringbuf_mem|R1 type=scalar expected=alloc_mem
inline constexpr Program<Lwt::Out> twice = [](Packet packet) {
  auto record = reports.reserve<Report>();
  if (!record) return Drop;
  record->length = packet.length();
  record.submit();
  // error: 'record' was submitted or discarded before; reserve another one [ebpfxx-reference-reuse]
  // explained: helper-argument
  record.submit();
  return Ok;
};

#elif CASE == 3  // discarded on one of the ways
// kernel: !read_ok
inline constexpr Program<Lwt::Out> on_one_way = [](Packet packet) {
  auto record = reports.reserve<Report>();
  if (!record) return Drop;
  if (packet.length() > 100) record.discard();
  // error: 'record' was submitted or discarded before; reserve another one [ebpfxx-reference-reuse]
  // explained: uninitialised
  record->length = packet.length();
  return Ok;
};
#endif
