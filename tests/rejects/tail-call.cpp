// A jump to another program that is not the last thing this one does: natively it would go on, in the kernel not.
#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Xdp::Verdict;
using Packet = Xdp::Packet;

struct Report {
  std::uint64_t length;
};
inline RingBuffer<4096, Report> reports;
inline PerCpu<std::uint64_t> count;
inline ProgramArray<Xdp, 8> stages;

#if CASE == 0  // accepted: the verdict is returned at once, also by functions, and whatever waited is gone

inline constexpr Program<Xdp> direct = [](Packet packet) { return stages.jump(packet, 1, Pass); };

constexpr Xdp::Verdict dispatch(Packet packet, std::uint32_t stage) { return (stages.jump(packet, stage, Drop)); }
inline constexpr Program<Xdp> by_function = [](Packet packet) {
  if (packet.rx_queue_index() == 0) return Pass;
  return packet.rx_queue_index() == 1 ? dispatch(packet, 2) : stages.jump(packet, 3, Pass);
};

inline constexpr Program<Xdp> reported = [](Packet packet) {
  if (auto record = reports.reserve<Report>()) {
    record->length = packet.length();
    record.submit();
  }
  return stages.jump(packet, 4, Pass);
};

#elif CASE == 1  // goes on with the verdict
// kernel takes it: the verdict of the other program counts, and the count is never made
inline constexpr Program<Xdp> counted = [](Packet packet) {
  // error: 'jump' goes on in another program and does not come back; return its value at once [ebpfxx-tail-call]
  const auto verdict = stages.jump(packet, 1, Pass);
  count.update([](std::uint64_t& number) { number += 1; });
  return verdict;
};

#elif CASE == 2  // decides by the verdict
// kernel takes it: what the other program says counts
inline constexpr Program<Xdp> decided = [](Packet packet) {
  // error: 'jump' goes on in another program and does not come back; return its value at once [ebpfxx-tail-call]
  return stages.jump(packet, 1, Pass) == Pass ? Drop : Pass;
};

#elif CASE == 3  // a function jumps, and its caller goes on
// kernel takes it: what the other program says counts
constexpr Xdp::Verdict dispatch(Packet packet) { return stages.jump(packet, 1, Drop); }
inline constexpr Program<Xdp> called = [](Packet packet) {
  // error: 'dispatch' goes on in another program and does not come back; return its value at once [ebpfxx-tail-call]
  if (dispatch(packet) == Drop) return Drop;
  return Pass;
};

#elif CASE == 4  // a lambda that a library function calls
// kernel takes it: what the other program says counts
inline constexpr Program<Xdp> inner = [](Packet packet) {
  // error: the lambda goes on in another program and does not come back; return its value at once [ebpfxx-tail-call]
  count.update([&](std::uint64_t&) { return stages.jump(packet, 1, Drop); });
  return Pass;
};

#elif CASE == 5  // a reserved record would never be released
// kernel: tail_call would lead to reference leak
inline constexpr Program<Xdp> leaking = [](Packet packet) {
  auto record = reports.reserve<Report>();
  if (!record) return Pass;
  record->length = packet.length();
  // explained: reference-leak
  // error: 'jump' goes on in another program and does not come back, 'record' would not be destroyed; end its scope
  // before [ebpfxx-tail-call]
  return stages.jump(packet, 1, Pass);
};

#endif
