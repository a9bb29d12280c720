// Ordinary C++ whose machine code the verifier refuses when LLVM's BPF target makes it as it does by itself.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <ebpfxx.hpp>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/runtime/in_kernel.hpp>
#include <vector>

using namespace ebpfxx;
using Packet = Tc::Ingress::Packet;
using enum Tc::Ingress::Verdict;

// Indexes into variables on the stack, smaller than the alignment that the variables have there.

struct Record {
  std::uint8_t kind;
  BigEndian<std::uint32_t> number;
  std::uint8_t bytes[10];
};
inline constexpr Program<Tc::Ingress> copied_record = [](Packet packet) {
  auto record = packet.load<Record>(14);
  if (!record) return Drop;
  packet.set_mark(record->number.value() + record->bytes[packet.mark() & 7]);
  return Ok;
};

/// On 6.1, verifiers know nothing of a number that is read byte by byte, not even its size.
struct [[gnu::packed]] Unaligned {
  std::uint8_t kind;
  std::uint32_t number;
  std::uint8_t bytes[11];
};
inline constexpr std::array<std::uint16_t, 10> table{3, 1, 4, 1, 5, 9, 2, 6, 5, 3};
inline constexpr Program<Tc::Ingress> copied_unaligned = [](Packet packet) {
  auto record = packet.load<Unaligned>(14);
  if (!record) return Drop;
  const std::uint32_t index = record->number ^ 0x05040302 ^ packet.mark();
  const std::uint32_t own = record->number;
  packet.set_mark((index < 10 ? table[index] : 77U) + (own < 10 ? table[own] : 1000U) +
                  record->bytes[packet.mark() & 7]);
  return Ok;
};

inline constexpr Program<Tc::Ingress> copied_bytes = [](Packet packet) {
  auto view = packet.bytes().require<22>();
  if (!view) return Drop;
  const auto bytes = view->skip<14>().at<std::array<std::uint8_t, 8>>();
  packet.set_mark(bytes[packet.mark() & 7]);
  return Ok;
};

inline constexpr Program<Tc::Ingress> counts = [](Packet packet) {
  struct Two {
    std::uint32_t first[4], second[4];
  } two = {};
  two.first[packet.mark() & 3] = packet.length();
  two.second[packet.priority() & 3] += two.first[packet.mark() >> 2 & 3];
  packet.set_mark(two.second[1] + two.first[2]);
  return Ok;
};

inline constexpr Program<Tc::Ingress> table_of_rows = [](Packet packet) {
  std::uint8_t table[4][8] = {};
  for (std::uint32_t i = 0; i < 32; ++i) table[i / 8][i % 8] = static_cast<std::uint8_t>(i * i);
  packet.set_mark(table[packet.mark() & 3][packet.priority() & 7] + table[packet.mark() >> 2 & 3][0] * 256U);
  return Ok;
};

/// An `|` of the source's own stays one.
inline constexpr Program<Tc::Ingress> own_or = [](Packet packet) {
  std::array<std::uint32_t, 8> seen = {};
  seen[packet.priority() & 7] = packet.length() | 1;
  packet.set_mark(seen[6] | (packet.mark() & 0xf0));
  return Ok;
};

// A bound that is kept on the stack next to another variable of 4 bytes.

inline Map<std::uint32_t, std::uint32_t> numbers;

inline constexpr Program<Tc::Ingress> spilled_bound = [](Packet packet) {
  std::uint32_t sum = packet.mark(), product = packet.priority(), last = packet.mark() * 5,
                more = packet.priority() ^ 5;
  for (std::uint32_t i = 0, count = packet.length() & 63; i < count; ++i) {
    const std::uint32_t key = sum ^ more;
    if (auto number = numbers.find(key)) {
      sum += *number * 3;
    } else {
      last += product;
      more += last ^ product;
    }
    product *= 3;
  }
  packet.set_mark(sum + product + last + more);
  return Ok;
};

/// Until a number that is not known, and known not to be large.
inline constexpr Program<Tc::Ingress> every_third = [](Packet packet) {
  std::uint32_t sum = 0;
  for (std::uint32_t i = 1, last = packet.mark() & 63; i <= last; i += 3) {
    asm volatile("" : "+r"(sum));
    sum = sum * 3 + i;
  }
  packet.set_mark(sum);
  return Ok;
};

