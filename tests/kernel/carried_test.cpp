// Numbers and pointers that a loop carries from round to round, changed on some of its ways only, and the ends that
// algorithms give: they load on every kernel, and go as far as natively.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <ebpfxx.hpp>
#include <utility>

#include "support/index_programs.hpp"

using namespace ebpfxx;
using namespace index_programs;

namespace {

using Bytes = std::array<std::uint8_t, 16>;

template <class View>
constexpr Bytes copy_of(const View& numbers) {
  Bytes bytes{};
  std::copy(numbers->bytes, numbers->bytes + bytes.size(), bytes.begin());
  return bytes;
}

template <class Iterator>
constexpr std::uint32_t sum_of(Iterator first, Iterator last) {
  std::uint32_t sum = 7;
  for (; first != last; ++first) sum = sum * 31 + *first;
  return sum;
}

constexpr bool is_odd(std::uint8_t byte) { return (byte & 1) != 0; }

/// The first of the packets' Numbers.
struct [[gnu::packed]] Head {
  std::uint8_t ethernet[14];
  std::uint32_t first;
  std::uint32_t second;
  std::uint8_t bytes[32];
};

struct Service {
  std::uint32_t address;
  std::uint16_t port;
  bool operator==(const Service&) const = default;
};

constexpr Service service_of(std::uint32_t number) { return {number % 11, static_cast<std::uint16_t>(number % 3)}; }

/// Two bytes as they follow each other in the packets.
constexpr std::array<std::uint8_t, 2> pair_of(std::uint32_t number) {
  return {static_cast<std::uint8_t>(number % 11), static_cast<std::uint8_t>((number + 5) % 11)};
}

inline constexpr std::uint8_t next_state[3][3] = {{0, 0, 2}, {1, 2, 0}, {0, 0, 1}};
/// Rows of a power of two: an index into them is made by `|`.
inline constexpr std::uint8_t next_of_four[4][4] = {{0, 1, 3, 0}, {3, 0, 0, 1}, {0, 2, 2, 2}, {2, 0, 3, 2}};
inline constexpr std::uint8_t next_in_one[16] = {0, 1, 3, 0, 3, 0, 0, 1, 0, 2, 2, 2, 2, 0, 3, 2};

constexpr std::uint32_t kind_of(std::uint8_t byte, std::uint8_t limit) { return byte > limit ? 2 : byte == 3 ? 1 : 0; }

}  // namespace

// Ends that algorithms give.
EBPFXX_INDEX(without, Bytes bytes = copy_of(numbers);
             const auto end = std::remove(bytes.begin(), bytes.end(), static_cast<std::uint8_t>(second));
             return sum_of(bytes.begin(), end) + static_cast<std::uint32_t>(end - bytes.begin());)
EBPFXX_INDEX(odd_ones, Bytes bytes = copy_of(numbers); Bytes odd{};
             return sum_of(odd.begin(), std::copy_if(bytes.begin(), bytes.end(), odd.begin(), is_odd));)
EBPFXX_INDEX(odd_ones_of_packet, std::array<std::uint8_t, 32> odd{};
             return sum_of(odd.begin(), std::copy_if(numbers->bytes, numbers->bytes + 32, odd.begin(), is_odd));)
EBPFXX_INDEX(without_repeated, Bytes bytes = copy_of(numbers); for (auto& byte : bytes) byte /= first % 5 + 1;
             return sum_of(bytes.begin(), std::unique(bytes.begin(), bytes.end()));)
EBPFXX_INDEX(odd_ones_first, Bytes bytes = copy_of(numbers);
             const auto middle = std::partition(bytes.begin(), bytes.end(), is_odd);
             return sum_of(bytes.begin(), middle) * 3 + sum_of(middle, bytes.end());)
EBPFXX_INDEX(below, Bytes bytes = copy_of(numbers); std::uint8_t greatest = 0;
             for (auto& byte : bytes) byte = greatest = std::max(greatest, byte);
             return sum_of(bytes.begin(), std::lower_bound(bytes.begin(), bytes.end(), second));)
EBPFXX_INDEX(as_great, std::array<std::uint16_t, 12> halves{}; std::uint16_t greatest = 0;
             for (std::size_t i = 0; i < halves.size(); ++i)
                 halves[i] = greatest = std::max<std::uint16_t>(greatest, numbers->bytes[i]);
             const auto same = std::equal_range(halves.begin(), halves.end(), static_cast<std::uint16_t>(second));
             return static_cast<std::uint32_t>(same.second - halves.begin()) * 100 +
                    static_cast<std::uint32_t>(same.second - same.first);)
