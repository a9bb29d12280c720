// A variable that is used before it has a value.
#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

#if CASE == 0  // accepted: set before it is used, on every path that uses it

inline constexpr Program<Lwt::Out> on_both_paths = [](Packet packet) {
  std::uint32_t mark;
  if (packet.length() > 100)
    mark = 1;
  else
    mark = 2;
  packet.set_mark(mark);
  return Ok;
};

inline constexpr Program<Lwt::Out> where_it_is_used = [](Packet packet) {
  std::uint32_t mark;
  const bool is_long = packet.length() > 100;
  if (is_long) mark = packet.hash();
  if (is_long) packet.set_mark(mark);
  return Ok;
};

inline void fill(std::uint32_t& number) { number = 7; }
inline constexpr Program<Lwt::Out> by_a_function = [](Packet packet) {
  std::uint32_t mark;
  fill(mark);
  packet.set_mark(mark);
  return Ok;
};

inline constexpr Program<Lwt::Out> by_assembly = [](Packet packet) {
  std::uint32_t mark;
  asm volatile("%0 = 7" : "=r"(mark));
  packet.set_mark(mark);
  return Ok;
};

inline constexpr Program<Lwt::Out> not_used = [](Packet) {
  [[maybe_unused]] std::uint32_t mark;
  return Ok;
};

inline constexpr Program<Lwt::Out> in_a_round_before = [](Packet packet) {
  std::uint32_t last, sum = 0;
  for (std::uint32_t i = 0; i < 8; ++i) {
    if (i > 0) sum ^= last;
    last = packet.hash() >> i;
  }
  packet.set_mark(sum);
  return Ok;
};

#elif CASE == 1  // never set
// kernel takes it: LLVM leaves out what a number that is not set goes into
inline constexpr Program<Lwt::Out> never_set = [](Packet packet) {
  std::uint32_t total;
  // error: 'total' is not set here; give it a value where it is declared: 'total = {}' [ebpfxx-unset-variable]
  packet.set_mark(total + packet.length());
  return Ok;
};

#elif CASE == 2  // set on one path only
// kernel takes it: LLVM takes the value of the other path
inline constexpr Program<Lwt::Out> on_one_path = [](Packet packet) {
  std::uint32_t mark;
  if (packet.length() > 100) mark = 1;
  // error: 'mark' is not set here; give it a value where it is declared: 'mark = {}' [ebpfxx-unset-variable]
  packet.set_mark(mark);
  return Ok;
};

#elif CASE == 3  // the counter of a loop
// kernel takes it: LLVM leaves out what a number that is not set goes into
inline constexpr Program<Lwt::Out> counter = [](Packet packet) {
  std::uint32_t sum = 0;
  // error: 'i' is not set here; give it a value where it is declared: 'i = {}' [ebpfxx-unset-variable]
  for (std::uint32_t i; i < 4; ++i) sum += packet.hash() >> i & 1;
  packet.set_mark(sum);
  return Ok;
};

#elif CASE == 4  // set to itself
// kernel takes it: LLVM leaves out what a number that is not set goes into
inline constexpr Program<Lwt::Out> itself = [](Packet packet) {
  // error: 'mark' is not set here; give it a value where it is declared: 'mark = {}' [ebpfxx-unset-variable]
  std::uint32_t mark = mark + packet.length();
  packet.set_mark(mark);
  return Ok;
};

#elif CASE == 5  // a verdict
// kernel takes it: LLVM takes the value of the other path
inline constexpr Program<Lwt::Out> verdict = [](Packet packet) {
  Lwt::Out::Verdict verdict;
  if (packet.length() > 100) verdict = Drop;
  // error: 'verdict' is not set here; give it a value where it is declared: 'verdict = {}' [ebpfxx-unset-variable]
  return verdict;
};

#elif CASE == 6  // in a loop, by what the first round adds to
// kernel: !read_ok
inline constexpr Program<Lwt::Out> in_a_loop = [](Packet packet) {
  std::uint32_t sum;
  // error: 'sum' is not set here; give it a value where it is declared: 'sum = {}' [ebpfxx-unset-variable]
  // explained: uninitialised
  for (const std::uint32_t i : up_to<100>(packet.hash())) sum = sum * 31 + i;
  packet.set_mark(sum);
  return Ok;
};

#elif CASE == 7  // by assembly that reads it
// kernel: !read_ok
inline constexpr Program<Lwt::Out> by_assembly = [](Packet packet) {
  std::uint32_t sum;
  for (std::uint32_t i = packet.mark() & 63; i > 0; --i) {
    // error: 'sum' is not set here; give it a value where it is declared: 'sum = {}' [ebpfxx-unset-variable]
    asm volatile("" : "+r"(sum));
    // explained: uninitialised
    sum = sum * 3 + i;
  }
  packet.set_mark(sum);
  return Ok;
};
#endif
