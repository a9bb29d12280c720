// Indexes that ordinary C++ computes from what was tested, chosen or read from a table, in each kind of array: they
// load on every kernel, and take what they take natively.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <ebpfxx.hpp>
#include <span>
#include <utility>

#include "support/index_programs.hpp"

using namespace ebpfxx;
using namespace index_programs;

struct TenWords {
  std::uint32_t elements[10];
};

struct Greatest {
  std::uint32_t count;
  std::uint16_t last;
  std::uint16_t most;
  std::uint8_t bytes[8];
};

namespace {

/// Of 10 bytes, a size by which no shift divides.
struct Service {
  std::uint16_t port;
  char name[8];
};

inline constexpr std::array<std::uint32_t, 10> words{11, 22, 33, 44, 55, 66, 77, 88, 99, 110};
inline constexpr std::array<std::uint8_t, 16> classes{0, 9, 3, 4, 1, 1, 7, 2, 5, 6, 8, 0, 2, 9, 9, 3};
inline constexpr std::int16_t steps[4][3] = {{0, 1, 2}, {3, 4, 5}, {6, 7, 8}, {9, 9, 9}};
inline constexpr std::array<Service, 5> services{{{8, "ssh"}, {9, "smtp"}, {10, "dns"}, {30, "http"}, {99, "https"}}};

inline constexpr char names[10][6] = {"alpha", "beta", "gamma", "delta", "eps",
                                      "zeta",  "eta",  "theta", "iota",  "kappa"};

}  // namespace

inline PerCpu<TenWords> ten_of_cpu;
inline Map<std::uint32_t, TenWords, Array<2>> ten_of_map;
inline Map<std::uint32_t, Greatest, PerCpuArray<2>> greatest_of;

// The sign of a few bits is tested, and those bits are the index.
EBPFXX_INDEX(signed_byte, const auto index = static_cast<std::int8_t>(first); if (index < 0 || index > 9) return 1;
             return words[index];)
EBPFXX_INDEX(signed_byte_of_span, std::uint32_t copy[10];
             for (std::uint32_t i = 0; i < 10; ++i) copy[i] = numbers->words[i] ^ second;
             const std::span<std::uint32_t, 10> all(copy); const auto index = static_cast<std::int8_t>(first);
             if (index < 0 || index > 9) return 1; return all[static_cast<std::size_t>(index)];)
EBPFXX_INDEX(signed_half, const auto index = static_cast<std::int16_t>(second); if (index < 0) return 1;
             if (index >= 10) return 2; return numbers->words[index];)

// Constant tables have the greatest of their elements.
EBPFXX_INDEX(table_of_table, return words[classes[first & 15]];)
EBPFXX_INDEX(table_of_rows, return words[steps[first & 3][second % 3]];)
EBPFXX_INDEX(packet_of_table, return numbers->words[classes[numbers->bytes[first & 31] & 15]];)
EBPFXX_INDEX(
    states, std::uint32_t sum = 0; std::uint8_t state = 0; for (std::uint32_t i = 0; i < 5; ++i) {
      state = classes[(state + (first >> i * 3)) & 15];
      sum = sum * 3 + words[state];
    } return sum;)

// A constant is added that depends on what it is added to.
EBPFXX_INDEX(less_one_of_all, std::uint32_t count = 0;
             for (std::uint32_t i = 0; i < 10; ++i) count += numbers->bytes[i] > 4; return words[count - (count > 9)];)
EBPFXX_INDEX(
    stepped, std::uint32_t sum = 0; std::uint32_t at = first % 10; for (std::uint32_t i = 0; i < 6; ++i) {
      sum = sum * 3 + words[at];
      at = (at + 3) % 10;
    } return sum;)
EBPFXX_INDEX(pairs, if (first >= 5) return 1; return words[first << 1] * 3 + words[first * 2 + 1];)

// One index in several rows, which have one offset in common; and in a row that only the verifier follows.
EBPFXX_INDEX(column, std::uint32_t sum = 0; for (std::uint32_t row = 0; row < 10; row += 2)
                                                sum = sum * 3 + static_cast<std::uint8_t>(names[row][second % 6]) +
                                                      static_cast<std::uint8_t>(names[row + 1][second % 6]);
             return sum;)
EBPFXX_INDEX(
    row_searched, std::uint32_t low = 0, high = 10; for (std::uint32_t round = 0; round < 4 && low < high; ++round) {
      const std::uint32_t middle = (low + high) / 2;
      if (static_cast<std::uint8_t>(names[middle][second % 6]) < first)
        low = middle + 1;
      else
        high = middle;
    } return low;)

// Before and behind what is tested, which is needed itself.
EBPFXX_INDEX(neighbours, if (first == 0 || first >= 9) return 1;
             return words[first - 1] * 5 + words[first] * 3 + words[first + 1];)