EBPFXX_INDEX(last_pair, Bytes bytes = copy_of(numbers); const std::uint8_t pair[] = {numbers->bytes[first & 31], 3};
             return static_cast<std::uint32_t>(std::find_end(bytes.begin(), bytes.end(), pair, pair + 2) -
                                               bytes.begin());)
EBPFXX_INDEX(up_to_found, Bytes bytes = copy_of(numbers);
             return sum_of(bytes.begin(), std::find(bytes.begin(), bytes.end(), second));)
EBPFXX_INDEX(up_to_found_in_copy, const Numbers copy = *numbers;
             return sum_of(copy.bytes, std::find_if(copy.bytes, copy.bytes + 32,
                                                    [&](std::uint8_t byte) { return byte == second; }));)
EBPFXX_INDEX(greatest_of_packet, const auto* most = std::max_element(numbers->bytes, numbers->bytes + 32);
             return *most * 31U + static_cast<std::uint32_t>(most - numbers->bytes);)

// Of bytes that end where the packet is known to.
inline constexpr Program<Tc::Ingress> up_to_last_greatest = [](Packet packet) {
  const auto head = packet.parse<Head>();
  if (!head) return Drop;
  const std::uint8_t* bytes = head->bytes;
  const auto* most = std::minmax_element(bytes, bytes + 32).second;
  packet.set_mark(static_cast<std::uint32_t>(most - bytes) * 31 + sum_of(bytes, most) +
                  (most == bytes + 32 ? 0 : *most));
  return Ok;
};
EBPFXX_INDEX(searched, const Bytes bytes = copy_of(numbers); const std::array<std::uint8_t, 2> wanted = pair_of(second);
             const auto found = std::search(bytes.begin(), bytes.end(), wanted.begin(), wanted.end());
             return static_cast<std::uint32_t>(found - bytes.begin()) * 31 + (found == bytes.end() ? 7 : *found);)
EBPFXX_INDEX(
    searched_from_behind, std::array<Service, 3> services{}; std::array<Service, 3> wanted{};
    for (std::uint32_t i = 0; i < 3; ++i) {
      services[i] = service_of(numbers->bytes[i]);
      wanted[i] = service_of(second % 11 + i * 5);
    } auto found = std::find_end(services.begin(), services.end(), wanted.begin(), wanted.begin() + 2);
    std::uint32_t sum = 7; for (; found != services.end(); ++found) sum = sum * 31 + found->address; return sum;)
// Of elements that are wider than a byte the verifier has to see that their offsets are multiples of their size.
EBPFXX_INDEX(least_half, std::array<std::uint16_t, 8> halves{};
             for (std::uint32_t i = 0; i < 8; ++i) halves[i] = static_cast<std::uint16_t>(numbers->bytes[i] * 257U + i);
             const auto least = std::ranges::min_element(halves);
             return sum_of(halves.begin(), least) * 31 + *least + static_cast<std::uint32_t>(least - halves.begin());)

// One of several addresses, which the alignment of the array does not make a combination of bits.
EBPFXX_INDEX(swapped_with_greatest, std::uint32_t swapped[8]; std::copy(numbers->bytes, numbers->bytes + 8, swapped);
             std::iter_swap(swapped + first % 8, std::max_element(swapped, swapped + 8));
             return swapped[first % 8] + sum_of(swapped, swapped + 8);)

// Numbers that differ by the ways that a round takes.
EBPFXX_INDEX(
    kept_twice, std::array<std::uint8_t, 64> kept{}; std::uint32_t count = 0; for (const auto byte : numbers->bytes) {
      if (byte & 1) kept[count++] = byte;
      if (byte & 2) kept[count++] = byte;
    } return sum_of(kept.begin(), kept.begin() + count);)
EBPFXX_INDEX(
    longest_run, std::uint32_t best = 0;
    std::uint32_t end = 0; std::uint32_t run = 0; for (std::uint32_t i = 0; i < 32; ++i) {
      run = numbers->bytes[i] < second ? run + 1 : 0;
      if (run > best) {
        best = run;
        end = i;
      }
    } return numbers->bytes[end] * 100 + best;)
EBPFXX_INDEX(
    ring, std::array<std::uint16_t, 6> last{}; std::uint32_t head = 0; for (std::uint32_t i = 0; i < 30; ++i) {
      if (numbers->bytes[i] > second) continue;
      last[head] = static_cast<std::uint16_t>(numbers->bytes[i] << 8 | numbers->bytes[i + 1]);
      head = (head + 1) % 6;
    } return sum_of(last.begin(), last.end());)
