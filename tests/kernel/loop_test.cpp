// Loops over ranges with a bound: they load, whatever the count is, and end where they end natively.
#include <doctest/doctest.h>

#include <array>
#include <bit>
#include <cstdint>
#include <ebpfxx.hpp>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/runtime/in_kernel.hpp>
#include <utility>

using namespace ebpfxx;
using Packet = Tc::Ingress::Packet;
using enum Tc::Ingress::Verdict;

struct Numbers64 {
  std::array<std::uint32_t, 64> elements;
};
inline PerCpu<Numbers64> table_of_64;
inline Map<std::uint32_t, std::uint32_t> successors;

// Each marks the packet with a number made of the marks that it came with.

inline constexpr Program<Tc::Ingress> as_often_as_told = [](Packet packet) {
  const std::uint32_t count = packet.mark();
  const std::uint32_t other = packet.priority();
  std::uint32_t sum = 0;
  for (const std::uint32_t i : up_to<100>(count)) sum = sum * 31 + (other >> (i & 31));
  packet.set_mark(sum);
  return Ok;
};

inline constexpr Program<Tc::Ingress> signed_count = [](Packet packet) {
  const std::uint32_t count = packet.mark();
  const std::uint32_t other = packet.priority();
  std::uint32_t sum = 0;
  for (const std::uint32_t i : up_to<100>(static_cast<int>(count))) sum = sum * 31 + i + other;
  packet.set_mark(sum);
  return Ok;
};

inline constexpr Program<Tc::Ingress> wide_count = [](Packet packet) {
  const std::uint32_t count = packet.mark();
  const std::uint32_t other = packet.priority();
  std::uint32_t sum = 0;
  const std::uint64_t wide = static_cast<std::uint64_t>(other) << 32 | count;
  for (const std::uint32_t i : up_to<100>(wide)) sum = sum * 31 + i;
  packet.set_mark(sum);
  return Ok;
};

inline constexpr Program<Tc::Ingress> all_ways_out = [](Packet packet) {
  const std::uint32_t count = packet.mark();
  const std::uint32_t other = packet.priority();
  std::uint32_t sum = 0;
  for (const std::uint32_t i : up_to<100>(count)) {
    if (i % 3 == 1) continue;
    if (i == other) return Drop;
    if (i * i > other * 8) break;
    sum = sum * 5 + i;
  }
  packet.set_mark(sum);
  return Ok;
};

inline constexpr Program<Tc::Ingress> nested = [](Packet packet) {
  const std::uint32_t count = packet.mark();
  const std::uint32_t other = packet.priority();
  std::uint32_t sum = 0;
  for (const std::uint32_t i : up_to<16>(count))
    for (const std::uint32_t j : up_to<16>(i)) sum = sum * 3 + i * j + other;
  packet.set_mark(sum);
  return Ok;
};

inline constexpr Program<Tc::Ingress> elements = [](Packet packet) {
  const std::uint32_t count = packet.mark();
  const std::uint32_t other = packet.priority();
  std::uint32_t sum = 0;
  table_of_64.update([&](Numbers64& numbers) {
    for (const std::uint32_t i : up_to<64>(count)) numbers.elements[i] = i * other;
    for (const std::uint32_t i : up_to<63>(count)) sum = sum * 31 + numbers.elements[i + 1];
  });
  packet.set_mark(sum);
  return Ok;
};

inline constexpr Program<Tc::Ingress> bytes_of_the_packet = [](Packet packet) {
  const std::uint32_t other = packet.priority();
  std::uint32_t sum = 0;
  for (const std::uint32_t i : up_to<64>(packet.length())) {
    const auto byte = packet.load<std::uint8_t>(i + other);
    if (!byte) break;
    sum = sum * 31 + *byte;
  }
  packet.set_mark(sum);
  return Ok;
};

inline constexpr Program<Tc::Ingress> list_in_a_map = [](Packet packet) {
  const std::uint32_t other = packet.priority();
  std::uint32_t sum = 0;
  std::uint32_t key = other;
  for ([[maybe_unused]] const std::uint32_t i : up_to<40>()) {
    const auto next = successors.find(key);
    if (!next) break;
    key = *next;
    sum += key;
  }
  packet.set_mark(sum);
  return Ok;
};

