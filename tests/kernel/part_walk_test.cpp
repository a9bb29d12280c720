// Loops over a part of an array, from a start that is read from the packet, as far as a size that is read there: they
// load on every kernel, and read what they read natively.
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

// Start and size are tested together: a byte less in one is a byte more in the other.
#define EBPFXX_PART(name, test, ...)                                                             \
  EBPFXX_INDEX(name, [[maybe_unused]] const std::uint32_t from = first & 31, size = second & 31; \
               std::uint32_t sum = 7; if (!(test)) return sum; __VA_ARGS__ return sum;)

EBPFXX_PART(forwards, from + size <= 32,
            for (std::uint32_t k = 0; k < size; ++k) sum = sum * 31 + numbers->bytes[from + k];)
EBPFXX_PART(backwards, from + size <= 32,
            for (std::uint32_t k = size; k-- > 0;) sum = sum * 31 + numbers->bytes[from + k];)
EBPFXX_PART(with_the_last, from + size < 32,
            for (std::uint32_t k = 0; k <= size; ++k) sum = sum * 31 + numbers->bytes[from + k];)
EBPFXX_PART(with_the_next, from + size < 32,
            for (std::uint32_t k = 0; k < size; ++k)
                sum = sum * 31 + numbers->bytes[from + k] * numbers->bytes[from + k + 1];)
EBPFXX_PART(in_pairs, from + size <= 32,
            for (std::uint32_t k = 0; k + 1 < size; k += 2)
                sum = sum * 31 + numbers->bytes[from + k] * numbers->bytes[from + k + 1];)
EBPFXX_PART(as_much_as_is_left, size <= 32 - from,
            for (std::uint32_t k = 0; k < size; ++k) sum = sum * 31 + numbers->bytes[from + k];)
EBPFXX_PART(at_most_what_is_left, true, const std::uint32_t count = std::min(second, 32 - from);
            for (std::uint32_t k = 0; k < count; ++k) sum = sum * 31 + numbers->bytes[from + k];)
EBPFXX_PART(to_the_end, from + size <= 32,
            for (std::uint32_t k = from; k < from + size; ++k) sum = sum * 31 + numbers->bytes[k];)
EBPFXX_PART(between, true, for (std::uint32_t k = from; k < size; ++k) sum = sum * 31 + numbers->bytes[k];)
EBPFXX_PART(between_downwards, true, for (std::uint32_t k = size; k > from; --k) sum = sum * 31 + numbers->bytes[k];)
EBPFXX_PART(signed_ones, from + size <= 32, const int end = static_cast<int>(size);
            for (int k = 0; k < end; ++k) sum = sum * 31 + numbers->bytes[static_cast<int>(from) + k];)
EBPFXX_PART(one_of_them, from + size <= 32 && second / 7 < size, return numbers->bytes[from + second / 7];)
EBPFXX_PART(as_span, from + size <= 32,
            for (const std::uint8_t byte : std::span(numbers->bytes, 32).subspan(from, size)) sum = sum * 31 + byte;)
EBPFXX_PART(to_a_copy, from + size <= 32, std::array<std::uint8_t, 32> copy{};
            for (std::uint32_t k = 0; k < size; ++k) copy[k] = numbers->bytes[from + k];
            for (const std::uint8_t byte : copy) sum = sum * 31 + byte;)
EBPFXX_PART(into_a_copy, from + size <= 32, std::array<std::uint8_t, 32> copy{};
            for (std::uint32_t k = 0; k < size; ++k) copy[from + k] = numbers->bytes[k];
            for (const std::uint8_t byte : copy) sum = sum * 31 + byte;)
EBPFXX_PART(like_the_start, from + size <= 32,
            for (std::uint32_t k = 0; k < size; ++k) if (numbers->bytes[from + k] != numbers->bytes[k]) return k;
            return 99;)

// Records behind each other, each with its size in front.
EBPFXX_INDEX(
    records, std::uint32_t sum = 7, at = 0; for (std::uint32_t i = 0; i < 10 && at < 32; ++i) {
      const std::uint8_t size = numbers->bytes[at];
      if (at + size >= 32) break;
      for (std::uint32_t k = 0; k < size; ++k) sum = sum * 31 + numbers->bytes[at + 1 + k];
      at += size + 1;
    } return sum;)
EBPFXX_INDEX(
    records_of_a_kind, std::uint32_t sum = 7; for (std::uint32_t at = 0; at + 2 <= 32;) {
      const std::uint8_t kind = numbers->bytes[at], size = numbers->bytes[at + 1];
      if (size < 2 || at + size > 32) break;
      if (kind % 2 == 1)
        for (std::uint32_t k = 2; k < size; ++k) sum = sum * 31 + numbers->bytes[at + k];
      at += size;
    } return sum;)
EBPFXX_INDEX(
    records_copied, std::array<std::uint8_t, 32> bytes{}; std::copy(numbers->bytes, numbers->bytes + 32, bytes.begin());
    std::uint32_t sum = 7; std::uint8_t at = 0; for (std::uint32_t i = 0; i < 8; ++i) {
      if (at >= 31) break;
      const std::uint8_t size = bytes[at];
      if (size == 0 || at + size >= 32) break;
      for (std::uint8_t k = 1; k <= size; ++k) sum = sum * 31 + bytes[at + k];
      at += size + 1;
    } return sum;)

TEST_SUITE("Tc::Ingress") {
  TEST_CASE("walks over a part of an array load, and read that part") {
    const std::pair<const char*, const Program<Tc::Ingress>*> programs[] = {
        {"forwards", &forwards},
        {"backwards", &backwards},
        {"with the last", &with_the_last},
        {"with the next", &with_the_next},
        {"in pairs", &in_pairs},
        {"as much as is left", &as_much_as_is_left},
        {"at most what is left", &at_most_what_is_left},
        {"to the end", &to_the_end},
        {"between", &between},
        {"between, downwards", &between_downwards},
        {"signed ones", &signed_ones},
        {"one of them", &one_of_them},
        {"as span", &as_span},
        {"to a copy", &to_a_copy},
        {"into a copy", &into_a_copy},
        {"like the start", &like_the_start},
        {"records", &records},
        {"records of a kind", &records_of_a_kind},
        {"records, copied", &records_copied},
    };
    for (const auto& [name, program] : programs) check_at_edges(name, *program);
  }
}