/// Down to 0 from there, in three spellings.
inline constexpr Program<Tc::Ingress> counted_down = [](Packet packet) {
  std::uint32_t sum = 0;
  for (std::uint32_t i = packet.mark() & 63; i > 0; --i) {
    asm volatile("" : "+r"(sum));
    sum = sum * 3 + i;
  }
  for (std::uint64_t i = packet.priority() & 31; i != 0; --i) {
    asm volatile("" : "+r"(sum));
    sum = sum * 5 + static_cast<std::uint32_t>(i);
  }
  int left = static_cast<int>(packet.mark() & 15);
  while (left--) {
    asm volatile("" : "+r"(sum));
    sum = sum * 7 + static_cast<std::uint32_t>(left);
  }
  packet.set_mark(sum);
  return Ok;
};

// Divisions by what is tested later, by what is tested before, and by what is not tested.

inline constexpr Program<Tc::Ingress> tested_later = [](Packet packet) {
  const std::uint32_t divisor = packet.mark();
  const std::uint32_t part = packet.length() / divisor, rest = packet.length() % divisor;
  if (divisor == 0) return Drop;
  packet.set_mark(part << 8 | rest);
  return Ok;
};

inline constexpr Program<Tc::Ingress> tested_later_narrow = [](Packet packet) {
  const auto divisor = static_cast<std::uint8_t>(packet.mark());
  const std::uint32_t part = static_cast<std::uint16_t>(packet.length()) / divisor;
  if (divisor == 0) return Drop;
  packet.set_mark(part);
  return Ok;
};

/// The source itself divides by 1 where the divisor is 0.
inline constexpr Program<Tc::Ingress> by_one_at_least = [](Packet packet) {
  packet.set_priority(packet.mark() == 0 ? 7 : packet.length() / std::max(packet.mark(), 1U));
  packet.set_mark(packet.length() / std::max(packet.mark(), 1U));
  return Ok;
};

inline constexpr Program<Tc::Ingress> not_tested = [](Packet packet) {
  const std::uint64_t wide = packet.mark();
  packet.set_priority(packet.length() % packet.mark());
  packet.set_mark(static_cast<std::uint32_t>(0x100000000U / wide) + packet.length() / packet.mark());
  return Ok;
};

inline constexpr Program<Tc::Ingress> greatest_common_divisor = [](Packet packet) {
  std::uint32_t one = packet.mark(), other = packet.priority();
  for (int i = 0; i < 24 && other != 0; ++i) {
    const std::uint32_t rest = one % other;
    one = other;
    other = rest;
  }
  packet.set_mark(one);
  return Ok;
};

static_assert(run(greatest_common_divisor, ethernet(), {.mark = 84, .priority = 36}).context.mark == 12);

// Two variables that one condition sets: as a choice for each, the verifier also follows the ways on which it differs.

inline constexpr Program<Tc::Ingress> binary_search = [](Packet packet) {
  auto record = packet.load<Record>(14);
  if (!record) return Drop;
  std::uint32_t low = 0, high = 10;
  while (low < high) {
    const std::uint32_t middle = (low + high) / 2;
    if (record->bytes[middle] < packet.mark())
      low = middle + 1;
    else
      high = middle;
  }
  packet.set_mark(low);
  return Ok;
};

inline constexpr Program<Tc::Ingress> least_of_all = [](Packet packet) {
  auto record = packet.load<Record>(14);
  if (!record) return Drop;
  std::uint32_t least = 1000, index = 0, count = 0;
  for (std::uint32_t i = 0; i < 10; ++i) {
    const std::uint32_t value = record->bytes[i] ^ packet.mark();
    if (value < least) {
      least = value;
      index = i;
      count += packet.priority();
    }
  }
  packet.set_mark(least << 16 | index << 8 | count);
  return Ok;
};

static_assert(run(binary_search, ethernet() / payload("0123456789abcdef"), {.mark = '8'}).context.mark == 3);

// Fields of the context, of which LLVM makes one access at a chosen address.

inline constexpr Program<Tc::Ingress> one_field_written = [](Packet packet) {
  if (packet.mark() > 7)
    packet.set_mark(1);
  else
    packet.set_priority(1);
  return Ok;
};

inline constexpr Program<Tc::Ingress> one_field_read = [](Packet packet) {
  const std::uint32_t chosen = packet.length() > 20 ? packet.mark() : packet.priority();
  packet.set_mark(chosen * 3);
  return Ok;
};

inline constexpr Program<Tc::Ingress> field_or_byte = [](Packet packet) {
  auto record = packet.parse<Record>();
  packet.set_mark(record && record->kind != 0 ? record->number.value() : packet.priority());
  return Ok;
};

inline constexpr Program<Tc::Ingress> field_of_three = [](Packet packet) {
  switch (packet.mark()) {
    case 3:
      packet.set_priority(packet.length());
      break;
    case 4:
      packet.set_mark(packet.length());
      break;
    case 5:
      packet.set_mark(packet.priority());
      break;
    default:
      packet.set_priority(packet.mark());
  }
  return Ok;
};

