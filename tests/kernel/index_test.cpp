// Arrays indexed by numbers of a packet, whose bounds the compiler proves and the verifier does not see: they load, and
// give what they give natively, at the edges of each index.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <ebpfxx.hpp>
#include <ebpfxx/runtime/in_kernel.hpp>
#include <utility>

#include "support/index_programs.hpp"

using namespace ebpfxx;
using namespace index_programs;

struct Ten {
  std::uint32_t elements[10];
};
inline PerCpu<Ten> in_value;
inline RingBuffer<4096, Ten> in_record;

namespace {

inline constexpr std::array<std::uint32_t, 10> table{11, 22, 33, 44, 55, 66, 77, 88, 99, 110};

inline constexpr std::array<std::uint32_t, 12> other_table{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

constexpr const char* text_for(std::uint32_t number) {
  switch (number & 3) {
    case 0:
      return "first";
    case 1:
      return "second one";
    case 2:
      return "third";
    default:
      return "fourth";
  }
}

}  // namespace

// A remainder, a quotient, a product scaled down, a count of bits, a difference, signed numbers->
EBPFXX_INDEX(table_remainder, return table[first % 10];)
EBPFXX_INDEX(table_remainder_of_variable, return table[first % ((second & 7) + 1)];)
EBPFXX_INDEX(table_quotient, return table[first / 429496730];)
EBPFXX_INDEX(table_scaled, return table[(std::uint64_t{first} * 10) >> 32];)
EBPFXX_INDEX(table_count, return table[static_cast<std::uint32_t>(std::popcount(first & 0x1ff))];)
EBPFXX_INDEX(table_bounded, return at(table, bounded(first) % constant<10>);)
EBPFXX_INDEX(table_difference, return table[9 - first % 10];)
EBPFXX_INDEX(table_signed, const int index = static_cast<int>(first % 19) - 9;
             return table[index < 0 ? -index : index];)
EBPFXX_INDEX(table_chosen, const std::uint32_t* chosen = table.data(); if (second % 3 == 0) chosen = other_table.data();
             return chosen[first % 10];)
EBPFXX_INDEX(text_chosen, return static_cast<std::uint32_t>(text_for(second)[first % 6]);)
EBPFXX_INDEX(table_below, const std::uint32_t count = second % 11; if (first >= count) return 1; return table[first];)

// Verifiers forget a whole register over these, of which a comparison of 32 bits shows the lower half only.
EBPFXX_INDEX(table_least_quotient, return table[std::min(first / 3, 9U)];)
EBPFXX_INDEX(table_least_remainder, return table[std::min(first % 50, 9U)];)
EBPFXX_INDEX(table_least_shifted, return table[std::min(first >> (second & 31), 9U)];)
EBPFXX_INDEX(table_least_rotated, return table[std::min(std::rotl(first, 7), 9U)];)
EBPFXX_INDEX(table_least_negated, return table[std::min(-first, 9U)];)
EBPFXX_INDEX(table_least_half, std::uint64_t wide; __builtin_memcpy(&wide, &numbers->bytes[8], sizeof wide);
             wide *= std::uint64_t{second} << 20 | first;
             return table[std::min(static_cast<std::uint32_t>(wide), 9U)] + static_cast<std::uint32_t>(wide >> 33);)
EBPFXX_INDEX(table_tested_remainder, const std::uint32_t index = first % 30; if (index >= 10) return 1;
             return table[index];)
// Compared in a copy of the register, as the number is shifted in the register itself behind the comparison.
inline constexpr Program<Tc::Ingress> table_least_shared = [](Packet packet) {
  const auto numbers = packet.parse<Numbers>();
  if (!numbers) return Drop;
  const std::uint32_t first = numbers->first;
  const std::uint32_t shifted = first >> 3;
  const std::uint64_t found = table[std::min(first, 9U)];
  const std::uint64_t result = found * 31 + shifted;
  packet.set_mark(static_cast<std::uint32_t>(result));
  packet.set_priority(static_cast<std::uint32_t>(result >> 32));
  return Ok;
};
// Compared in a copy of the register that is masked to the size of the number.
EBPFXX_INDEX(table_tested_byte, const std::uint8_t index = numbers->bytes[0] & numbers->bytes[1];
             if (index >= 10) return 1; return table[index];)
EBPFXX_INDEX(packet_least_quotient, return numbers->bytes[std::min(first / 3, 31U)];)
EBPFXX_INDEX(packet_least_negated, return numbers->bytes[std::min(-first, 31U)];)

// Tested is a number of which the index is a part, in the register of both.
EBPFXX_INDEX(table_part, std::uint64_t both; std::memcpy(&both, &numbers->first, sizeof both);
             const auto index = static_cast<std::uint32_t>(both); if (index < 10) return table[index];
             return static_cast<std::uint32_t>(both >> 32);)
EBPFXX_INDEX(table_upper_part, std::uint64_t both; std::memcpy(&both, &numbers->first, sizeof both);
             const std::uint32_t index = static_cast<std::uint32_t>(both >> 32) & 0x4b;
             if (index < 10) return table[index]; return static_cast<std::uint32_t>(both);)
// LLVM makes `!=` of what is left of a test by `<`, where it knows the greatest and the least.
EBPFXX_INDEX(table_next, const std::uint32_t index = first & 7; if (index + 1 >= 8) return 1; return table[index + 3];)
EBPFXX_INDEX(table_next_of_tested, if (first > 9) return 1; if (first == 9) return 2; return table[first + 1];)
EBPFXX_INDEX(table_previous, if (first > 9 || first < 3) return 1; if (first == 3) return 2; return table[first - 4];)
EBPFXX_INDEX(table_before, const std::uint32_t index = first & 7; if (index == 0) return 1; return table[index - 1];)
EBPFXX_INDEX(
    stack_walk, std::uint8_t copy[32]; std::memcpy(copy, numbers->bytes, sizeof copy); std::uint32_t sum = 0;
    std::uint32_t at = first & 31; while (at < 32) {
      if (copy[at] == 0) break;
      if (copy[at] == 1) {
        ++at;
        continue;
      }
      if (at + 1 >= 32) break;
      sum = sum * 31 + copy[at + 1];
      at += 2 + copy[at + 1] % 4;
    } return sum;)

// In the packet, where each new pointer is compared with the end.
EBPFXX_INDEX(packet_remainder, return numbers->words[first % 10];)
EBPFXX_INDEX(packet_byte_remainder, return numbers->bytes[numbers->bytes[first & 31] % 20];)
EBPFXX_INDEX(packet_mask, return numbers->bytes[first & 31];)
EBPFXX_INDEX(packet_tested, if (first >= 32) return 1; return numbers->bytes[first];)
EBPFXX_INDEX(packet_signed, const int index = static_cast<int>(first); if (index < 0 || index >= 10) return 1;
             return numbers->words[index];)
EBPFXX_INDEX(packet_bounded, return at(numbers->bytes, bounded(first) % constant<31>);)
EBPFXX_INDEX(packet_written, numbers->words[first % 10] = second; numbers->bytes[second % 31] = 7; return 1;)
EBPFXX_INDEX(
    packet_options, std::uint32_t sum = 0; std::uint32_t at = 0; for (int i = 0; i < 5; ++i) {
      if (at + 2 > 32) break;
      sum = sum * 31 + numbers->bytes[at];
      at += 2U + numbers->bytes[at + 1];
    } return sum;)
EBPFXX_INDEX(packet_loop, std::uint32_t sum = 0; const std::uint32_t count = first % 11;
             for (std::uint32_t i = 0; i < count; ++i) sum = sum * 3 + numbers->words[i]; return sum;)

// Of a limit that LLVM knows and the verifier does not, with a mask that LLVM takes away.
EBPFXX_INDEX(stack_counted_bits, std::uint8_t copy[32]; std::memcpy(copy, numbers->bytes, sizeof copy);
             std::uint32_t sum = 0; const auto count = static_cast<std::uint32_t>(std::popcount(first));
             for (std::uint32_t i = 0; i < count; ++i) sum = sum * 3 + copy[i & 31]; return sum;)
EBPFXX_INDEX(
    stack_counted_rest, std::uint32_t copy[10]; std::memcpy(copy, numbers->words, sizeof copy); std::uint32_t sum = 0;
    const std::uint32_t count = first % 11; for (const std::uint32_t i : up_to<400>(count)) {
      if (copy[i] == second) break;
      sum = sum * 3 + copy[i];
    } return sum;)
EBPFXX_INDEX(
    packet_counted_bits, std::uint32_t sum = 0; const auto count = static_cast<unsigned>(std::countl_zero(first));
    for (const std::uint32_t i : up_to<100>(count)) {
      if ((second | sum) > 1U << 30) break;
      sum += numbers->bytes[i & 31];
    } return sum;)

// On the stack, in a map's value, in a record of a ring buffer.
EBPFXX_INDEX(stack_remainder, std::uint32_t copy[10];
             for (std::uint32_t i = 0; i < 10; ++i) copy[i] = numbers->words[i] + i; return copy[first % 10];)
// Before 6.12: reads beside writes at run-time offsets, of slots with registers that were spilled.
struct Padded {
  std::uint32_t word;
  std::uint16_t half;
  std::uint8_t bytes[4];
};
struct Halves {
  std::uint32_t word;
  std::uint16_t first, second;
  std::uint32_t last;
};
constexpr Padded padded(std::uint32_t word) {
  const auto byte = [&](int bits) { return static_cast<std::uint8_t>(word >> bits); };
  return {word, static_cast<std::uint16_t>(word >> 3), {byte(0), byte(8), byte(16), byte(24)}};
}
EBPFXX_INDEX(stack_padding, std::array<Padded, 4> copy{};
             for (std::uint32_t i = 0; i < 4; ++i) copy[i] = padded(numbers->bytes[i * 3] + second / 10);
             std::uint16_t& written = copy[first & 3].half; written += 7; const Padded& one = copy[second & 3];
             return one.word * 31 + one.half * 7 + one.bytes[0] + one.bytes[3];)
inline constexpr Program<Tc::Ingress> stack_part_written = [](Packet packet) {
  const auto numbers = packet.load<Numbers>(0);
  if (!numbers) return Drop;
  std::array<Halves, 3> copy{};
  for (std::uint32_t i = 0; i < 3; ++i)
    copy[i] = {numbers->bytes[i], numbers->bytes[i + 3], numbers->bytes[i + 7], numbers->second};
  copy[numbers->first & 1].first += 7;
  std::uint32_t sum = copy[numbers->second % 3].word;
  for (const Halves& one : copy) sum = sum * 31 + one.word + one.first * 5U + one.second * 3U + one.last;
  packet.set_mark(sum);
  return Ok;
};
EBPFXX_INDEX(stack_clamped, std::array<std::uint64_t, 12> copy;
             for (std::uint32_t i = 0; i < 12; ++i) copy[i] = numbers->bytes[i] * 3U + i;
             copy[second % 12] = first >> 3;
             return static_cast<std::uint32_t>(copy[std::min(first, 11U)] + copy[second & 7]);)
EBPFXX_INDEX(value_remainder, std::uint32_t result = 0; in_value.update([&](Ten& ten) {
  ten.elements[first % 10] = second;
  result = ten.elements[first / 429496730] + ten.elements[9];
});
             return result;)
EBPFXX_INDEX(record_remainder, auto record = in_record.template reserve<Ten>(); if (!record) return 0;
             record->elements[first % 10] = second; const std::uint32_t result = record->elements[second % 10];
             record.discard(); return result;)
// What a loop finds is kept in an array, and counted: LLVM adds conditions, and the number grows by the round.
EBPFXX_INDEX(kept_all, std::uint8_t kept[32]; std::uint32_t count = 0;
             for (const std::uint8_t byte : numbers->bytes) if (byte >= 5) kept[count++] = byte;
             std::uint32_t sum = count; for (std::uint32_t i = 0; i < count; ++i) sum = sum * 31 + kept[i]; return sum;)
EBPFXX_INDEX(kept_few, std::uint8_t kept[6]; std::uint32_t count = 0;
             for (std::uint32_t i = 0; i < 6; ++i) if (numbers->bytes[i] % 2 == 0) kept[count++] = numbers->bytes[i];
             if (count == 0) return 1; return kept[count - 1] * 31U + kept[count / 2];)
EBPFXX_INDEX(
    kept_until, std::uint8_t kept[8]; std::uint32_t count = 0; for (const std::uint8_t byte : numbers->bytes) {
      if (byte % 3 == 0) kept[count++] = byte;
      if (count == 8) break;
    } std::uint32_t sum = 0;
    for (std::uint32_t i = 0; i < count; ++i) sum = sum * 31 + kept[i]; return sum;)

// A sum that is tested bounds its parts by the least of the others.
EBPFXX_INDEX(
    options_read, std::uint32_t at = 0, sum = 0; while (at + 2 <= 32) {
      const std::uint8_t kind = numbers->bytes[at];
      if (kind == 0) break;
      if (kind == 1) {
        ++at;
        continue;
      }
      const std::uint8_t size = numbers->bytes[at + 1];
      if (size < 2 || at + size > 32) break;
      if (kind == 2 && size == 4)
        sum += static_cast<std::uint32_t>(numbers->bytes[at + 2] << 8 | numbers->bytes[at + 3]);
      if (kind == 8 && size >= 10) sum += numbers->bytes[at + 2] + numbers->bytes[at + 9];
      at += size;
    } return sum;)

// Two that LLVM counts in one loop: a test of one bounds the other.
EBPFXX_INDEX(
    sorted_by_selection, std::uint32_t sorted[8];
    for (std::uint32_t i = 0; i < 8; ++i) sorted[i] = numbers->bytes[i] * first; for (std::uint32_t i = 0; i < 8; ++i) {
      std::uint32_t least = i;
      for (std::uint32_t k = i + 1; k < 8; ++k)
        if (sorted[k] < sorted[least]) least = k;
      std::swap(sorted[i], sorted[least]);
    } std::uint32_t sum = 0;
    for (const std::uint32_t one : sorted) sum = sum * 31 + one; return sum;)
EBPFXX_INDEX(
    without_multiples, bool is_multiple[32] = {}; std::uint32_t sum = 0; for (std::uint32_t i = 2; i < 32; ++i) {
      if (is_multiple[i]) continue;
      sum += first >> i & 1;
      for (std::uint32_t k = 2 * i; k < 32; k += i) is_multiple[k] = true;
    } return sum;)
EBPFXX_INDEX(
    kept_last, std::uint8_t kept[12]; std::uint32_t count = 0; for (std::uint32_t i = 0; i < 12; ++i) {
      if (numbers->bytes[i] >= 5)
        kept[count++] = numbers->bytes[i];
      else if (count > 0)
        --count;
    } return count == 0
                                                                   ? 1
                                                                   : kept[count - 1];)
EBPFXX_INDEX(
    counted, std::uint32_t below = 0, above = 0, equal = 0, other = 0, least = 0, most = 0; for (std::uint32_t i = 0;
                                                                                                 i < 10; ++i) {
      const std::uint32_t word = numbers->words[i];
      const std::uint32_t number = word * second;
      below += number < first;
      above += number > first;
      equal += number - word == first;
      other += number % 5 != first % 5;
      least += static_cast<std::int32_t>(number) < static_cast<std::int32_t>(first);
      most -= static_cast<std::int32_t>(number) >= static_cast<std::int32_t>(first);
    } return ((((below * 11 + above) * 11 + equal) * 11 + other) * 11 + least) * 11 + most + table[below & 7];)
EBPFXX_INDEX(
    counted_twelve, const auto is_high = [&](std::uint32_t i) { return numbers->bytes[i] > 4; };
    return numbers->bytes[is_high(0) + is_high(1) + is_high(2) + is_high(3) + is_high(4) + is_high(5) + is_high(6) +
                          is_high(7) + is_high(8) + is_high(9) + is_high(10) + is_high(11)];)
// One comparison decides which element is the greatest so far, and where.
EBPFXX_INDEX(greatest, std::array<std::uint8_t, 32> copy; std::memcpy(copy.data(), numbers->bytes, sizeof copy);
             const std::uint32_t most = *std::max_element(copy.begin(), copy.end());
             return first < 10 ? most * 31 + table[first] : most;)
// What was tested before a lookup is not read again behind it.
EBPFXX_INDEX(value_tested_before, if (numbers->first >= 10) return 1; std::uint32_t result = 0;
             in_value.update([&](Ten& ten) { result = ten.elements[numbers->first] += 1; }); return result;)

TEST_SUITE("Tc::Ingress, Array") {
  TEST_CASE("indexes that are proven to be in bounds load, and take the same elements as natively") {
    const std::pair<const char*, const Program<Tc::Ingress>*> programs[] = {
        {"table remainder", &table_remainder},
        {"table remainder of variable", &table_remainder_of_variable},
        {"table quotient", &table_quotient},
        {"table scaled", &table_scaled},
        {"table count", &table_count},
        {"table bounded", &table_bounded},
        {"table difference", &table_difference},
        {"table signed", &table_signed},
        {"table chosen", &table_chosen},
        {"text chosen", &text_chosen},
        {"table below", &table_below},
        {"table least quotient", &table_least_quotient},
        {"table least remainder", &table_least_remainder},
        {"table least shifted", &table_least_shifted},
        {"table least rotated", &table_least_rotated},
        {"table least negated", &table_least_negated},
        {"table least half", &table_least_half},
        {"table least shared", &table_least_shared},
        {"table tested remainder", &table_tested_remainder},
        {"table tested byte", &table_tested_byte},
        {"table part", &table_part},
        {"table upper part", &table_upper_part},
        {"table next", &table_next},
        {"table next of tested", &table_next_of_tested},
        {"table previous", &table_previous},
        {"table before", &table_before},
        {"stack walk", &stack_walk},
        {"packet least quotient", &packet_least_quotient},
        {"packet least negated", &packet_least_negated},
        {"packet remainder", &packet_remainder},
        {"packet byte remainder", &packet_byte_remainder},
        {"packet mask", &packet_mask},
        {"packet tested", &packet_tested},
        {"packet signed", &packet_signed},
        {"packet bounded", &packet_bounded},
        {"packet written", &packet_written},
        {"packet options", &packet_options},
        {"packet loop", &packet_loop},
        {"stack counted bits", &stack_counted_bits},
        {"stack counted rest", &stack_counted_rest},
        {"packet counted bits", &packet_counted_bits},
        {"stack remainder", &stack_remainder},
        {"stack padding", &stack_padding},
        {"stack part written", &stack_part_written},
        {"stack clamped", &stack_clamped},
        {"value remainder", &value_remainder},
        {"record remainder", &record_remainder},
        {"kept all", &kept_all},
        {"kept few", &kept_few},
        {"kept until", &kept_until},
        {"options read", &options_read},
        {"sorted by selection", &sorted_by_selection},
        {"without multiples", &without_multiples},
        {"kept last", &kept_last},
        {"counted", &counted},
        {"counted twelve", &counted_twelve},
        {"greatest", &greatest},
        {"value tested before", &value_tested_before},
    };
    for (const auto& [name, program] : programs) check_at_edges(name, *program);
    auto object = Object::open(table_remainder, packet_remainder);
    object.load();
    CHECK(in_kernel(object, table_remainder)(packet_of(19, 0)).context.mark == 110);
    CHECK(in_kernel(object, packet_remainder)(packet_of(9, 0)).context.mark == 1081);
  }
}