// Without a bound the verifier does not follow these.
inline constexpr Program<Tc::Ingress> set_bits = [](Packet packet) {
  std::uint32_t other = packet.priority();
  std::uint32_t sum = 0;
  for (const std::uint32_t i : up_to<32>()) {
    if (other == 0) break;
    other &= other - 1;
    sum += i;
  }
  packet.set_mark(sum);
  return Ok;
};

inline constexpr Program<Tc::Ingress> common_divisor = [](Packet packet) {
  const std::uint32_t count = packet.mark();
  std::uint32_t other = packet.priority();
  std::uint32_t sum = 0;
  std::uint32_t one = count;
  for ([[maybe_unused]] const std::uint32_t i : up_to<48>()) {
    if (other == 0) break;
    one = std::exchange(other, one % other);
  }
  sum = one;
  packet.set_mark(sum);
  return Ok;
};

inline constexpr Program<Tc::Ingress> three_n_plus_one = [](Packet packet) {
  std::uint32_t other = packet.priority();
  std::uint32_t sum = 0;
  for (const std::uint32_t i : up_to<48>()) {
    if (other < 2) break;
    other = (other & 1) != 0 ? 3 * other + 1 : other / 2;
    sum = i;
  }
  packet.set_mark(sum);
  return Ok;
};

/// Ends when two numbers are equal, of which Linux 6.1 learns nothing.
inline constexpr Program<Tc::Ingress> until_equal = [](Packet packet) {
  std::uint32_t sum = 0;
  for (std::uint32_t i = 0, end = packet.mark() & 63; i != end; ++i) sum = sum * 31 + (packet.priority() >> (i & 31));
  packet.set_mark(sum);
  return Ok;
};

// So many rounds that the verifier cannot walk them: the helper bpf_loop runs these.

