// Program arrays in constant evaluation: every entry is empty.
#include <doctest/doctest.h>

#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Xdp::Verdict;

namespace {

TEST_SUITE_BEGIN("ProgramArray");

ProgramArray<Xdp, 4> stages;
constexpr Program<Xdp> first = [](Xdp::Packet packet) { return stages.jump(packet, 3, Drop); };

TEST_CASE("entries are empty") {
  static_assert(first(ethernet()) == Drop);
  static_assert(ProgramArray<Xdp, 4>::size == 4);
}

template <class Array, class Packet, class Verdict>
concept Jumps = requires(const Array& array, Packet packet, Verdict verdict) { array.jump(packet, 0, verdict); };
TEST_CASE("an array is of one hook") {
  static_assert(Jumps<ProgramArray<Xdp, 4>, Xdp::Packet, Xdp::Verdict>);
  static_assert(!Jumps<ProgramArray<Xdp, 4>, Tc::Ingress::Packet, Xdp::Verdict>, "arrays are of one hook");
  static_assert(!Jumps<ProgramArray<Xdp, 4>, Xdp::Packet, Tc::Ingress::Verdict>);
}

TEST_SUITE_END();

}  // namespace
