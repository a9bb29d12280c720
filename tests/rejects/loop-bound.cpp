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

// LLVM compares before the loop what is the same in each round.
struct [[gnu::packed]] Input {
  std::uint32_t number;
  std::uint64_t start;
  std::uint8_t bytes[32];
};
constexpr std::uint64_t sum_of(const Input& input) {
  const std::uint32_t number = input.number;
  std::uint64_t sum = input.start;
  for (const std::uint8_t *at = input.bytes, *end = input.bytes + 32; at != end; ++at) {
    sum ^= *at;
    if (number / 3 >= std::uint32_t{input.bytes[19]}) break;
  }
  return sum;
}
inline constexpr Program<Lwt::Out> same_in_each_round = [](Packet packet) {
  const auto input = packet.parse<Input>();
  if (!input) return Drop;
  const std::uint64_t sum = sum_of(*input);
  packet.set_mark(static_cast<std::uint32_t>(sum));
  packet.set_priority(static_cast<std::uint32_t>(sum >> 32));
  return Ok;
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

// Without a bound in the source, but the verifier follows them.
inline constexpr Program<Lwt::Out> shifted = [](Packet packet) {
  std::uint32_t sum = 0;
  for (std::uint32_t left = packet.hash(); left != 0; left >>= 1) sum = sum * 3 + (left & 1);
  for (std::uint32_t i = packet.mark(); i < 64; ++i) sum = sum * 5 + i;
  for (std::uint32_t i = packet.mark() & 63; i != 0; --i) sum = sum * 7 + i;
  return sum > 4 ? Drop : Ok;
};

// Counters of few bits, which can be as much as their limits.
inline constexpr Program<Lwt::Out> few_bits_below = [](Packet packet) {
  std::uint32_t sum = 0;
  const std::uint32_t last = packet.mark() & 0xff;
  for (std::uint8_t i = 0; i < last; ++i) sum = sum * 3 + i;
  return sum > 4 ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> few_bits_up_to = [](Packet packet) {
  std::uint32_t sum = 0;
  const std::uint32_t last = packet.mark() & 0xff;
  for (std::uint8_t i = 0; i <= last / 2; ++i) sum = sum * 5 + i;
  return sum > 4 ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> few_bits_by_two = [](Packet packet) {
  std::uint32_t sum = 0;
  const std::uint32_t last = packet.mark() & 0xfe;
  for (std::uint8_t i = 0; i < last; i += 2) sum = sum * 7 + i;
  return sum > 4 ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> few_bits_down = [](Packet packet) {
  std::uint32_t sum = 0;
  for (std::uint8_t i = packet.mark() & 0xff; i > 0; --i) sum = sum * 11 + i;
  return sum > 4 ? Drop : Ok;
};

// As they start, they come to their limits without wrapping around.
inline constexpr Program<Lwt::Out> from_tested_start = [](Packet packet) {
  const auto start = static_cast<std::uint8_t>(packet.priority() & 15);
  const std::uint32_t end = packet.mark() & 0xff;
  std::uint32_t sum = 0;
  if (start <= end)
    for (std::uint8_t i = start; i != end; ++i) sum = sum * 13 + i;
  return sum > 4 ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> down_to_number = [](Packet packet) {
  const auto first = static_cast<std::uint8_t>(1 + (packet.priority() & 3));
  std::uint32_t sum = 0;
  for (auto i = static_cast<std::uint8_t>(packet.mark()); i >= first; --i) sum = sum * 17 + i;
  return sum > 4 ? Drop : Ok;
};

// So many rounds that the helper bpf_loop runs them.
inline constexpr Program<Lwt::Out> many = [](Packet packet) {
  std::uint32_t sum = 0;
  for (std::uint32_t i = 0; i < 4'000'000; ++i) sum = sum * 3 + (packet.hash() ^ i);
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
// kernel: infinite loop detected
inline constexpr Program<Lwt::Out> for_ever = [](Packet packet) {
  std::uint32_t sum = 0;
  // error: this loop never ends, the kernel wants to see its end; give it a constant bound [ebpfxx-loop-bound]
  for (;;) sum += packet.hash();
  return sum > 4 ? Drop : Ok;
};

#elif CASE == 2  // a condition that holds for ever
// kernel: infinite loop detected
inline constexpr Program<Lwt::Out> while_true = [](Packet packet) {
  // error: this loop never ends, the kernel wants to see its end; give it a constant bound [ebpfxx-loop-bound]
  while (true) {
    // explained: loop-bound
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

#elif CASE == 5  // as often as a number says that may be any
// kernel: infinite loop detected|BPF program is too large|The sequence of 8193 jumps is too complex
inline constexpr Program<Lwt::Out> up_to_the_length = [](Packet packet) {
  std::uint32_t sum = 0;
  // error: this loop may have 4294967295 rounds, the verifier follows 1000000 instructions; end it by
  // 'for (auto i : up_to<N>(count))' [ebpfxx-loop-bound]
  for (std::uint32_t i = 0; i < packet.length(); ++i) sum = sum * 3 + (packet.hash() ^ i);
  return sum > 4 ? Drop : Ok;
};

#elif CASE == 6  // until a number is 0 of which the verifier knows nothing
// kernel: infinite loop detected|BPF program is too large|The sequence of 8193 jumps is too complex
inline constexpr Program<Lwt::Out> common_divisor = [](Packet packet) {
  std::uint32_t one = packet.hash(), other = packet.mark();
  // error: the verifier sees no end of this loop: what ends it may be any number; end it by
  // 'for (auto i : up_to<N>())', and break [ebpfxx-loop-bound]
  while (other != 0) {
    const std::uint32_t rest = one % other;
    one = other;
    other = rest;
  }
  return one > 4 ? Drop : Ok;
};

#elif CASE == 7  // until all bits are off
// kernel: infinite loop detected|BPF program is too large|The sequence of 8193 jumps is too complex
inline constexpr Program<Lwt::Out> set_bits = [](Packet packet) {
  std::uint32_t sum = 0;
  // error: the verifier sees no end of this loop: what ends it may be any number; end it by
  // 'for (auto i : up_to<N>())', and break [ebpfxx-loop-bound]
  for (std::uint32_t left = packet.hash(); left != 0; left &= left - 1) sum = sum * 3 + left;
  return sum > 4 ? Drop : Ok;
};

#elif CASE == 8  // along a list in a map, which may go round
// kernel: infinite loop detected|BPF program is too large|The sequence of 8193 jumps is too complex
inline Map<std::uint32_t, std::uint32_t> next_of;
inline constexpr Program<Lwt::Out> list = [](Packet packet) {
  std::uint32_t key = packet.hash();
  // error: the verifier sees no end of this loop: what ends it may be any number; end it by
  // 'for (auto i : up_to<N>())', and break [ebpfxx-loop-bound]
  while (auto next = next_of.find(key)) key = *next;
  return key > 4 ? Drop : Ok;
};

#elif CASE == 9  // until a time
// kernel: infinite loop detected|BPF program is too large|The sequence of 8193 jumps is too complex
inline constexpr Program<Lwt::Out> wait = [](Packet packet) {
  std::uint32_t rounds = 0;
  // error: the verifier sees no end of this loop: what ends it may be any number; end it by
  // 'for (auto i : up_to<N>())', and break [ebpfxx-loop-bound]
  while (monotonic_time() < 5'000'000'000) ++rounds;
  return rounds > packet.mark() ? Drop : Ok;
};

#elif CASE == 10  // down to 0 and beyond, by a number without a sign
// kernel: infinite loop detected
inline constexpr Program<Lwt::Out> downwards = [](Packet packet) {
  std::uint32_t sum = 0;
  // error: this loop never ends, as what would end it never comes true; give it a constant bound [ebpfxx-loop-bound]
  for (std::uint32_t i = packet.mark() & 0x3ffff; i >= 0; --i) sum = sum * 31 + i;
  packet.set_mark(sum);
  return Ok;
};

#elif CASE == 11  // until a number is what it cannot be
// kernel: infinite loop detected
inline constexpr Program<Lwt::Out> never_five = [](Packet packet) {
  std::uint32_t number = packet.mark();
  // error: this loop never ends, as what would end it never comes true; give it a constant bound [ebpfxx-loop-bound]
  while (number != 5) number |= 8;
  packet.set_mark(number);
  return Ok;
};

#elif CASE == 12  // a counter of 16 bits, and a limit of more
// kernel: infinite loop detected|BPF program is too large|The sequence of 8193 jumps is too complex
inline constexpr Program<Lwt::Out> short_counter = [](Packet packet) {
  const std::uint32_t last = packet.mark() & 0x3ffff;
  std::uint32_t sum = 0;
  // error: this loop may never end: its limit may be 262143, and its counter of 16 bits goes from 65535 to 0; test
  // first that the limit is at most 65534, or count with more bits [ebpfxx-loop-bound]
  for (std::uint16_t i = 0; i <= last; ++i) sum = sum * 31 + i;
  packet.set_mark(sum);
  return Ok;
};

#elif CASE == 13  // the same until they are equal, in a loop around another
// kernel: infinite loop detected|BPF program is too large|The sequence of 8193 jumps is too complex
inline constexpr Program<Lwt::Out> until_equal = [](Packet packet) {
  const std::uint32_t end = packet.mark() & 0x1ff;
  std::uint32_t sum = 0;
  // error: this loop may never end: its limit may be 511, and its counter of 8 bits goes from 255 to 0; test first that
  // the limit is at most 255, or count with more bits [ebpfxx-loop-bound]
  for (std::uint8_t i = 0; i != end; ++i)
    for (std::uint32_t j = 0; j < 4; ++j) sum = sum * 31 + i * j;
  packet.set_mark(sum);
  return Ok;
};

#elif CASE == 14  // in steps of 3, with a sign
// kernel: infinite loop detected|BPF program is too large|The sequence of 8193 jumps is too complex
inline constexpr Program<Lwt::Out> signed_steps = [](Packet packet) {
  const int end = static_cast<int>(packet.mark() & 0xff);
  std::uint32_t sum = 0;
  // error: this loop may never end: its limit may be 255, and its counter of 8 bits goes from 127 to -128; test first
  // that the limit is at most 127, or count with more bits [ebpfxx-loop-bound]
  for (std::int8_t i = 0; i < end; i += 3) sum = sum * 31 + static_cast<std::uint32_t>(i);
  packet.set_mark(sum);
  return Ok;
};

#elif CASE == 15  // up to the greatest number of the counter, and on
// kernel: infinite loop detected|BPF program is too large|The sequence of 8193 jumps is too complex
inline constexpr Program<Lwt::Out> up_to_the_greatest = [](Packet packet) {
  const auto last = static_cast<std::uint8_t>(packet.mark());
  std::uint32_t sum = 0;
  // error: this loop may never end: its limit may be 255, and its counter of 8 bits goes from 255 to 0; test first that
  // the limit is at most 254, or count with more bits [ebpfxx-loop-bound]
  for (std::uint8_t i = 0; i <= last; ++i) sum = sum * 31 + i;
  packet.set_mark(sum);
  return Ok;
};

#elif CASE == 16  // down to a number that may be 0
// kernel: infinite loop detected|BPF program is too large|The sequence of 8193 jumps is too complex
inline constexpr Program<Lwt::Out> down_to_first = [](Packet packet) {
  const std::uint32_t first = packet.priority() & 3;
  std::uint32_t sum = 0;
  // error: this loop may never end: its limit may be 0, and its counter of 32 bits goes from 0 to 4294967295; test
  // first that the limit is at least 1 [ebpfxx-loop-bound]
  for (std::uint32_t i = packet.mark() & 63; i >= first; --i) sum = sum * 31 + i;
  packet.set_mark(sum);
  return Ok;
};

#elif CASE == 17  // by 2, over 0
// kernel: infinite loop detected|BPF program is too large|The sequence of 8193 jumps is too complex
inline constexpr Program<Lwt::Out> by_two = [](Packet packet) {
  std::uint32_t sum = 0;
  // error: this loop may never end: it counts by 2, and may step over its limit; end it by
  // 'for (auto i : up_to<N>(count))' [ebpfxx-loop-bound]
  for (std::uint8_t i = static_cast<std::uint8_t>(packet.mark()); i > 0; i -= 2) sum = sum * 31 + i;
  packet.set_mark(sum);
  return Ok;
};

#elif CASE == 18  // by 2, over an odd limit below the greatest number of the counter
// kernel: infinite loop detected|BPF program is too large|The sequence of 8193 jumps is too complex
inline constexpr Program<Lwt::Out> over_an_odd = [](Packet packet) {
  const std::uint32_t end = packet.mark() & 0xff;
  std::uint32_t sum = 0;
  // error: this loop may never end: it counts by 2, and may step over its limit; end it by
  // 'for (auto i : up_to<N>(count))' [ebpfxx-loop-bound]
  for (std::uint8_t i = 0; i < end; i += 2) sum = sum * 31 + i;
  packet.set_mark(sum);
  return Ok;
};

#elif CASE == 19  // down from a remainder, of which the verifier does not know the greatest
// kernel: infinite loop detected|BPF program is too large|The sequence of 8193 jumps is too complex
inline constexpr Program<Lwt::Out> from_remainder = [](Packet packet) {
  std::uint32_t sum = 0;
  // error: this loop may have 4294967295 rounds, the verifier follows 1000000 instructions; end it by
  // 'for (auto i : up_to<N>(count))' [ebpfxx-loop-bound]
  for (int i = packet.mark() % 11; i-- > 0;) sum = sum * 31 + static_cast<std::uint32_t>(i);
  packet.set_mark(sum);
  return Ok;
};

#elif CASE == 20  // until equal, from a number that may be above
// kernel: infinite loop detected|BPF program is too large|The sequence of 8193 jumps is too complex
inline constexpr Program<Lwt::Out> from_above = [](Packet packet) {
  const std::uint32_t start = packet.priority() & 15, end = packet.mark() & 63;
  std::uint32_t sum = 0;
  // error: this loop may never end: its counter may be above its limit at first, and '!=' lets it go on; go on by '<'
  // [ebpfxx-loop-bound]
  for (std::uint32_t i = start; i != end; ++i) sum = sum * 31 + i;
  packet.set_mark(sum);
  return Ok;
};

#elif CASE == 21  // the same of 16 bits
// kernel: infinite loop detected|BPF program is too large|The sequence of 8193 jumps is too complex
inline constexpr Program<Lwt::Out> short_from_above = [](Packet packet) {
  const auto start = static_cast<std::uint16_t>(packet.priority() & 15);
  const std::uint32_t end = packet.mark() & 63;
  std::uint32_t sum = 0;
  // error: this loop may never end: its counter may be above its limit at first, and '!=' lets it go on; go on by '<'
  // [ebpfxx-loop-bound]
  for (std::uint16_t i = start; i != end; ++i) sum = sum * 31 + i;
  packet.set_mark(sum);
  return Ok;
};

#elif CASE == 22  // downwards, from a number that may be below
// kernel: infinite loop detected|BPF program is too large|The sequence of 8193 jumps is too complex
inline constexpr Program<Lwt::Out> from_below = [](Packet packet) {
  const std::uint32_t start = packet.priority() & 15, end = packet.mark() & 63;
  std::uint32_t sum = 0;
  // error: this loop may never end: its counter may be below its limit at first, and '!=' lets it go on; go on by '>'
  // [ebpfxx-loop-bound]
  for (std::uint32_t i = start; i != end; --i) sum = sum * 31 + i;
  packet.set_mark(sum);
  return Ok;
};

#elif CASE == 23  // until a square is above what may be any number
// kernel: infinite loop detected|BPF program is too large|The sequence of 8193 jumps is too complex
inline constexpr Program<Lwt::Out> least_divisor = [](Packet packet) {
  const std::uint32_t number = packet.mark();
  // error: the verifier sees no end of this loop: what ends it may be any number; end it by
  // 'for (auto i : up_to<N>())', and break [ebpfxx-loop-bound]
  for (std::uint32_t divisor = 2; divisor * divisor <= number; ++divisor)
    if (number % divisor == 0) return Drop;
  return Ok;
};

#elif CASE == 24  // while one of two holds, of which the verifier sees an end of one
// kernel: infinite loop detected|BPF program is too large|The sequence of 8193 jumps is too complex
inline constexpr Program<Lwt::Out> while_either = [](Packet packet) {
  std::uint32_t one = packet.mark(), other = packet.hash() | 1;
  // error: the verifier sees no end of this loop: what ends it may be any number; end it by
  // 'for (auto i : up_to<N>())', and break [ebpfxx-loop-bound]
  for (std::uint32_t i = 0; i < 24 || other != 0; ++i) {
    const std::uint32_t rest = other == 0 ? 0 : one % other;
    one = other;
    other = rest;
  }
  return one > 4 ? Drop : Ok;
};

#elif CASE == 25  // until a counter is what is anew in each round
// kernel: infinite loop detected|BPF program is too large|The sequence of 8193 jumps is too complex
inline constexpr Program<Lwt::Out> until_now = [](Packet packet) {
  std::uint32_t sum = packet.mark();
  // error: the verifier sees no end of this loop: what ends it may be any number; end it by
  // 'for (auto i : up_to<N>())', and break [ebpfxx-loop-bound]
  for (std::uint32_t i = packet.hash() & 15; i != monotonic_time(); ++i) sum = sum * 31 + i;
  return sum > 4 ? Drop : Ok;
};

#elif CASE == 26  // of many rounds, which change a variable that only later verifiers let bpf_loop change
// kernel: BPF program is too large|The sequence of 8193 jumps is too complex
inline constexpr Program<Lwt::Out> counted_in_rows = [](Packet packet) {
  std::uint32_t counts[4] = {};
  // error: this loop may have 10000 rounds, more than the verifier follows; keep in a PerCpu what they change, or
  // compile for --kernel=6.8, for the helper bpf_loop [ebpfxx-loop-bound]
  for (const std::uint32_t i : up_to<10000>(packet.mark())) counts[i & 3] += packet.hash() ^ i;
  return counts[0] > counts[3] ? Drop : Ok;
};
#endif
