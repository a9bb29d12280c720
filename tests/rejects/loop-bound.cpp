// A loop that never ends.
#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

#if CASE == 0  // accepted: every loop with an end

inline constexpr Program<Lwt::Out> counted = [](Packet packet) {
  std::uint32_t sum = 0;
  for (std::uint32_t i = 0; i < 8; ++i) sum += packet.hash() >> i & 1;
  return sum > 4 ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> with_break = [](Packet packet) {
  std::uint32_t i = 0;
  for (;;) {
    if (++i == 8 || (packet.hash() >> i & 1) != 0) break;
  }
  return i > 4 ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> with_return = [](Packet packet) {
  std::uint32_t i = 0;
  while (true) {
    if (++i == 8) return Ok;
    if ((packet.hash() >> i & 1) != 0) return Drop;
  }
};

inline Map<std::uint32_t, std::uint32_t> lengths;

// It stays a loop, with a test in the middle.
inline constexpr Program<Lwt::Out> not_unrolled = [](Packet packet) {
  std::uint32_t sum = 0;
  for (std::uint32_t i = 0; i < packet.mark() && i < 9; ++i) {
    sum += packet.hash() >> i & 1;
    if (!lengths.set(i, sum)) break;
  }
  return sum > 4 ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> once = [](Packet packet) {
  do {
    if (packet.length() > 1000) break;
    if (packet.mark() == 7) break;
    return Ok;
  } while (false);
  return Drop;
};

#elif CASE == 1  // for (;;)
// no object: a loop without effects is undefined, the optimiser drops all that it leads to
inline constexpr Program<Lwt::Out> for_ever = [](Packet packet) {
  std::uint32_t sum = 0;
  // error: this loop never ends, the kernel wants to see its end; give it a constant bound [ebpfxx-loop-bound]
  for (;;) sum += packet.hash();
  return sum > 4 ? Drop : Ok;
};

#elif CASE == 2  // a condition that holds for ever
// no object: a loop that does nothing but wait is undefined, the optimiser drops all that it leads to
inline constexpr Program<Lwt::Out> while_true = [](Packet packet) {
  // error: this loop never ends, the kernel wants to see its end; give it a constant bound [ebpfxx-loop-bound]
  while (true) {
    if (packet.length() > 1000) continue;
    if (packet.mark() == 7) continue;
  }
  return Ok;
};

#elif CASE == 3  // without an end, but not without an effect
// kernel: infinite loop detected|last insn is not an exit or jmp|unreachable insn
inline PerCpu<std::uint64_t> rounds;
inline constexpr Program<Lwt::Out> counts = [](Packet) {
  // error: this loop never ends, the kernel wants to see its end; give it a constant bound [ebpfxx-loop-bound]
  while (true) rounds.update([](std::uint64_t& count) { count += 1; });
  return Ok;
};
#endif