EBPFXX_INDEX(
    ring_by_test, std::array<std::uint16_t, 6> last{}; std::uint32_t head = 0; for (std::uint32_t i = 0; i < 30; ++i) {
      if (numbers->bytes[i] > second) continue;
      last[head] = static_cast<std::uint16_t>(numbers->bytes[i] << 8 | numbers->bytes[i + 1]);
      if (++head == 6) head = 0;
    } return sum_of(last.begin(), last.end());)
EBPFXX_INDEX(
    states_of_table, std::uint32_t sum = 0; std::uint8_t state = 0; for (std::uint32_t i = 0; i < 32; ++i) {
      state = next_state[state][numbers->bytes[i] > 7 ? 2 : numbers->bytes[i] == second ? 1 : 0];
      if (state == 2) sum ^= i;
    } return sum + state;)
EBPFXX_INDEX(many_choices, const Bytes bytes = copy_of(numbers); std::uint32_t sum = 0;
             for (std::uint32_t i = 0; i < 10; ++i) sum = sum * 31 + bytes[numbers->bytes[i] > 9        ? 2
                                                                           : numbers->bytes[i] > second ? 15
                                                                                                        : 9];
             return sum;)

// A choice of each round comes before its step: the verifier follows both of one round, not all of all rounds.
EBPFXX_INDEX(
    states_in_rows, std::uint32_t sum = 0; std::uint8_t state = 0; for (std::uint32_t i = 0; i < 10; ++i) {
      state = next_of_four[state][kind_of(numbers->bytes[i], second)];
      if (state == 3) sum ^= i;
    } return sum * 4 + state;)
EBPFXX_INDEX(states_by_bits, std::uint32_t state = 0;
             for (std::uint32_t i = 0; i < 10; ++i)
                 state = next_in_one[state << 2 | kind_of(numbers->bytes[i], second)];
             return state;)
// The bytes that choose were used before, for something else.
EBPFXX_INDEX(
    bits_and_states, std::array<std::uint64_t, 4> bits{};
    for (std::uint32_t i = 0; i < 8; ++i) bits[numbers->bytes[i] / 64] |= 1ULL << (numbers->bytes[i] % 64);
    std::uint32_t sum = static_cast<std::uint32_t>(std::popcount(bits[0]) + std::popcount(bits[3]));
    std::uint8_t state = 0; for (std::uint32_t i = 0; i < 10; ++i) {
      state = next_in_one[state * 4 + kind_of(numbers->bytes[i], static_cast<std::uint8_t>(second))];
      if (state == 2) sum += i;
    } return sum * 31 + state;)
EBPFXX_INDEX(counted_in_grid, std::uint32_t grid[3][4] = {};
             for (std::uint32_t i = 0; i < 10; ++i) grid[numbers->bytes[i] % 3][kind_of(numbers->bytes[i], second)] +=
             i;
             std::uint32_t sum = 0;
             for (const auto& row : grid) for (const std::uint32_t one : row) sum = sum * 31 + one;
             return sum + grid[first % 3][second & 3];)
EBPFXX_INDEX(least_of_words, std::array<std::uint32_t, 16> words{};
             for (std::uint32_t i = 0; i < 16; ++i) words[i] = numbers->bytes[i] + first;
             const auto least = std::min_element(words.begin(), words.end()); std::uint32_t sum = 0;
             for (const std::uint32_t word : words) sum = sum * 31 + word;
             return sum + static_cast<std::uint32_t>(least - words.begin());)

// What a loop ends by is computed from a counter; and where something began last is compared.
EBPFXX_INDEX(least_divisor, const std::uint32_t number = second % 1000;
             for (std::uint32_t divisor = 2; divisor * divisor <= number;
                  ++divisor) if (number % divisor == 0) return divisor;
             return number;)
EBPFXX_INDEX(least_divisor_of_bits, const std::uint32_t number = second & 1023;
             for (std::uint32_t divisor = 2; divisor * divisor <= number;
                  ++divisor) if (number % divisor == 0) return divisor;
             return number;)
EBPFXX_INDEX(signed_root, const int number = static_cast<int>(second & 0xfff); int root = 0;
             while (root * root < number)++ root; return static_cast<std::uint32_t>(root);)
EBPFXX_INDEX(root_from_above, const std::uint32_t number = second & 0xfff; std::uint32_t root = 64;
             while (root * root > number)-- root; return root;)
