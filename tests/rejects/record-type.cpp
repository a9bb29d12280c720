// Records that a ring buffer does not carry.
#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

struct Opened {
  std::uint64_t time;
};
struct Closed {
  std::uint64_t time;
};
inline RingBuffer<4096, Opened> opened;
inline RingBuffer<4096, Opened, Closed> events;

#if CASE == 0  // accepted: each of the buffer's types

inline constexpr Program<Lwt::Out> reserved = [](Packet) {
  if (auto record = events.reserve<Closed>()) record.submit(WakeUp::Never);
  if (auto record = events.reserve<Opened>()) record.discard();
  return Ok;
};
inline constexpr Program<Lwt::Out> submitted = [](Packet) {
  if (!opened.submit(Opened{7})) return Drop;
  return events.submit(Closed{7}, WakeUp::Always) ? Ok : Drop;
};

#elif CASE == 1  // reserved
// kernel takes it: a record is bytes to it, and the application would take them for another type
// host: refused
inline constexpr Program<Lwt::Out> reserves = [](Packet) {
#if defined(UNCHECKED)
  if (auto record = opened.reserve<Opened>()) record.submit();
#else
  // error: reserves a 'Closed', which is no record of this ring buffer; name it among the buffer's types
  // [ebpfxx-record-type]
  if (auto record = opened.reserve<Closed>()) record.submit();
#endif
  return Ok;
};

#elif CASE == 2  // submitted
// kernel takes it: as above
// host: refused
inline constexpr Program<Lwt::Out> submits = [](Packet packet) {
#if defined(UNCHECKED)
  opened.submit(Opened{packet.mark()});
#else
  // error: submits a 'unsigned int', which is no record of this ring buffer; name it among the buffer's types
  // [ebpfxx-record-type]
  events.submit(packet.mark());
#endif
  return Ok;
};
#endif