inline constexpr Program<Tc::Ingress> long_count = [](Packet packet) {
  std::uint32_t sum = 0;
  for (const std::uint32_t i : up_to<300'000>(packet.mark())) sum = sum * 31 + (packet.priority() >> (i & 31));
  packet.set_mark(sum);
  return Ok;
};

/// Few for its steps, too many for the branches that it remembers on the way.
inline constexpr Program<Tc::Ingress> long_by_branches = [](Packet packet) {
  std::uint32_t sum = 0;
  for (const std::uint32_t i : up_to<10'000>(packet.mark())) sum = sum * 31 + (packet.priority() >> (i & 31));
  packet.set_mark(sum);
  return Ok;
};

inline constexpr Program<Tc::Ingress> long_ways_out = [](Packet packet) {
  std::uint64_t sum = 0;
  std::uint32_t rounds = 0;
  for (const std::uint32_t i : up_to<300'000>(packet.mark())) {
    ++rounds;
    if (i == packet.priority()) return Drop;
    if (i % 3 == 1) continue;
    if (sum % 8191 == 4095) break;
    sum += i;
  }
  packet.set_priority(rounds);
  packet.set_mark(static_cast<std::uint32_t>(sum));
  return Ok;
};

inline constexpr Program<Tc::Ingress> long_constant = [](Packet packet) {
  std::uint32_t sum = packet.mark();
  for (std::uint32_t i = 0; i < 150'000; ++i) sum = sum * 31 + (packet.priority() >> (i & 31));
  packet.set_mark(sum);
  return Ok;
};

inline constexpr Program<Tc::Ingress> long_downwards = [](Packet packet) {
  std::uint32_t sum = 0;
  for (std::uint32_t i = packet.mark() & 0x3ffff; i > 0; --i) sum = sum * 31 + i;
  packet.set_mark(sum);
  return Ok;
};

/// LLVM counts them with 32 bits, and compares the low ones with their ends.
inline constexpr Program<Tc::Ingress> short_downwards = [](Packet packet) {
  std::uint32_t sum = 0;
  for (std::uint8_t i = packet.mark() & 0x3ffff; i > 0; --i) sum = sum * 31 + i;
  for (std::uint16_t i = packet.priority() & 0xfff; i != 0; --i) sum = sum * 7 + i;
  packet.set_mark(sum);
  return Ok;
};

inline constexpr Program<Tc::Ingress> long_in_steps = [](Packet packet) {
  std::uint32_t sum = 0;
  for (std::uint64_t i = packet.priority() & 7; i < (packet.mark() & 0xfffff); i += 3)
    sum = sum * 31 + static_cast<std::uint32_t>(i);
  packet.set_mark(sum);
  return Ok;
};

inline constexpr Program<Tc::Ingress> long_nested = [](Packet packet) {
  std::uint32_t sum = 0;
  for (const std::uint32_t i : up_to<600>(packet.mark())) {
    for (const std::uint32_t j : up_to<600>(packet.priority())) {
      sum = sum * 3 + i * j;
      if (sum == 12) return Drop;
      if (sum % 4093 == 7) break;
    }
    if ((sum & 1) != 0) continue;
    sum ^= i;
  }
  packet.set_mark(sum);
  return Ok;
};

/// Elements of a map's value, of a table and of the packet, at indexes made of the counter.
inline constexpr Program<Tc::Ingress> long_elements = [](Packet packet) {
  constexpr std::array<std::uint32_t, 5> primes{2, 3, 5, 7, 11};
  auto header = packet.parse<std::array<std::uint8_t, 30>>();
  if (!header) return Drop;
  const std::uint32_t count = packet.mark();
  std::uint32_t sum = 0;
  table_of_64.update([&](Numbers64& numbers) {
    numbers = {};
    for (const std::uint32_t i : up_to<200'000>(count)) {
      numbers.elements[i & 63] += i;
      numbers.elements[i % 60] += (*header)[i % 30];
      sum = sum * 31 + numbers.elements[i % 60] + primes[i % 5];
    }
    for (const std::uint32_t number : numbers.elements) sum = sum * 7 + number;
  });
  packet.set_mark(sum);
  return Ok;
};

/// A thousand rounds of a branch that the verifier remembers are few, ten thousand too many.
inline constexpr Program<Tc::Ingress> long_over_bytes = [](Packet packet) {
  std::uint32_t sum = 0;
  for (const std::uint32_t i : up_to<10'000>(packet.length())) {
    const auto view = packet.bytes().skip(Bounded<0, 9'999>::proven(i)).require<1>();
    if (!view) break;
    sum = sum * 31 + view->at<std::uint8_t>();
  }
  packet.set_mark(sum);
  return Ok;
};

inline constexpr Program<Tc::Ingress> long_list_in_a_map = [](Packet packet) {
  std::uint32_t key = packet.priority(), sum = 0;
  for (const std::uint32_t i : up_to<100'000>(packet.mark())) {
    const auto next = successors.find(key);
    if (!next) break;
    key = *next;
    sum += key ^ i;
  }
  packet.set_mark(sum);
  return Ok;
};

/// What is found is kept from round to round, and known to the verifier when it starts.
inline constexpr Program<Tc::Ingress> long_search = [](Packet packet) {
  std::uint32_t found = 0, sum = 0;
  for (const std::uint32_t i : up_to<100'000>(packet.mark())) {
    if ((i * packet.priority()) % 7 == 3) {
      ++found;
      sum += i;
    }
    if (found == 100) break;
  }
  packet.set_priority(found);
  packet.set_mark(sum);
  return Ok;
};

/// Resizes the packet in the rounds that it finds, of `Most` at most.
template <std::uint32_t Most>
constexpr Tc::Ingress::Verdict resize_when_found(Packet packet) {
  std::uint32_t found = 0, sum = 0;
  for (const std::uint32_t i : up_to<Most>(packet.mark())) {
    if ((i * packet.priority()) % 7 == 3) {
      ++found;
      (void)packet.change_tail(60 + found);
      sum += i;
    }
    if (found == 100) break;
  }
  packet.set_priority(found);
  packet.set_mark(sum);
  return Ok;
}

inline constexpr Program<Tc::Ingress> long_with_change = [](Packet packet) {
  return resize_when_found<100'000>(packet);
};

/// The verifier does not find again how it left the helper in more than 64 rounds around it.
inline constexpr Program<Tc::Ingress> long_again = [](Packet packet) {
  std::uint32_t sum = 0;
  for (int again = 0; again < 100; ++again)
    for (const std::uint32_t i : up_to<300'000>(packet.mark())) sum = sum * 31 + (packet.priority() >> (i & 31));
  packet.set_mark(sum);
  return Ok;
};

/// Two of three loops are in the helper's functions, of which each has the next one's values.
inline constexpr Program<Tc::Ingress> long_thrice = [](Packet packet) {
  std::uint32_t sum = 0;
  for (int outer = 0; outer < 100; ++outer)
    for (int inner = 0; inner < 100; ++inner)
      for (const std::uint32_t i : up_to<300'000>(packet.mark() & 63)) sum = sum * 31 + (packet.priority() >> (i & 31));
  packet.set_mark(sum);
  return Ok;
};

inline constexpr Program<Tc::Ingress> long_downwards_again = [](Packet packet) {
  std::uint32_t sum = 0;
  for (int again = 0; again < 100; ++again)
    for (std::uint32_t i = packet.mark() & 0x3ffff; i > 0; --i) sum = sum * 31 + i;
  packet.set_mark(sum);
  return Ok;
};

inline constexpr Program<Tc::Ingress> long_and_last = [](Packet packet) {
  const std::uint32_t last = packet.mark() & 0x3ffff;
  std::uint32_t sum = 0;
  for (std::uint32_t i = 0; i <= last; ++i) sum = sum * 31 + (packet.priority() >> (i & 31)) + i;
  packet.set_mark(sum);
  return Ok;
};

/// What goes to a helper that resizes the packet is not followed on all ways through the rounds.
inline constexpr Program<Tc::Ingress> resized_in_rounds = [](Packet packet) { return resize_when_found<1001>(packet); };

/// Nothing but the end of the packet decides in which round this one returns.
inline constexpr Program<Tc::Ingress> long_until_return = [](Packet packet) {
  std::uint32_t sum = 0;
  for (const std::uint32_t i : up_to<10'000>(packet.mark())) {
    const auto view = packet.bytes().skip(Bounded<0, 9'999>::proven(i)).require<1>();
    if (!view) return Drop;
    sum = sum * 31 + view->at<std::uint8_t>();
  }
  packet.set_mark(sum);
  return Ok;
};

/// The first counter stays the one that goes down to 0.
inline constexpr Program<Tc::Ingress> down_and_up = [](Packet packet) {
  std::uint32_t sum = 0;
  for (std::uint32_t i = packet.mark() & 63; i > 0; --i) {
    asm volatile("" : "+r"(sum));
    sum = sum * 3 + i;
  }
  std::uint64_t i = packet.priority();
  for (const auto round : up_to<32>()) {
    if (round != 0) --i;
    if (i == 0) break;
    asm volatile("" : "+r"(sum));
    sum = sum * 5 + static_cast<std::uint32_t>(i);
  }
  packet.set_mark(sum);
  return Ok;
};

// The verifier keeps no limit of a remainder, of a quotient, or of a count of bits.

inline constexpr Program<Tc::Ingress> remainder_with_ways = [](Packet packet) {
  const std::uint32_t other = packet.priority();
  std::uint32_t sum = packet.mark();
  for (const std::uint32_t i : up_to<400>(packet.mark() % 30)) {
    if (sum & 1) sum *= 3;
    if (sum & 2) sum ^= other;
    sum += i;
  }
  packet.set_mark(sum);
  return Ok;
};

inline constexpr std::uint8_t primes[8] = {2, 3, 5, 7, 11, 13, 17, 19};

inline constexpr Program<Tc::Ingress> quotient_in_a_table = [](Packet packet) {
  std::uint32_t sum = packet.priority();
  for (std::uint32_t i = 0; i < (packet.mark() & 0xff) / 11; ++i) {
    sum = sum * 7 + primes[i & 7];
    if (sum & 16) sum ^= i;
  }
  packet.set_mark(sum);
  return Ok;
};

inline constexpr Program<Tc::Ingress> remainders_nested = [](Packet packet) {
  std::uint32_t sum = 0;
  for (std::uint32_t i = 0; i < packet.mark() % 7; ++i)
    for (std::uint32_t k = 0; k < packet.priority() % 9; ++k) sum = sum * 31 + primes[(i + k) & 7];
  packet.set_mark(sum);
  return Ok;
};

inline constexpr Program<Tc::Ingress> bits_compared = [](Packet packet) {
  std::uint32_t sum = packet.priority();
  for (const std::uint32_t i : up_to<100>(std::popcount(packet.mark()))) {
    sum = i < 7 ? sum * 5 : sum ^ i;
    if (sum % 64 == 3) break;
  }
  packet.set_mark(sum);
  return Ok;
};

// What ends a loop may change by other than a step, the same in each way through a round.

inline constexpr Program<Tc::Ingress> square_root_by_bits = [](Packet packet) {
  std::uint32_t rest = packet.mark(), root = 0;
  for (std::uint32_t bit = 1U << 30; bit != 0; bit >>= 2) {
    if (rest >= root + bit) {
      rest -= root + bit;
      root = (root >> 1) + bit;
    } else {
      root >>= 1;
    }
  }
  packet.set_mark(root);
  return Ok;
};

inline constexpr Program<Tc::Ingress> doubled_bit = [](Packet packet) {
  std::uint32_t sum = 0;
  for (std::uint32_t bit = 1; bit < 1U << 20; bit *= 2) {
    if (packet.mark() & bit) sum += packet.priority();
    sum *= 3;
  }
  packet.set_mark(sum);
  return Ok;
};

namespace {

constexpr auto frame = ethernet() / payload("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10");

constexpr std::uint32_t mark_of(const Program<Tc::Ingress>& program, std::uint32_t mark, std::uint32_t priority) {
  return run(program, frame, {.mark = mark, .priority = priority}).context.mark;
}
static_assert(mark_of(set_bits, 0, 0xff) == 28);
static_assert(mark_of(square_root_by_bits, 0xffffffff, 0) == 0xffff);
static_assert(mark_of(common_divisor, 84, 36) == 12);
static_assert(mark_of(common_divisor, 2971215073, 1836311903) == 1);  // the most rounds that 32 bits need

}  // namespace

TEST_SUITE("Tc::Ingress, Hash") {
  TEST_CASE("loops over ranges with a bound end where they end natively") {
    const std::pair<const char*, const Program<Tc::Ingress>*> programs[] = {
        {"as often as told", &as_often_as_told},
        {"signed count", &signed_count},
        {"wide count", &wide_count},
        {"all ways out", &all_ways_out},
        {"nested", &nested},
        {"elements", &elements},
        {"bytes of the packet", &bytes_of_the_packet},
        {"list in a map", &list_in_a_map},
        {"set bits", &set_bits},
        {"common divisor", &common_divisor},
        {"three n plus one", &three_n_plus_one},
        {"until equal", &until_equal},
        {"remainder with ways", &remainder_with_ways},
        {"quotient in a table", &quotient_in_a_table},
        {"remainders, nested", &remainders_nested},
        {"bits, compared", &bits_compared},
        {"square root by bits", &square_root_by_bits},
        {"doubled bit", &doubled_bit},
    };
    for (const auto& [name, program] : programs) {
      CAPTURE(name);
      auto object = Object::open(*program);
      object.load();
      Native native;
      for (const std::uint32_t count :
           {0U, 1U, 7U, 15U, 16U, 62U, 63U, 64U, 65U, 99U, 100U, 101U, 0x7fffffffU, 0x80000000U, 0xffffffffU})
        for (const std::uint32_t other : {0U, 1U, 3U, 9U, 30U, 31U, 84U, 0xffffU, 0xffffffffU}) {
          CAPTURE(count);
          CAPTURE(other);
          const auto kernels = in_kernel(object, *program)(frame, {.mark = count, .priority = other});
          const auto natively = native(*program)(frame, {.mark = count, .priority = other});
          REQUIRE(kernels.verdict == natively.verdict);
          REQUIRE(kernels.context.mark == natively.context.mark);
        }
    }
  }

  TEST_CASE("loops that the helper bpf_loop runs end where they end natively") {
    const std::pair<const char*, const Program<Tc::Ingress>*> programs[] = {
        {"long count", &long_count},
        {"long by branches", &long_by_branches},
        {"long ways out", &long_ways_out},
        {"long constant", &long_constant},
        {"long downwards", &long_downwards},
        {"short downwards", &short_downwards},
        {"long in steps", &long_in_steps},
        {"long nested", &long_nested},
        {"long elements", &long_elements},
        {"long over bytes", &long_over_bytes},
        {"long list in a map", &long_list_in_a_map},
        {"long search", &long_search},
        {"long with change", &long_with_change},
        {"long and last", &long_and_last},
    };
    for (const auto& [name, program] : programs) {
      CAPTURE(name);
      auto object = Object::open(*program);
      object.load();
      Native native;
      for (const std::uint32_t count :
           {0U, 1U, 2U, 30U, 599U, 600U, 601U, 99'999U, 100'001U, 300'000U, 300'001U, 0xffffffffU})
        for (const std::uint32_t other : {0U, 1U, 5U, 601U, 299'999U, 0xffffffffU}) {
          CAPTURE(count);
          CAPTURE(other);
          const auto kernels = in_kernel(object, *program)(frame, {.mark = count, .priority = other});
          const auto natively = native(*program)(frame, {.mark = count, .priority = other});
          REQUIRE(kernels.verdict == natively.verdict);
          REQUIRE(kernels.context.mark == natively.context.mark);
          REQUIRE(kernels.context.priority == natively.context.priority);
          REQUIRE(kernels.packet == natively.packet);
        }
    }
  }

  TEST_CASE("loops of many rounds and ways load, and end where they end natively") {
    const std::pair<const char*, const Program<Tc::Ingress>*> programs[] = {
        {"long again", &long_again},
        {"long thrice", &long_thrice},
        {"long downwards again", &long_downwards_again},
        {"resized in rounds", &resized_in_rounds},
        {"long until return", &long_until_return},
        {"down and up", &down_and_up},
    };
    for (const auto& [name, program] : programs) {
      CAPTURE(name);
      auto object = Object::open(*program);
      object.load();
      Native native;
      for (const std::uint32_t count : {0U, 1U, 14U, 29U, 30U, 31U, 63U, 64U, 700U})
        for (const std::uint32_t other : {0U, 1U, 5U, 31U, 33U, 0xffffffffU}) {
          CAPTURE(count);
          CAPTURE(other);
          const auto kernels = in_kernel(object, *program)(frame, {.mark = count, .priority = other});
          const auto natively = native(*program)(frame, {.mark = count, .priority = other});
          REQUIRE(kernels.verdict == natively.verdict);
          REQUIRE(kernels.context.mark == natively.context.mark);
          REQUIRE(kernels.context.priority == natively.context.priority);
          REQUIRE(kernels.packet == natively.packet);
        }
    }
    auto object = Object::open(long_until_return);
    object.load();
    CHECK(in_kernel(object, long_until_return)(frame, {.mark = 30}) == Ok);
    CHECK(in_kernel(object, long_until_return)(frame, {.mark = 31}) == Drop);
  }

  TEST_CASE("a loop over a list that goes round ends at its bound") {
    auto object = Object::open(list_in_a_map);
    object.load();
    object[successors].set(1, 2);
    object[successors].set(2, 1);
    CHECK(in_kernel(object, list_in_a_map)(frame, {.priority = 1}).context.mark == 20 * (2 + 1));
    CHECK(in_kernel(object, list_in_a_map)(frame, {.priority = 3}).context.mark == 0);
    auto longer = Object::open(long_list_in_a_map);
    longer.load();
    longer[successors].set(1, 1);
    CHECK(in_kernel(longer, long_list_in_a_map)(frame, {.mark = 99'999, .priority = 1}).context.mark ==
          static_cast<std::uint32_t>(99'997ULL * 49'999 + 99'999));
  }
}
