// An entry that an array does not have.
#include <algorithm>
#include <array>
#include <span>

#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

inline Map<std::uint32_t, Atomic<std::uint64_t>, Array<8>> lengths;
inline PerCpu<std::array<std::uint64_t, 8>> buckets;

#if CASE == 0  // accepted: constants and bounded numbers up to the last entry, and any number with a test

inline constexpr Program<Lwt::Out> within = [](Packet packet) {
  lengths.at<0>().update([](auto& count) { count += 1; });
  lengths.at<7>().update([](auto& count) { count += 1; });
  const auto index = Bounded<0, 7>::clamped(packet.length() / 256);
  lengths.at(index).update([](auto& count) { count += 1; });
  lengths.at(Bounded<0, 7>::proven(packet.hash() & 7)).update([](auto& count) { count += 1; });
  return lengths.at(index).value() > 7 ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> tested = [](Packet packet) {
  if (auto count = lengths.find(packet.length())) *count += 1;
  return Ok;
};

inline constexpr Program<Lwt::Out> array_in_a_value = [](Packet packet) {
  buckets.update([&](std::array<std::uint64_t, 8>& counts) { counts[packet.hash() & 7] += 1; });
  return Ok;
};

inline constexpr Program<Lwt::Out> elements = [](Packet packet) {
  const auto length = bounded(packet.length());
  buckets.update([&](std::array<std::uint64_t, 8>& counts) {
    at(counts, constant<7>) += 1;
    at(counts, length % constant<8>) += 1;
    at(counts, length % constant<7>) += 1;
    if (auto index = length.at_most<7>()) at(counts, *index) += 1;
    if (auto index = length.at_least<3>())
      if (auto last = index->at_most<7>(); last && packet.mark() == 7) at(counts, *last) += 1;
  });
  return Ok;
};

struct Counts {
  std::uint32_t entries[10];
};
inline PerCpu<Counts> per_count;
inline constexpr std::array<std::uint32_t, 5> backends{11, 22, 33, 44, 55};
struct Payload {
  std::uint8_t bytes[32];
};

// What the verifier follows, and what the compiler shows it.
inline constexpr Program<Lwt::Out> plain = [](Packet packet) {
  const std::uint32_t index = packet.hash();
  per_count.update([&](Counts& counts) {
    counts.entries[index % 10] += 1;
    if (index < 10) counts.entries[index] += 1;
    for (std::uint32_t i = 0; i < 10; ++i) counts.entries[i] += backends[(index + i) % 5];
    for (std::uint32_t i = 0; i < index % 11; ++i) counts.entries[i] += 1;
  });
  auto payload = packet.parse<Payload>();
  if (!payload) return Ok;
  packet.set_control<0>(payload->bytes[payload->bytes[0] & 31] + at(payload->bytes, bounded(index) % constant<31>));
  return Ok;
};

inline constexpr Program<Lwt::Out> remainder = [](Packet packet) {
  per_count.update([&](Counts& counts) { counts.entries[packet.hash() % (packet.mark() % 8 + 1)] += 1; });
  return Ok;
};

// Up to the last element, by iterators, and where a condition that LLVM knows keeps from going on.
inline constexpr Program<Lwt::Out> to_the_end = [](Packet packet) {
  std::array<std::uint32_t, 3> numbers{packet.length(), packet.hash(), 3};
  std::uint32_t sum = *(numbers.end() - 1);
  for (std::uint32_t i = 0; i < numbers.size(); ++i) sum += numbers[i] + backends[i + 2];
  for (std::size_t i = 0; i <= numbers.size(); ++i)
    if (i != numbers.size()) sum += numbers[i];
  for (auto number = numbers.begin(); number != numbers.end(); ++number) sum ^= *number;
  packet.set_mark(sum);
  return Ok;
};

// As many as were found: the program knows that it is no more than the array has, and LLVM does not.
inline constexpr Program<Lwt::Out> as_many_as_found = [](Packet packet) {
  std::uint8_t found[4] = {};
  std::uint32_t count = 0, sum = 0;
  for (std::uint32_t bit = 0; bit < 8; ++bit)
    if ((packet.hash() >> bit & 1) != 0 && count < 4) found[count++] = bit;
  for (std::uint32_t i = 0; i < 8; ++i) {
    if (i >= count) break;
    sum = sum * 8 + found[i];
  }
  packet.set_mark(sum);
  return Ok;
};

// A number that only the verifier knows, as it walks each path.
inline constexpr Program<Lwt::Out> walked = [](Packet packet) {
  per_count.update([&](Counts& counts) {
    std::uint32_t next = 0;
    for (std::uint32_t bit = 0; bit < 8; ++bit)
      if ((packet.hash() >> bit & 1) != 0) counts.entries[next++] = bit;
  });
  return Ok;
};

#elif CASE == 1  // a constant, one too many
// kernel: invalid access to map value
// host: refused
inline constexpr Program<Lwt::Out> one_too_many = [](Packet) {
#if defined(UNCHECKED)
  // explained: array-bounds
  buckets.update([](std::array<std::uint64_t, 8>& counts) { counts.data()[8] += 1; });
#else
  // error: takes entry 8 of an array of 8; the last one is entry 7 [ebpfxx-array-bounds]
  lengths.at<8>().update([](auto& count) { count += 1; });
#endif
  return Ok;
};

#elif CASE == 2  // a bounded number, whose upper bound is one too many
// kernel: invalid access to map value
// host: refused
inline constexpr Program<Lwt::Out> bound_too_far = [](Packet packet) {
  const auto index = Bounded<0, 8>::clamped(packet.length());
#if defined(UNCHECKED)
  // explained: array-bounds
  buckets.update([&](std::array<std::uint64_t, 8>& counts) { counts.data()[index.value()] += 1; });
#else
  // error: takes entry 0 to 8 of an array of 8; bound the index below 8 [ebpfxx-array-bounds]
  lengths.at(index).update([](auto& count) { count += 1; });
#endif
  return Ok;
};

#elif CASE == 3  // a number without bounds
// kernel: unbounded memory access
// host: refused
inline constexpr Program<Lwt::Out> unbounded = [](Packet packet) {
#if defined(UNCHECKED)
  // explained: array-bounds
  buckets.update([&](std::array<std::uint64_t, 8>& counts) { counts.data()[packet.length()] += 1; });
#else
  // error: takes any entry of an array of 8; bound the index as Bounded<0, 7>, or use 'find' [ebpfxx-array-bounds]
  lengths.at(packet.length()).update([](auto& count) { count += 1; });
#endif
  return Ok;
};

#elif CASE == 4  // an element of an array in a value, whose upper bound is one too many
// kernel: invalid access to map value
// host: refused
inline constexpr Program<Lwt::Out> element = [](Packet packet) {
  const auto index = bounded(packet.length()) % constant<9>;
  buckets.update([&](std::array<std::uint64_t, 8>& counts) {
#if defined(UNCHECKED)
    // explained: array-bounds
    counts.data()[index.shown<8>()] += 1;
#else
    // error: takes element 0 to 8 of an array of 8; bound the index below 8 [ebpfxx-array-bounds]
    at(counts, index) += 1;
#endif
  });
  return Ok;
};

#elif CASE == 5  // a narrowed number that is not tested
// kernel: unbounded memory access|invalid access to map value
inline constexpr Program<Lwt::Out> untested = [](Packet packet) {
  auto index = bounded(packet.length()).at_most<7>();
  // error: 'index' may lie outside its interval here; test it first [ebpfxx-array-bounds]
  buckets.update([&](std::array<std::uint64_t, 8>& counts) { at(counts, *index) += 1; });
  return Ok;
};

#elif CASE == 6  // a comparison that never holds
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::Out> never = [](Packet packet) {
  auto index = (bounded(packet.length()) & constant<7>)+constant<8>;
  // error: asks whether a number from 8 to 15 is at most 7, which it never is [ebpfxx-array-bounds]
  return index.at_most<7>() ? Drop : Ok;
};

#elif CASE == 7  // a plain number without bounds, in a value
// kernel: unbounded memory access
inline PerCpu<std::array<std::uint32_t, 10>> entries;
inline constexpr Program<Lwt::Out> plain_unbounded = [](Packet packet) {
  // error: takes element 0 to 4294967295 of an array of 10; test first that the index is at most 9, or bound it as
  // Bounded<0, 9> [ebpfxx-array-bounds]
  entries.update([&](std::array<std::uint32_t, 10>& counts) { counts[packet.hash()] += 1; });
  return Ok;
};

#elif CASE == 8  // a test that is off by one
// kernel: invalid access to map value
inline PerCpu<std::array<std::uint32_t, 10>> entries;
inline constexpr Program<Lwt::Out> off_by_one = [](Packet packet) {
  const std::uint32_t index = packet.hash();
  if (index > 10) return Ok;
  // error: takes element 0 to 10 of an array of 10; test first that the index is at most 9, or bound it as Bounded<0,
  // 9> [ebpfxx-array-bounds]
  entries.update([&](std::array<std::uint32_t, 10>& counts) { counts[index] += 1; });
  return Ok;
};

#elif CASE == 9  // a signed number that may be negative
// kernel: unbounded min value is not allowed
inline PerCpu<std::array<std::uint32_t, 10>> entries;
inline constexpr Program<Lwt::Out> negative = [](Packet packet) {
  const auto index = static_cast<std::int32_t>(packet.hash());
  if (index > 9) return Ok;
  entries.update([&](std::array<std::uint32_t, 10>& counts) {
    // error: takes element -2147483648 to 9 of an array of 10; test first that the index is from 0 to 9, or bound it as
    // Bounded<0, 9> [ebpfxx-array-bounds]
    counts.data()[index] += 1;
  });
  return Ok;
};

#elif CASE == 10  // a loop with a bound above the array's
// kernel: invalid access to map value
inline PerCpu<std::array<std::uint32_t, 10>> entries;
inline constexpr Program<Lwt::Out> loop = [](Packet packet) {
  entries.update([&](std::array<std::uint32_t, 10>& counts) {
    // error: takes element 0 to 14 of an array of 10; test first that the index is at most 9, or bound it as Bounded<0,
    // 9> [ebpfxx-array-bounds]
    for (std::uint32_t i = 0; i < (packet.hash() & 15); ++i) counts[i] += 1;
  });
  return Ok;
};

#elif CASE == 11  // on the stack
// kernel: unbounded variable-offset
inline constexpr Program<Lwt::Out> on_stack = [](Packet packet) {
  std::uint32_t numbers[10];
  for (std::uint32_t i = 0; i < 10; ++i) numbers[i] = packet.length() * i + packet.mark();
  // error: takes element 0 to 4294967295 of an array of 10; test first that the index is at most 9, or bound it as
  // Bounded<0, 9> [ebpfxx-array-bounds]
  packet.set_mark(numbers[packet.hash()]);
  return Ok;
};

#elif CASE == 12  // in the packet
// kernel: offset is outside of the packet
struct Payload {
  std::uint8_t bytes[32];
};
inline constexpr Program<Lwt::Out> in_packet = [](Packet packet) {
  auto payload = packet.parse<Payload>();
  if (!payload) return Ok;
  // explained: packet-bounds
  // error: takes element 0 to 255 of an array of 32; test first that the index is at most 31, or bound it as
  // Bounded<0, 31> [ebpfxx-array-bounds]
  return payload->bytes[payload->bytes[0]] == 7 ? Drop : Ok;
};

#elif CASE == 13  // what is left of a division by a number without bounds
// kernel: unbounded min value|unbounded memory access
inline PerCpu<std::array<std::uint32_t, 10>> entries;
inline constexpr Program<Lwt::Out> remainder_of_any = [](Packet packet) {
  const std::uint32_t left = packet.hash() % packet.length();
  // error: takes element 0 to 4294967295 of an array of 10; test first that the index is at most 9, or bound it as
  // Bounded<0, 9> [ebpfxx-array-bounds]
  entries.update([&](std::array<std::uint32_t, 10>& counts) { counts[left] += 1; });
  return Ok;
};

#elif CASE == 14  // beside a test of a number that is calculated from the index
// kernel: unbounded min value|unbounded memory access
inline PerCpu<std::array<std::uint32_t, 10>> entries;
inline constexpr Program<Lwt::Out> calculated_from_it = [](Packet packet) {
  const std::uint32_t mark = packet.mark();
  entries.update([&](std::array<std::uint32_t, 10>& counts) {
    if ((packet.hash() ^ mark) < 10) counts[1] += 1;
    // error: takes element 7 to 4294967295 of an array of 10; test first that the index is at most 9, or bound it as
    // Bounded<0, 9> [ebpfxx-array-bounds]
    counts[mark | 7] += 1;
  });
  return Ok;
};

#elif CASE == 15  // of a copied header, one too few
// kernel: unbounded min value|unbounded memory access
struct Numbered {
  std::uint8_t number;
};
inline constexpr std::array<std::uint16_t, 10> table{3, 1, 4, 1, 5, 9, 2, 6, 5, 3};
inline constexpr Program<Lwt::Out> of_a_copy = [](Packet packet) {
  auto copied = packet.load<Numbered>(14);
  if (!copied) return Ok;
  const std::uint32_t number = copied->number;
  // error: takes element 0 to 4294967295 of an array of 10; test first that the index is at most 9, or bound it as
  // Bounded<0, 9> [ebpfxx-array-bounds]
  packet.set_mark(number < 10 ? table[number - 1] : 7);
  return Ok;
};

#elif CASE == 16  // in an array of the context
// kernel: unbounded variable-offset
inline constexpr Program<Lwt::Out> in_context = [](Packet packet) {
  auto& control = reinterpret_cast<__sk_buff*>(packet.raw_context())->cb;
  // error: takes element 0 to 4294967295 of an array of 5; test first that the index is at most 4, or bound it as
  // Bounded<0, 4> [ebpfxx-array-bounds]
  packet.set_mark(control[packet.hash()]);
  return Ok;
};

#elif CASE == 17  // in an array of a kernel's object, of whose end the verifier knows nothing
// kernel takes it: it knows no end of an array in its own object
struct EBPFXX_KERNEL_TYPE task_struct {
  char comm[16];
};
template <>
struct ebpfxx::BtfTracepointEvent<"sched_process_exit"> {
  KernelPointer<task_struct> task;
};
using Exit = BtfTracepoint<"sched_process_exit">;
inline Global<std::uint32_t> chosen = 0;
inline PerCpu<std::uint64_t> character;
inline constexpr Program<Exit> in_kernel = [](Exit::Event event) {
  const KernelAddress<task_struct> task(event.task);
  const std::uint32_t index = chosen;
  // error: takes element 0 to 4294967295 of an array of 16; test first that the index is at most 15, or bound it as
  // Bounded<0, 15> [ebpfxx-array-bounds]
  const auto found = task.read([index](auto& task) { return &task.comm[index]; });
  if (found) character.update([&](std::uint64_t& seen) { seen = static_cast<std::uint64_t>(*found); });
};

#elif CASE == 18  // in one of several tables
// kernel: unbounded memory access|unbounded min value
inline constexpr std::array<std::uint32_t, 5> one{1, 2, 3, 4, 5}, another{6, 7, 8, 9, 10};
constexpr const std::array<std::uint32_t, 5>& table_for(std::uint32_t number) { return number == 7 ? one : another; }
inline constexpr Program<Lwt::Out> in_one_of_two = [](Packet packet) {
  // error: takes element 0 to 4294967295 of an array of 5; test first that the index is at most 4, or bound it as
  // Bounded<0, 4> [ebpfxx-array-bounds]
  packet.set_mark(table_for(packet.length())[packet.hash()]);
  return Ok;
};

#elif CASE == 19  // a number without bounds given to at()
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::Out> of_plain_number = [](Packet packet) {
  std::array<std::uint8_t, 16> bytes{};
  // error: takes an element by a number without bounds; write constant<...> for a constant, bounded(...) for a variable
  // [ebpfxx-array-bounds]
  packet.set_mark(at(bytes, 3));
  return Ok;
};

#elif CASE == 20  // a constant index that the array does not have
// kernel takes it: LLVM keeps no access, and takes any number for the element
inline constexpr Program<Lwt::Out> behind_the_last = [](Packet packet) {
  std::array<std::uint32_t, 3> numbers{packet.length(), 2, 3};
  const std::uint32_t* const end = &numbers.data()[2] + 1;
  // error: takes element 3 of an array of 3, whose last is element 2 [ebpfxx-array-bounds]
  packet.set_mark(numbers[3] + (end == numbers.end() ? 1 : 0));
  return Ok;
};

#elif CASE == 21  // the same of an array of the language, whose end may be named
// kernel takes it: the same
inline constexpr Program<Lwt::Out> before_the_first = [](Packet packet) {
  const std::uint32_t numbers[3] = {packet.length(), 2, 3};
  constexpr int first = 0;
  std::uint32_t sum = 0;
  for (const std::uint32_t* number = &numbers[first]; number != &numbers[3]; ++number) sum += *number;
  // error: takes element -1 of an array of 3, whose last is element 2 [ebpfxx-array-bounds]
  packet.set_mark(sum + numbers[first - 1]);
  return Ok;
};

#elif CASE == 22  // a loop to one past the end
// kernel takes it: LLVM keeps no access, and takes any number for the element
inline constexpr Program<Lwt::Out> one_round_too_many = [](Packet packet) {
  std::array<std::uint32_t, 3> numbers{packet.length(), packet.hash(), 3};
  std::uint32_t sum = 0;
  // error: takes element 3 of an array of 3, whose last is element 2 [ebpfxx-array-bounds]
  for (std::uint32_t i = 0; i <= numbers.size(); ++i) sum += numbers[i];
  packet.set_mark(sum);
  return Ok;
};

#elif CASE == 23  // the end of an array
// kernel takes it: LLVM keeps no access, and takes any number for the element
inline constexpr Program<Lwt::Out> the_end = [](Packet packet) {
  std::array<std::uint32_t, 3> numbers{packet.length(), packet.hash(), 3};
  // error: takes element 3 of an array of 3, whose last is element 2 [ebpfxx-array-bounds]
  packet.set_mark(*numbers.end());
  return Ok;
};

#elif CASE == 24  // past the end of a span, only for some packets
// kernel takes it: LLVM keeps no access, and takes any number for the element
inline constexpr Program<Lwt::Out> past_a_span = [](Packet packet) {
  std::uint32_t numbers[5] = {packet.length(), packet.hash(), 3};
  const std::span<std::uint32_t> all(numbers);
  // error: takes element 5 of an array of 5, whose last is element 4 [ebpfxx-array-bounds]
  packet.set_mark(packet.length() > 100 ? all[all.size()] : 7);
  return Ok;
};

#elif CASE == 25  // in front of a table
// kernel takes it: LLVM keeps no access, and takes any number for the element
inline constexpr std::array<std::uint32_t, 3> weights{3, 5, 7};
inline constexpr Program<Lwt::Out> in_front_of_a_table = [](Packet packet) {
  std::uint32_t sum = packet.length();
  // error: takes element -1 of an array of 3, whose last is element 2 [ebpfxx-array-bounds]
  for (int i = 0; i < 3; ++i) sum = sum * 31 + weights[i - 1];
  packet.set_mark(sum);
  return Ok;
};

#elif CASE == 26  // written behind the last
// kernel takes it: LLVM keeps no access, and takes any number for the element
inline constexpr Program<Lwt::Out> written_behind = [](Packet packet) {
  std::uint32_t numbers[4];
  // error: takes element 4 of an array of 4, whose last is element 3 [ebpfxx-array-bounds]
  for (std::uint32_t i = 0; i <= 4; ++i) numbers[i] = packet.hash() * i;
  packet.set_mark(numbers[0] ^ numbers[1] ^ numbers[2] ^ numbers[3]);
  return Ok;
};

#elif CASE == 27  // copied with one too many
// kernel takes it: LLVM keeps no access, and takes any number for the element
inline constexpr Program<Lwt::Out> copied = [](Packet packet) {
  const std::array<std::uint32_t, 3> numbers{packet.length(), packet.hash(), 3};
  std::array<std::uint32_t, 4> copies{};
  // error: takes bytes 0 to 15 of an object of 12 bytes [ebpfxx-array-bounds]
  std::copy(numbers.begin(), numbers.begin() + 4, copies.begin());
  packet.set_mark(copies[2] ^ copies[3]);
  return Ok;
};

#elif CASE == 28  // of a search whose first middle is behind the end
// kernel: invalid read from stack|is not allowed|outside of the
inline constexpr Program<Lwt::Out> searched = [](Packet packet) {
  std::array<std::uint32_t, 16> numbers{};
  for (std::uint32_t i = 0; i < 16; ++i) numbers[i] = packet.hash() / (i + 1);
  std::uint32_t low = 0, high = 16;
  while (low < high) {
    const std::uint32_t middle = (low + high) * 2;
    // error: takes element 32 of an array of 16 in the first round of a loop; the last one is element 15
    // [ebpfxx-array-bounds]
    // explained: array-bounds
    if (numbers[middle] < packet.mark())
      low = middle + 1;
    else
      high = middle;
  }
  return low > 3 ? Drop : Ok;
};

#elif CASE == 29  // of a search whose middle is divided by another number
// kernel: unbounded
inline constexpr Program<Lwt::Out> searched = [](Packet packet) {
  std::array<std::uint32_t, 16> numbers{};
  for (std::uint32_t i = 0; i < 16; ++i) numbers[i] = packet.hash() / (i + 1);
  std::uint32_t low = 0, high = 16;
  while (low < high) {
    const std::uint32_t middle = (low + high) / packet.length();
    // error: takes element 0 to 4294967295 of an array of 16; test first that the index is at most 15, or bound it as
    // Bounded<0, 15> [ebpfxx-array-bounds]
    // explained: array-bounds
    if (numbers[middle] < packet.mark())
      low = middle + 1;
    else
      high = middle;
  }
  return low > 3 ? Drop : Ok;
};

#elif CASE == 30  // of one of several tables
// kernel: unbounded memory access|outside of the allowed
inline constexpr std::uint16_t small[] = {1, 2, 3, 4}, large[] = {1000, 2000, 3000, 4000};
inline constexpr const std::uint16_t* ranges[] = {small, large};
inline constexpr Program<Lwt::Out> of_tables = [](Packet packet) {
  // error: takes element 3 to 4294967295 of an array of 4; test first that the index is at most 3, or bound it as
  // Bounded<0, 3> [ebpfxx-array-bounds]
  packet.set_mark(ranges[packet.hash() & 1][packet.mark() | 3]);
  return Ok;
};
#endif
