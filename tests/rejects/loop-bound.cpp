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

inline constexpr Program<Lwt::Out> of_a_range = [](Packet packet) {
  std::uint32_t sum = 0;
  for (const std::uint32_t i : up_to<1500>(packet.length())) {
    const auto byte = packet.load<std::uint8_t>(i);
    if (!byte) break;
    sum += *byte;
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

#elif CASE == 4  // more rounds than a loop may have
// no object: the refused overload has no body
inline constexpr Program<Lwt::Out> too_many = [](Packet packet) {
  std::uint32_t sum = 0;
  // error: asks for 8388609 rounds, a loop may have 8388608; split the work over several packets [ebpfxx-loop-bound]
  for (const std::uint32_t i : up_to<8'388'609>(packet.length())) sum += i;
  return sum > 4 ? Drop : Ok;
};
#endif
