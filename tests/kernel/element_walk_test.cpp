// Walks over elements of several bytes, from and to what algorithms find: their offsets are multiples of the size, and
// stay within the array.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <ebpfxx.hpp>
#include <utility>

#include "support/index_programs.hpp"

using namespace ebpfxx;
using namespace index_programs;

namespace {

struct Triple {
  std::uint32_t key;
  std::uint32_t more[2];
};

struct Entry {
  std::uint32_t key;
  std::uint16_t more;
  std::uint16_t rest;
};

constexpr std::uint32_t number_of(const Entry& entry) { return entry.key + entry.more; }
constexpr std::uint32_t number_of(std::uint32_t element) { return element; }
constexpr std::uint32_t number_of(const Triple& triple) { return triple.key * 3 + triple.more[1]; }

template <class Element>
constexpr Element element_of(std::uint32_t number) {
  if constexpr (std::is_same_v<Element, Triple>)
    return {number, {0, number}};
  else
    return static_cast<Element>(number);
}

template <class Element, std::size_t count, class View>
constexpr std::array<Element, count> elements_of(const View& numbers, std::uint32_t more) {
  std::array<Element, count> elements{};
  for (std::uint32_t i = 0; i < count; ++i) elements[i] = element_of<Element>(numbers->bytes[i] + more % 7);
  return elements;
}

template <class Iterator>
constexpr std::uint32_t sum_of(Iterator first, Iterator last) {
  std::uint32_t sum = 7;
  for (; first != last; ++first) sum = sum * 31 + number_of(*first);
  return sum;
}

constexpr auto is_odd = [](const auto& element) { return (number_of(element) & 1) != 0; };

}  // namespace

EBPFXX_INDEX(halves_behind_removed, auto halves = elements_of<std::uint16_t, 3>(numbers, second);
             return sum_of(std::remove(halves.begin(), halves.end(), halves[0]), halves.end());)
EBPFXX_INDEX(words_behind_odd, auto words = elements_of<std::uint32_t, 6>(numbers, second);
             return sum_of(std::ranges::remove_if(words, is_odd).begin(), words.end());)
EBPFXX_INDEX(triples_behind_odd, auto triples = elements_of<Triple, 5>(numbers, second);
             const auto end = std::remove_if(triples.begin(), triples.end(), is_odd);
             return sum_of(triples.begin(), end) * 7 + sum_of(end, triples.end());)
EBPFXX_INDEX(halves_behind_repeated, auto halves = elements_of<std::uint16_t, 5>(numbers, second);
             for (auto& half : halves) half /= 3; return sum_of(std::ranges::unique(halves).begin(), halves.end());)
EBPFXX_INDEX(counted_behind_found, const auto words = elements_of<std::uint32_t, 6>(numbers, second);
             const auto found = std::find_if(words.begin(), words.end(), is_odd);
             return static_cast<std::uint32_t>(std::count_if(found, words.end(),
                                                             [](std::uint32_t word) { return word % 3 == 1; }));)
EBPFXX_INDEX(words_reversed_up_to_found, auto words = elements_of<std::uint32_t, 4>(numbers, second);
             std::reverse(words.begin(), std::find_if(words.begin(), words.end(), is_odd));
             return sum_of(words.begin(), words.end());)
EBPFXX_INDEX(triples_reversed_up_to_found, auto triples = elements_of<Triple, 4>(numbers, second);
             std::reverse(triples.begin(), std::find_if(triples.begin(), triples.end(), is_odd));
             return sum_of(triples.begin(), triples.end());)
// Each of the chosen offsets is hidden from the verifier, which wants to see that it is a multiple of 2.
EBPFXX_INDEX(entries_up_to_greatest, std::array<Entry, 12> entries{};
             for (std::uint32_t i = 0; i < 12; ++i)
                 entries[i] = {numbers->bytes[i] & 3U, static_cast<std::uint16_t>(numbers->bytes[i] >> 2), 0};
             const auto greatest = std::max_element(entries.begin(), entries.end(),
                                                    [](const Entry& one, const Entry& other) {
                                                      return number_of(one) < number_of(other);
                                                    });
             return sum_of(entries.begin(), greatest) * 3 + sum_of(entries.begin(), entries.end());)

// Whether the end was reached is decided where the offset is, and asked later.
struct Kept {
  std::uint8_t before;
  std::array<std::uint8_t, 6> bytes;
};
inline PerCpu<Kept> kept;

inline constexpr Program<Tc::Ingress> sorted_in_map = [](Packet packet) {
  return mark_with(packet, [](auto& numbers) -> std::uint32_t {
    std::uint32_t sum = 0;
    kept.update([&](Kept& value) {
      value.bytes = elements_of<std::uint8_t, 6>(numbers, numbers->second);
      const auto end = std::is_sorted_until(value.bytes.begin(), value.bytes.end());
      sum = sum_of(value.bytes.begin(), end);
      if (end != value.bytes.end()) sum += *end;
    });
    return sum;
  });
};

TEST_SUITE("Tc::Ingress") {
  TEST_CASE("walks from and to elements that algorithms find load, and stay within the array") {
    const std::pair<const char*, const Program<Tc::Ingress>*> programs[] = {
        {"halves behind removed", &halves_behind_removed},
        {"words behind odd", &words_behind_odd},
        {"triples behind odd", &triples_behind_odd},
        {"halves behind repeated", &halves_behind_repeated},
        {"counted behind found", &counted_behind_found},
        {"words reversed up to found", &words_reversed_up_to_found},
        {"triples reversed up to found", &triples_reversed_up_to_found},
        {"entries up to greatest", &entries_up_to_greatest},
        {"sorted in map", &sorted_in_map},
    };
    for (const auto& [name, program] : programs) check_at_edges(name, *program);
  }
}
