// Masks of all bits or none, of which the verifier follows both where they meet a constant.
#include <doctest/doctest.h>

#include <cstdint>
#include <ebpfxx.hpp>

#include "support/index_programs.hpp"

using namespace ebpfxx;
using namespace index_programs;

// The verifier would follow 2^48 ways.
EBPFXX_INDEX(
    crc_of_three, std::uint32_t sum = first; for (int i = 0; i < 3; ++i) {
      sum ^= std::uint32_t{numbers->bytes[i]} << (i * 7);
      for (int bit = 0; bit < 16; ++bit) sum = (sum >> 1) ^ (0x82f63b78u & (0u - (sum & 1u)));
    } return sum;)
EBPFXX_INDEX(crc_from_the_left, std::uint32_t sum = first;
             for (int i = 0; i < 28; ++i) sum = (sum << 1) ^ (0x04c11db7u & (sum >> 31 ? ~0u : 0u)); return sum;)
EBPFXX_INDEX(
    masked_by_bits, std::uint32_t sum = 0; for (std::uint32_t i = 0; i < 32; ++i) {
      const std::uint32_t mask = 0 - (first >> i & 1);
      sum = sum * 3 + ((mask & (0x1234 + i)) ^ (mask & 0x777777) ^ (mask | 5));
      sum = sum * 3 + (((second >> i & 1) - 1) & 0x5a5a5a5a);
    } return sum;)
EBPFXX_INDEX(
    masked_wide, std::uint64_t sum = first; for (std::uint32_t i = 0; i < 32; ++i) {
      const std::uint64_t mask = 0 - std::uint64_t{second >> i & 1};
      sum = sum * 3 + ((mask & 0x123456789abu) ^ (mask | 0x432112345678u) ^ (mask & 0x7654321));
      sum = sum * 3 + (static_cast<std::uint64_t>(static_cast<std::int64_t>(sum) >> 63) & 0x5a5a);
    } return static_cast<std::uint32_t>(sum ^ sum >> 32);)
EBPFXX_INDEX(
    masked_by_signs, std::uint32_t sum = 0; for (std::uint32_t i = 0; i < 32; ++i) {
      const auto one = static_cast<std::int8_t>(numbers->bytes[i] * 25 + second);
      sum = sum * 3 + (one < 0 ? 77 + i : 0);
      sum = sum * 3 + static_cast<std::uint32_t>((one >> 7) | 1);
    } return sum;)

TEST_SUITE("Tc::Ingress") {
  TEST_CASE("constants are masked by signs and bits as natively") {
    check_at_edges("crc of three", crc_of_three);
    check_at_edges("crc from the left", crc_from_the_left);
    check_at_edges("masked by bits", masked_by_bits);
    check_at_edges("masked wide", masked_wide);
    check_at_edges("masked by signs", masked_by_signs);
  }
}