inline Map<std::uint32_t, std::uint32_t, Array<4>> successors_of;
inline constexpr Program<Tc::Ingress> field_or_value = [](Packet packet) {
  std::uint32_t key = packet.priority();
  for (int i = 0; i < 5; ++i) {
    auto next = successors_of.find(key);
    if (!next) break;
    key = *next;
  }
  packet.set_mark(key);
  return Ok;
};

// A difference of pointers, to which LLVM adds before it subtracts.

inline constexpr Program<Tc::Ingress> found_in_copy = [](Packet packet) {
  auto record = packet.load<Record>(14);
  if (!record) return Drop;
  std::uint64_t sum = packet.priority() + std::uint64_t{packet.mark()} * packet.mark();
  const auto& bytes = record->bytes;
  sum += static_cast<std::uint64_t>(std::find(bytes, std::end(bytes), std::uint8_t(packet.mark())) - bytes);
  packet.set_mark(static_cast<std::uint32_t>(sum * 31));
  return Ok;
};

inline constexpr Program<Tc::Ingress> found_in_packet = [](Packet packet) {
  auto view = packet.bytes().require<14 + sizeof(Record)>();
  if (!view) return Drop;
  std::uint64_t sum = packet.priority() + std::uint64_t{packet.mark()} * packet.mark();
  const auto& bytes = view->skip<14>().at<Record>().bytes;
  sum += static_cast<std::uint64_t>(std::find(bytes, std::end(bytes), std::uint8_t(packet.mark())) - bytes);
  packet.set_mark(static_cast<std::uint32_t>(sum * 31));
  return Ok;
};

namespace {

struct Left {
  Tc::Ingress::Verdict verdict;
  std::uint32_t mark, priority;

  friend bool operator==(const Left&, const Left&) = default;
};

Left left(const auto& outcome) { return {outcome.verdict, outcome.context.mark, outcome.context.priority}; }

constexpr auto frame = ethernet() / payload("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10");

}  // namespace

TEST_SUITE_BEGIN("Tc::Ingress");

TEST_CASE(
    "indexes on the stack, spilled bounds, differences of pointers, conditions and fields do what the source says") {
  auto object = Object::open_all(counts);
  object.load();
  Native native;
  for (const Program<Tc::Ingress>* program : {&copied_record,
                                              &copied_unaligned,
                                              &copied_bytes,
                                              &counts,
                                              &table_of_rows,
                                              &own_or,
                                              &spilled_bound,
                                              &every_third,
                                              &counted_down,
                                              &by_one_at_least,
                                              &greatest_common_divisor,
                                              &found_in_copy,
                                              &found_in_packet,
                                              &binary_search,
                                              &least_of_all,
                                              &one_field_written,
                                              &one_field_read,
                                              &field_or_byte,
                                              &field_of_three,
                                              &field_or_value})
    for (std::uint32_t mark = 0; mark < 16; ++mark)
      for (const std::uint32_t priority : {0U, 1U, 6U}) {
        CAPTURE(object[*program].name());
        CAPTURE(mark);
        CAPTURE(priority);
        const Tc::Ingress::Packet::Context context = {.mark = mark, .priority = priority};
        const Left natively = left(native(*program)(frame, context));
        const Left kernels = left(in_kernel(object, *program)(frame, context));
        CHECK(kernels.verdict == natively.verdict);
        CHECK(kernels.mark == natively.mark);
        CHECK(kernels.priority == natively.priority);
      }
}

TEST_CASE("a test of a divisor counts where it comes after the division") {
  auto object = Object::open(tested_later, tested_later_narrow);
  object.load();
  CHECK(in_kernel(object, tested_later)(frame, {.mark = 0}) == Drop);
  CHECK(in_kernel(object, tested_later)(frame, {.mark = 7}).context.mark == (30 / 7 << 8 | 30 % 7));
  CHECK(in_kernel(object, tested_later_narrow)(frame, {.mark = 256}) == Drop);
  CHECK(in_kernel(object, tested_later_narrow)(frame, {.mark = 258}).context.mark == 15);
}

TEST_CASE("a division by 0 has BPF's result") {
  auto object = Object::open(not_tested);
  object.load();
  const auto by_zero = in_kernel(object, not_tested)(frame, {.mark = 0}).context;
  CHECK(by_zero.mark == 0);
  CHECK(by_zero.priority == 30);
  const auto by_four = in_kernel(object, not_tested)(frame, {.mark = 4}).context;
  CHECK(by_four.mark == (1U << 30) + 7);
  CHECK(by_four.priority == 2);
}

TEST_SUITE_END();
