// A function for `update` that changes a copy of the value.
#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

inline Map<std::uint32_t, std::uint64_t, PerCpuHash<64>> hits;
inline Map<std::uint32_t, std::uint64_t, PerCpuArray<4>> entries;
inline PerCpu<std::uint64_t> drops;

#if CASE == 0  // accepted: references of every kind, functions, and copies where nothing is changed

constexpr void count(std::uint64_t& number) { number += 1; }
inline constexpr Program<Lwt::Out> counts = [](Packet packet) {
  std::uint64_t sum = 0;
  hits.update(packet.mark(), [](std::uint64_t& number) { number += 1; });
  hits.update(packet.mark(), [](auto& number) { number += 1; });
  hits.update(packet.mark(), [](auto&& number) { number += 1; });
  hits.update(packet.mark(), [step = 1](auto& number) mutable { number += static_cast<std::uint64_t>(step++); });
  entries.at<3>().update([&](const std::uint64_t& number) { sum += number; });
  entries.at<3>().update(count);
  drops.update([](auto& number) { return number += 1; });
  hits.with(7, [&](std::uint64_t number) { sum += number; });
  return sum > 7 ? Drop : Ok;
};

#elif CASE == 1  // of a hash
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::Out> counts = [](Packet packet) {
  // error: gives 'update' a function that changes a copy of the value; let it take a reference, as 'auto&'
  // [ebpfxx-lost-change]
  hits.update(packet.mark(), [](std::uint64_t number) { number += 1; });
  return Ok;
};

#elif CASE == 2  // of an array
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::Out> counts = [](Packet) {
  // error: gives 'update' a function that changes a copy of the value; let it take a reference, as 'auto&'
  // [ebpfxx-lost-change]
  entries.at<0>().update([](auto number) { number += 1; });
  return Ok;
};

#elif CASE == 3  // of a PerCpu
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::Out> counts = [](Packet) {
  // error: gives 'update' a function that changes a copy of the value; let it take a reference, as 'auto&'
  // [ebpfxx-lost-change]
  drops.update([step = 1](std::uint64_t number) mutable { number += static_cast<std::uint64_t>(step++); });
  return Ok;
};
#endif
