// Arithmetic on bounded numbers whose result 64 bits may not hold, or whose operands have no bounds.
#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

inline PerCpu<std::array<std::uint64_t, 64>> buckets;

#if CASE == 0  // accepted: results that fit, at the edge; below zero and narrowed again; numbers by themselves

inline constexpr Program<Lwt::Out> fits = [](Packet packet) {
  const auto length = bounded(packet.length());
  const auto largest = length + constant<0xffffffff00000000>;
  return (largest - length).value() == 0 || (length * constant<0x100000001>).value() == 1 ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> narrowed = [](Packet packet) {
  const auto length = bounded(packet.length()), mark = bounded(packet.mark());
  auto longer = (length - mark).at_least<0>();
  if (!longer) return Ok;
  auto index = longer->at_most<63>();
  if (!index) return Ok;
  buckets.update([&](std::array<std::uint64_t, 64>& counts) { at(counts, *index) += 1; });
  return Drop;
};

inline constexpr Program<Lwt::Out> plain = [](Packet packet) {
  const auto length = bounded(packet.length()) & constant<63>;
  return length.value() + 1 > packet.mark() ? Drop : Ok;
};

#elif CASE == 1  // a sum, one too many
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::Out> sum = [](Packet packet) {
  const auto length = bounded(packet.length());
  // error: adds a number from 0 to 4294967295 and one from 18446744069414584321 to 18446744069414584321, which 64 bits
  // may not hold; narrow one first, as by 'at_most' [ebpfxx-wrap]
  return (length + constant<0xffffffff00000001>).value() == 0 ? Drop : Ok;
};

#elif CASE == 2  // a product
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::Out> product = [](Packet packet) {
  const auto square = bounded(packet.length()) * bounded(packet.mark());
  // error: multiplies a number from 0 to 18446744065119617025 by one from 2 to 2, which 64 bits may not hold; narrow
  // one first, as by 'at_most' [ebpfxx-wrap]
  return (square * constant<2>).value() == 0 ? Drop : Ok;
};

#elif CASE == 3  // a difference that may be below what a signed number holds, and above
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::Out> difference = [](Packet packet) {
  const auto square = bounded(packet.length()) * bounded(packet.mark());
  // error: takes a number from 0 to 4294967295 from one from 0 to 18446744065119617025, which 64 bits may not hold;
  // narrow one first, as by 'at_most' [ebpfxx-wrap]
  return (square - bounded(packet.length())).value() == 0 ? Drop : Ok;
};

#elif CASE == 4  // bits shifted out
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::Out> shifted_out = [](Packet packet) {
  const auto width = bounded(packet.mark()) & constant<63>;
  // error: shifts a number from 0 to 4294967295 by 0 to 63 bits, which 64 bits may not hold; narrow one first, as by
  // 'at_most' [ebpfxx-wrap]
  return (bounded(packet.length()) << width).value() == 0 ? Drop : Ok;
};

#elif CASE == 5  // the bits of a number that may be negative
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::Out> bits_of_negative = [](Packet packet) {
  const auto difference = bounded(packet.length()) - bounded(packet.mark());
  // error: takes the bits of numbers from -4294967295 to 4294967295 and from 63 to 63, which may be negative; narrow
  // them first, as by 'at_least' [ebpfxx-wrap]
  return (difference & constant<63>).value() == 0 ? Drop : Ok;
};

#elif CASE == 6  // a number without bounds
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::Out> plain_number = [](Packet packet) {
  const auto length = bounded(packet.length());
  // error: the number on the right of '*' has no bounds; write constant<...> for a constant, bounded(...) for a
  // variable [ebpfxx-wrap]
  return (length * 4).value() == 0 ? Drop : Ok;
};
#endif