EBPFXX_INDEX(primes_below, bool is_multiple[64] = {}; const std::uint32_t end = second % 64;
             for (std::uint32_t i = 2; i * i < end; ++i) if (!is_multiple[i]) for (std::uint32_t k = i * i; k < end;
                                                                                   k += i) is_multiple[k] = true;
             std::uint32_t sum = 0; for (std::uint32_t i = 2; i < end; ++i) if (!is_multiple[i]) sum += i; return sum;)
EBPFXX_INDEX(
    longest_between, std::uint32_t longest = 0, start = 0; for (std::uint32_t i = 0; i < 32; ++i) {
      if (numbers->bytes[i] != first % 11) continue;
      longest = std::max(longest, i - start);
      start = i + 1;
    } return longest;)

// Of two that meet, LLVM widens one, or none.
EBPFXX_INDEX(
    is_same_backwards, for (std::uint32_t i = 0, k = second & 31; i < k; ++i, --k) {
      if (numbers->bytes[i] != numbers->bytes[k]) return i * 32 + k;
    } return 99;)
EBPFXX_INDEX(
    is_same_backwards_in_bytes, std::uint8_t last = second & 31; for (std::uint8_t i = 0; i < last; ++i, --last) {
      if (numbers->bytes[i] != numbers->bytes[last]) return i * 32 + last;
    } return 99;)
EBPFXX_INDEX(
    reversed_up_to, Bytes bytes = copy_of(numbers); for (std::uint32_t i = 0, k = second & 15; i < k; ++i, --k) {
      const std::uint8_t byte = bytes[i];
      bytes[i] = bytes[k];
      bytes[k] = byte;
    } return sum_of(bytes.begin(), bytes.end());)
// Written by bytes of which the verifier knows the bound, and keeps it where a slot of the stack starts.
EBPFXX_INDEX(
    halves_reversed_up_to, Bytes bytes{};
    for (std::uint32_t i = 0; i < 16; ++i) bytes[i] = numbers->bytes[i] & 15; for (std::uint32_t i = 0, k = second & 15;
                                                                                   i < k; ++i, --k) {
      const std::uint8_t byte = bytes[i];
      bytes[i] = bytes[k];
      bytes[k] = byte;
    } return bytes[0] * 256 + bytes[8];)

// Two that come nearer to each other, until they meet.
EBPFXX_INDEX(
    met, std::uint32_t low = 0; std::uint32_t high = 31; std::uint32_t sum = 0; while (low < high) {
      if (numbers->bytes[low] < numbers->bytes[high])
        sum = sum * 31 + numbers->bytes[low++];
      else
        sum = sum * 31 + numbers->bytes[high--] * 3U;
    } return sum + low;)
EBPFXX_INDEX(
    met_in_copy, Bytes bytes = copy_of(numbers);
    std::size_t low = 0; std::size_t high = bytes.size() - 1; while (low < high) {
      if (bytes[low] == second)
        std::swap(bytes[low], bytes[high--]);
      else
        ++low;
    } return sum_of(bytes.begin(), bytes.end()) + static_cast<std::uint32_t>(low);)
EBPFXX_INDEX(
    met_from_run_time, std::uint32_t low = first % 10; std::uint32_t high = 20 + second % 12; std::uint32_t sum = 0;
    while (low < high) {
      if (numbers->bytes[low] & 1)
        ++low;
      else if (numbers->bytes[high] & 1)
        --high;
      else
        ++low, --high;
      sum = sum * 31 + low;
    } return sum;)

// The start is bounded by a comparison with the end only, of which Linux 6.1 learns nothing.
EBPFXX_INDEX(from_any_start, const std::uint32_t end = second & 255; std::uint32_t sum = 3;
             for (std::uint32_t i = first; i < end; ++i) sum = sum * 31 + i;
             if (first <= end) for (std::uint32_t i = first; i != end; ++i) sum = sum * 7 + i; return sum;)
// Counted down in a loop of several blocks.
EBPFXX_INDEX(
    down_by_blocks, std::uint32_t sum = 3; int left = static_cast<int>(first & 15); while (left--) {
      if (second / (static_cast<unsigned>(left) + 1) == 5) sum ^= numbers->words[3];
      sum = sum * 7 + static_cast<std::uint32_t>(left);
    } return sum;)

// What is computed from round to round chooses in each, beside other choices.
EBPFXX_INDEX(
    sum_compared, std::uint64_t sum = first; for (std::uint32_t round = 0; round < 32; ++round) {
      if (second <= numbers->bytes[3] * std::uint32_t{numbers->bytes[5]}) continue;
      const std::uint32_t one = numbers->bytes[7] <= static_cast<std::uint32_t>(sum) ? first : second;
      sum = sum * 31 + (one == 0 ? 32 : ((one & -one) * 0x77cb531 >> 27));
      if (first / 60 == 29) break;
      sum += numbers->bytes[std::min(1000 ^ second, 31U)];
    } return static_cast<std::uint32_t>(sum ^ sum >> 32);)