EBPFXX_INDEX(packet_neighbours, if (first == 0 || first >= 9) return 1;
             return numbers->words[first - 1] * 5 + numbers->words[first] * 3 + numbers->words[first + 1];)
EBPFXX_INDEX(stack_neighbours, std::uint32_t copy[10];
             for (std::uint32_t i = 0; i < 10; ++i) copy[i] = numbers->words[i] ^ second;
             if (first == 0 || first >= 9) return 1; return copy[first - 1] * 5 + copy[first] * 3 + copy[first + 1];)

// Two indexes, of which one may have bits in common with the other for all that Linux 6.1 sees.
EBPFXX_INDEX(stack_rows, std::uint32_t rows[3][8] = {};
             for (std::uint32_t i = 0; i < 8; ++i) rows[numbers->bytes[i] % 3][std::min(first / 16, 7U)] += i + 1;
             return rows[std::min(first ^ second, 2U)][std::min(numbers->bytes[8] - second, 7U)];)

// Clamped from both sides, beside other uses of the number.
EBPFXX_INDEX(stack_between, std::array<std::uint16_t, 10> copy{};
             for (std::uint32_t i = 0; i < 10; ++i) copy[i] = static_cast<std::uint16_t>(numbers->words[i] + first);
             return copy[static_cast<std::size_t>(std::clamp(static_cast<int>(first), 0, 9))];)

// One of two numbers that were both tested.
EBPFXX_INDEX(
    value_of_either, auto ten = ten_of_map.find(second & 1);
    if (!ten) return 1; std::uint32_t index = first; if (index > 9) {
      if (second > 9) return 2;
      index = second;
    } return ten->elements[index] + index;)
// The same bits of the number are needed behind its clamp.
EBPFXX_INDEX(value_of_needed, auto greatest = greatest_of.find(second & 1); if (!greatest) return 1;
             const std::uint32_t one = greatest->bytes[std::clamp(first & 65535, 0U, 7U)];
             greatest->most = std::max(greatest->most, static_cast<std::uint16_t>(first)); return one;)
// A constant has the register before the number is tested.
EBPFXX_INDEX(value_of_chosen, std::uint32_t result = 1; ten_of_cpu.update([&](TenWords& ten) {
  result = ten.elements[std::min(second > 255 ? first : 7, 9U)] + 5;
});
             return result;)
// Both are kept over a helper call, one in a register and one on the stack.
EBPFXX_INDEX(value_of_two, std::uint32_t result = 1; ten_of_cpu.update([&](TenWords& ten) {
  for (std::uint32_t i = 0; i < 10; ++i) ten.elements[i] = i * 7 + numbers->bytes[i];
  if (first < 10 && second < 10) result = ten.elements[first] * 3 + ten.elements[second];
});
             return result;)
EBPFXX_INDEX(one_of_three, return words[first < 10 ? first : second < 10 ? second : 0];)

// How far an algorithm came.
EBPFXX_INDEX(found_in_table,
             const auto* found = std::find_if(services.begin(), services.end(),
                                              [&](const Service& service) { return service.port == first; });
             std::uint32_t result = 99; ten_of_cpu.update([&](TenWords& ten) {
               if (found != services.end()) result = ten.elements[found - services.begin()] += 2;
             });
             return result;)
EBPFXX_INDEX(found_in_packet, const auto* found = std::find(numbers->bytes, numbers->bytes + 8, first);
             const auto index = static_cast<std::uint32_t>(found - numbers->bytes);
             return index < 8 ? words[index] : 7;)

TEST_SUITE("Tc::Ingress, Array") {
  TEST_CASE("indexes that ordinary C++ computes load, and take the same elements as natively") {
    const std::pair<const char*, const Program<Tc::Ingress>*> programs[] = {
        {"signed byte", &signed_byte},
        {"signed byte of span", &signed_byte_of_span},
        {"signed half", &signed_half},
        {"table of table", &table_of_table},
        {"table of rows", &table_of_rows},
        {"packet of table", &packet_of_table},
        {"states", &states},
        {"less one of all", &less_one_of_all},
        {"stepped", &stepped},
        {"pairs", &pairs},
        {"column", &column},
        {"row searched", &row_searched},
        {"neighbours", &neighbours},
        {"packet neighbours", &packet_neighbours},
        {"stack neighbours", &stack_neighbours},
        {"stack rows", &stack_rows},
        {"stack between", &stack_between},
        {"value of either", &value_of_either},
        {"value of needed", &value_of_needed},
        {"value of chosen", &value_of_chosen},
        {"value of two", &value_of_two},
        {"one of three", &one_of_three},
        {"found in table", &found_in_table},
        {"found in packet", &found_in_packet},
    };
    for (const auto& [name, program] : programs) check_at_edges(name, *program);
  }
}
