#include "support/constant_data.hpp"

using namespace ebpfxx;

namespace {

constexpr std::array<std::uint16_t, 16> weights = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3};

}  // namespace

inline constexpr Config<std::uint32_t> offset = 1000;

inline constexpr Program<Tc::Ingress> in_second = [](Tc::Ingress::Packet packet) {
  packet.set_mark(weights[packet.mark() & 15] + test::shared_table[packet.mark() & 7] + offset);
  return Tc::Ingress::Verdict::Ok;
};

const Program<Tc::Ingress>& ebpfxx::test::program_of_second_source() { return in_second; }
