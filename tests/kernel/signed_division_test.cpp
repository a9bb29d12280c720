// Signed numbers, which are divided without the instruction that kernels have for them from 6.6 on.
#include <doctest/doctest.h>

#include <cstdint>
#include <ebpfxx.hpp>

#include "support/index_programs.hpp"

using namespace ebpfxx;
using namespace index_programs;

// Of -1, the least number has no quotient.
EBPFXX_INDEX(
    signed_quotients, const auto one = static_cast<std::int32_t>(first), other = static_cast<std::int32_t>(second);
    const std::int64_t wide = std::int64_t{one} * 1000003; const auto narrow = static_cast<std::int8_t>(first);
    std::uint32_t sum = 7;
    const auto add = [&](std::int64_t number) { sum = sum * 31 + static_cast<std::uint32_t>(number); }; add(one / 10);
    add(one % 7); add(one / 8); add(one % 8); add(one / -3); add(one % -3); add(narrow / 5); add(narrow % 16);
    add(wide / 1000); add(wide % 64); if (other != -1 && other != 0) {
      add(one / other);
      add(one % other);
      add(wide / other);
      add(wide % other);
    } return sum;)
EBPFXX_INDEX(
    searched_by_signed, int words[10]; for (int i = 0; i < 10; ++i) words[i] = static_cast<int>(numbers->words[i]);
    int low = 0, high = 9; const int wanted = static_cast<int>(1000 + second % 90); while (low <= high) {
      const int middle = (low + high) / 2;
      if (words[middle] == wanted) return static_cast<std::uint32_t>(middle);
      if (words[middle] < wanted)
        low = middle + 1;
      else
        high = middle - 1;
    } return static_cast<std::uint32_t>(100 + low);)

TEST_SUITE("Tc::Ingress") {
  TEST_CASE("signed numbers are divided as natively") {
    check_at_edges("signed quotients", signed_quotients);
    check_at_edges("searched by signed", searched_by_signed);
  }
}
