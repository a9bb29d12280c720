// Shapes of loops, each in the ways in which it can be written, for bench/loops: a program a line, of a shape and a
// spelling.
#include <array>
#include <bit>
#include <ebpfxx/language.hpp>
#include <utility>

using namespace ebpfxx;

struct [[gnu::packed]] Input {
  std::array<std::uint8_t, 14> ethernet;
  std::uint32_t a, b;
  std::uint64_t x;
  std::array<std::uint8_t, 32> bytes;
};
struct Numbers {
  std::array<std::uint32_t, 64> elements;
};
inline PerCpu<Numbers> value;
inline Map<std::uint32_t, std::uint32_t> next_of;

#define SHAPE(name, shape, spelling, ...)                                                   \
  inline constexpr Program<Tc::Ingress> name = [](Tc::Ingress::Packet packet) {             \
    auto input = packet.parse<Input>();                                                     \
    if (!input) return Tc::Ingress::Verdict::Drop;                                          \
    [[maybe_unused]] std::uint32_t a = input->a, b = input->b;                              \
    [[maybe_unused]] auto copy = std::bit_cast<std::array<std::uint8_t, 32>>(input->bytes); \
    std::uint32_t sum = 0;                                                                  \
    __VA_ARGS__                                                                             \
    packet.set_mark(sum);                                                                   \
    return Tc::Ingress::Verdict::Ok;                                                        \
  };