EBPFXX_INDEX(
    sum_compared_at_end, const Numbers copy = *numbers; std::uint64_t sum = first;
    for (const std::uint32_t i : up_to<400>(second)) {
      if (static_cast<std::uint32_t>(sum) >= 8 && copy.words[2] < copy.words[3]) break;
      sum += copy.bytes[i & 31];
    } return static_cast<std::uint32_t>(sum);)

// Of numbers that stay the same, each round would tell the verifier a little more, or the same in another combination.
EBPFXX_INDEX(
    limit_compared, const std::uint32_t word = numbers->words[2]; std::uint64_t sum = first;
    for (const std::uint32_t i : up_to<400>(second)) {
      if (static_cast<std::uint32_t>(sum) >= 8 && word < second) break;
      sum += numbers->bytes[i & 31];
    } return static_cast<std::uint32_t>(sum);)
EBPFXX_INDEX(
    bits_compared, std::uint32_t sum = second;
    for (std::uint32_t byte = 0; byte < 16; ++byte) for (std::uint32_t limit = 0; limit < 8;
                                                         limit += 2) for (std::uint32_t bits = 0; bits < 8; ++bits) {
      if ((bits | first) <= limit) continue;
      sum += numbers->bytes[byte];
    } return sum;)

// The limit of an inner loop tells nothing that lasts.
EBPFXX_INDEX(limit_of_before, const std::uint32_t end = first & 63; std::uint32_t sum = 0;
             for (std::uint32_t again = 0; again < 100; ++again) for (std::uint32_t i = 0; i != end; ++i)
                 sum = sum * 31 + i;
             return sum;)
EBPFXX_INDEX(limits_of_both, std::uint32_t sum = 0;
             for (const std::uint32_t again : up_to<100>(second)) for (const std::uint32_t i : up_to<100>(first))
                 sum = sum * 31 + i + again;
             return sum;)

TEST_SUITE("Tc::Ingress") {
  TEST_CASE("numbers and pointers that loops carry load, and go as far as natively") {
    const std::pair<const char*, const Program<Tc::Ingress>*> programs[] = {
        {"without", &without},
        {"odd ones", &odd_ones},
        {"odd ones of packet", &odd_ones_of_packet},
        {"without repeated", &without_repeated},
        {"odd ones first", &odd_ones_first},
        {"below", &below},
        {"as great", &as_great},
        {"last pair", &last_pair},
        {"up to found", &up_to_found},
        {"up to found in copy", &up_to_found_in_copy},
        {"greatest of packet", &greatest_of_packet},
        {"up to last greatest", &up_to_last_greatest},
        {"searched", &searched},
        {"searched from behind", &searched_from_behind},
        {"least half", &least_half},
        {"swapped with greatest", &swapped_with_greatest},
        {"kept twice", &kept_twice},
        {"longest run", &longest_run},
        {"ring", &ring},
        {"ring by test", &ring_by_test},
        {"states of table", &states_of_table},
        {"many choices", &many_choices},
        {"states in rows", &states_in_rows},
        {"states by bits", &states_by_bits},
        {"bits and states", &bits_and_states},
        {"counted in grid", &counted_in_grid},
        {"least of words", &least_of_words},
        {"least divisor", &least_divisor},
        {"least divisor of bits", &least_divisor_of_bits},
        {"signed root", &signed_root},
        {"root from above", &root_from_above},
        {"primes below", &primes_below},
        {"longest between", &longest_between},
        {"is same backwards", &is_same_backwards},
        {"is same backwards, in bytes", &is_same_backwards_in_bytes},
        {"reversed up to", &reversed_up_to},
        {"halves reversed up to", &halves_reversed_up_to},
        {"met", &met},
        {"met in copy", &met_in_copy},
        {"met from run time", &met_from_run_time},
        {"from any start", &from_any_start},
        {"down by blocks", &down_by_blocks},
        {"sum compared", &sum_compared},
        {"sum compared at end", &sum_compared_at_end},
        {"limit compared", &limit_compared},
        {"bits compared", &bits_compared},
        {"limit of before", &limit_of_before},
        {"limits of both", &limits_of_both},
    };
    for (const auto& [name, program] : programs) check_at_edges(name, *program);
  }
}
