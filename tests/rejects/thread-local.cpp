// A variable of the application's threads.
#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

#if CASE == 0  // accepted: a value for each CPU, and thread-local variables around the programs

inline PerCpu<std::uint64_t> packets;
inline thread_local std::uint32_t depth = 0;
inline constexpr Program<Lwt::Out> per_cpu = [](Packet) {
  packets.update([](std::uint64_t& count) { count += 1; });
  return packets.value() > sizeof(depth) ? Drop : Ok;
};
inline void enter() { ++depth; }

#elif CASE == 1  // read
// kernel takes it: it would be a constant of the object's
// note: declared here
inline thread_local std::uint32_t limit = 1000;
inline constexpr Program<Lwt::Out> reads = [](Packet packet) {
  // error: uses thread-local variable 'limit', the kernel has no threads of yours; use a PerCpu [ebpfxx-thread-local]
  return packet.length() > limit ? Drop : Ok;
};

#elif CASE == 2  // in the program itself
// no object: BPF has no threads
inline constexpr Program<Lwt::Out> counts = [](Packet) {
  static thread_local std::uint32_t packets = 0;
  // error: uses thread-local variable 'packets', the kernel has no threads of yours; use a PerCpu [ebpfxx-thread-local]
  return ++packets > 100 ? Drop : Ok;
};
#endif