// clang-format off
SHAPE(constant, "a constant count, 1,000", "i < 1000", for (std::uint32_t i = 0; i < 1000; ++i) sum = sum * 31 + (b >> (i & 31));)
SHAPE(constant_range, "a constant count, 1,000", "up_to<1000>()", for (const auto i : up_to<1000>()) sum = sum * 31 + (b >> (i & 31));)
SHAPE(count, "a count that may be any", "i < a", for (std::uint32_t i = 0; i < a; ++i) sum = sum * 31 + (b >> (i & 31));)
SHAPE(count_and, "a count that may be any", "i < 100 && i < a", for (std::uint32_t i = 0; i < 100 && i < a; ++i) sum = sum * 31 + (b >> (i & 31));)
SHAPE(count_range, "a count that may be any", "up_to<100>(a)", for (const auto i : up_to<100>(a)) sum = sum * 31 + (b >> (i & 31));)
SHAPE(count_wide, "a count of 64 bits", "up_to<100>(x)", for (const auto i : up_to<100>(input->x)) sum = sum * 31 + (b >> (i & 31));)
SHAPE(masked, "a masked count, up to 63", "i != (a & 63)", for (std::uint32_t i = 0, n = a & 63; i != n; ++i) sum = sum * 31 + (b >> (i & 31));)
SHAPE(sixteen_bits, "a count of 16 bits", "i < count", for (std::uint32_t i = 0, n = a & 0xffff; i < n; ++i) sum = sum * 31 + (b >> (i & 31));)
SHAPE(ten_thousand, "10,000 rounds", "up_to<10000>(a)", for (const auto i : up_to<10000>(a)) sum = sum * 31 + (b >> (i & 31));)
SHAPE(million, "1,000,000 rounds", "up_to<1000000>(a)", for (const auto i : up_to<1000000>(a)) sum = sum * 31 + (b >> (i & 31));)
SHAPE(million_break, "1,000,000 rounds, with a way out", "up_to<1000000>(a)", for (const auto i : up_to<1000000>(a)) { if (i == b) break; sum = sum * 31 + i; })
SHAPE(nested, "16 by 16", "up_to<16>(a), up_to<16>(b)", for (const auto i : up_to<16>(a)) for (const auto j : up_to<16>(b)) sum = sum * 3 + i * j;)
SHAPE(nested_long, "1,000 by 1,000", "up_to<1000>(a), up_to<1000>(b)", for (const auto i : up_to<1000>(a)) for (const auto j : up_to<1000>(b)) sum = sum * 3 + i * j;)
SHAPE(bytes, "each byte, loaded", "at < packet.length()", for (std::uint32_t at = 0; at < packet.length(); ++at) { auto byte = packet.load<std::uint8_t>(at); if (!byte) break; sum = sum * 31 + *byte; })
SHAPE(bytes_range, "each byte, loaded", "up_to<1500>(packet.length())", for (const auto at : up_to<1500>(packet.length())) { auto byte = packet.load<std::uint8_t>(at); if (!byte) break; sum = sum * 31 + *byte; })
SHAPE(bytes_long, "each byte, loaded", "up_to<65535>(packet.length())", for (const auto at : up_to<65535>(packet.length())) { auto byte = packet.load<std::uint8_t>(at); if (!byte) break; sum = sum * 31 + *byte; })
SHAPE(elements, "elements of a map's value", "up_to<64>(a)", value.update([&](Numbers& numbers) { for (const auto i : up_to<64>(a)) sum += numbers.elements[i] += i; });)
SHAPE(list, "along a list in a map", "while (find)", std::uint32_t key = a; while (auto found = next_of.find(key)) { key = *found; ++sum; })
SHAPE(list_range, "along a list in a map", "up_to<100>()", std::uint32_t key = a; for ([[maybe_unused]] const auto i : up_to<100>()) { auto found = next_of.find(key); if (!found) break; key = *found; ++sum; })
SHAPE(set_bits, "bits off one by one", "while (n) n &= n - 1", for (std::uint32_t n = a; n != 0; n &= n - 1) sum = sum * 3 + n;)
SHAPE(set_bits_range, "bits off one by one", "up_to<32>()", std::uint32_t n = a; for ([[maybe_unused]] const auto i : up_to<32>()) { if (n == 0) break; n &= n - 1; sum = sum * 3 + n; })
SHAPE(shifted, "bits, shifted out", "while (n) n >>= 1", for (std::uint32_t n = a; n != 0; n >>= 1) sum = sum * 3 + (n & 1);)
SHAPE(digits, "digits", "while (n) n /= 10", for (std::uint32_t n = a; n != 0; n /= 10) sum = sum * 3 + n % 10;)
SHAPE(digits_range, "digits", "up_to<10>()", std::uint32_t n = a; for ([[maybe_unused]] const auto i : up_to<10>()) { if (n == 0) break; sum = sum * 3 + n % 10; n /= 10; })
SHAPE(divisor, "the greatest common divisor", "while (b) a = exchange(b, a % b)", while (b != 0) a = std::exchange(b, a % b); sum = a;)
SHAPE(divisor_range, "the greatest common divisor", "up_to<48>()", for ([[maybe_unused]] const auto i : up_to<48>()) { if (b == 0) break; a = std::exchange(b, a % b); } sum = a;)
SHAPE(from_any, "from any number", "for (i = a; i < 64; ++i)", for (std::uint32_t i = a; i < 64; ++i) sum = sum * 3 + i;)
SHAPE(options, "types and lengths", "while (at + 2 <= 32)", std::uint32_t at = 0; while (at + 2 <= 32) { const std::uint8_t kind = copy[at], length = copy[at + 1]; if (kind == 0) break; sum = sum * 31 + kind; at += 2U + length; })
SHAPE(kept, "what is kept of 32", "kept[n++]", std::uint8_t kept[32]; std::uint32_t n = 0; for (const auto byte : copy) if (byte >= 5) kept[n++] = byte; for (std::uint32_t i = 0; i < n; ++i) sum = sum * 31 + kept[i];)
SHAPE(meeting, "two indexes that meet", "while (low < high)", std::uint32_t low = 0, high = 31; while (low < high) { if (copy[low] < copy[high]) sum = sum * 31 + copy[low++]; else sum = sum * 31 + copy[high--]; })
SHAPE(added, "conditions of 32, added up", "n += byte >= 5", for (const auto byte : copy) sum += byte >= 5;)
SHAPE(search, "binary search", "up_to<7>()", value.update([&](Numbers& numbers) { std::uint32_t low = 0, high = 64; for ([[maybe_unused]] const auto i : up_to<7>()) { if (low >= high) break; const std::uint32_t middle = (low + high) / 2; if (numbers.elements[middle & 63] < a) low = middle + 1; else high = middle; } sum = low; });)
SHAPE(time, "until a time", "while (monotonic_time() < x)", while (monotonic_time() < input->x) ++sum;)
// clang-format on
