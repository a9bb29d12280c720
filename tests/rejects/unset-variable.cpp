// A variable that is used before it has a value.
#include <array>

#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

struct Limits {
  std::uint32_t low, high;
  constexpr void widen() { high = low = 100; }
};

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

// Where no round sets it, it has a value that C++ does not tell, and the register has one.
inline constexpr Program<Lwt::Out> in_some_round = [](Packet packet) {
  std::uint32_t last;
  for (const std::uint32_t i : up_to<8>()) {
    if ((packet.hash() >> i & 1) != 0) break;
    last = i;
  }
  packet.set_mark(last);
  return Ok;
};

inline constexpr Program<Lwt::Out> by_lambdas = [](Packet packet) {
  std::uint32_t mark, priority, sum;
  [&] { mark = 1; }();
  [&to = priority] { to = 2; }();
  [&](auto number) { sum = number; }(3u);
  packet.set_mark(mark + priority + sum);
  return Ok;
};

inline constexpr Program<Lwt::Out> part_by_part = [](Packet packet) {
  Limits each, widened, bound, in_lambda;
  each.low = each.high = 1;
  widened.widen();
  auto& [low, high] = bound;
  low = high = 2;
  [&] { in_lambda.low = in_lambda.high = 3; }();
  std::uint32_t numbers[4];
  for (std::uint32_t& number : numbers) number = packet.hash();
  std::array<std::uint32_t, 2> pair;
  pair[0] = pair[1] = 4;
  union {
    std::uint32_t number;
    std::uint8_t bytes[4];
  } both;
  both.number = packet.hash();
  packet.set_mark(each.high + widened.low + bound.high + in_lambda.low + numbers[2] + pair[1] + both.bytes[3]);
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
// kernel takes it: it is 0 where nothing sets it
inline constexpr Program<Lwt::Out> in_a_loop = [](Packet packet) {
  std::uint32_t sum;
  // error: 'sum' is not set here; give it a value where it is declared: 'sum = {}' [ebpfxx-unset-variable]
  for (const std::uint32_t i : up_to<100>(packet.hash())) sum = sum * 31 + i;
  packet.set_mark(sum);
  return Ok;
};

#elif CASE == 7  // by assembly that reads it
// kernel takes it: it is 0 where nothing sets it
inline constexpr Program<Lwt::Out> by_assembly = [](Packet packet) {
  std::uint32_t sum;
  for (std::uint32_t i = packet.mark() & 63; i > 0; --i) {
    // error: 'sum' is not set here; give it a value where it is declared: 'sum = {}' [ebpfxx-unset-variable]
    asm volatile("" : "+r"(sum));
    sum = sum * 3 + i;
  }
  packet.set_mark(sum);
  return Ok;
};

#elif CASE == 8  // in a lambda, by what the first round adds to
// kernel takes it: it is 0 where nothing sets it
inline constexpr Program<Lwt::Out> in_a_lambda = [](Packet packet) {
  std::uint32_t sum;
  for (const std::uint32_t i : up_to<100>(packet.hash())) {
    // error: 'sum' is not set here; give it a value where it is declared: 'sum = {}' [ebpfxx-unset-variable]
    [&] { sum = sum * 31 + i; }();
  }
  packet.set_mark(sum);
  return Ok;
};

#elif CASE == 9  // a member
// kernel takes it: LLVM leaves out what a number that is not set goes into
inline constexpr Program<Lwt::Out> a_member = [](Packet packet) {
  Limits limits;
  limits.low = packet.hash();
  // error: this part of 'limits' is never set; set it, or write 'limits{}' where it is declared, which sets all to
  // zero [ebpfxx-unset-variable]
  packet.set_mark(limits.low + limits.high);
  return Ok;
};

#elif CASE == 10  // a member, by what the first round adds to
// kernel takes it: it is 0 where nothing sets it
inline constexpr Program<Lwt::Out> added_to = [](Packet packet) {
  Limits limits;
  for (const std::uint32_t i : up_to<100>(packet.hash())) {
    // error: this part of 'limits' is never set; set it, or write 'limits{}' where it is declared, which sets all to
    // zero [ebpfxx-unset-variable]
    limits.high += limits.high * 30 + i;
  }
  packet.set_mark(limits.high);
  return Ok;
};

#elif CASE == 11  // an element of a constant index
// kernel takes it: LLVM leaves out what a number that is not set goes into
inline constexpr Program<Lwt::Out> an_element = [](Packet packet) {
  std::uint32_t numbers[4];
  numbers[0] = packet.hash();
  // error: this part of 'numbers' is never set; set it, or write 'numbers{}' where it is declared, which sets all to
  // zero [ebpfxx-unset-variable]
  packet.set_mark(numbers[0] + numbers[2]);
  return Ok;
};

#elif CASE == 12  // a member of an element of std::array
// kernel takes it: LLVM leaves out what a number that is not set goes into
inline constexpr Program<Lwt::Out> of_an_element = [](Packet packet) {
  std::array<Limits, 4> ranges;
  ranges[0].low = packet.hash();
  // error: this part of 'ranges' is never set; set it, or write 'ranges{}' where it is declared, which sets all to
  // zero [ebpfxx-unset-variable]
  packet.set_mark(ranges[0].low + ranges[2].high);
  return Ok;
};
#endif
