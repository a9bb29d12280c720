// An entry that an array does not have.
#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

inline Map<std::uint32_t, Atomic<std::uint64_t>, Array<8>> lengths;
inline PerCpu<std::array<std::uint64_t, 8>> buckets;

#if CASE == 0  // accepted: constants and bounded numbers up to the last entry, and any number with a test

inline constexpr Program<Lwt::Out> within = [](Packet packet) {
  lengths.at<0>().update([](auto& count) { count += 1; });
  lengths.at<7>().update([](auto& count) { count += 1; });
  const auto index = Bounded<0, 7>::clamped(packet.length() / 256);
  lengths.at(index).update([](auto& count) { count += 1; });
  lengths.at(Bounded<0, 7>::proven(packet.hash() & 7)).update([](auto& count) { count += 1; });
  return lengths.at(index).value() > 7 ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> tested = [](Packet packet) {
  if (auto count = lengths.find(packet.length())) *count += 1;
  return Ok;
};

inline constexpr Program<Lwt::Out> array_in_a_value = [](Packet packet) {
  buckets.update([&](std::array<std::uint64_t, 8>& counts) { counts[packet.hash() & 7] += 1; });
  return Ok;
};

inline constexpr Program<Lwt::Out> elements = [](Packet packet) {
  const auto length = bounded(packet.length());
  buckets.update([&](std::array<std::uint64_t, 8>& counts) {
    at(counts, constant<7>) += 1;
    at(counts, length % constant<8>) += 1;
    at(counts, length % constant<7>) += 1;
    if (auto index = length.at_most<7>()) at(counts, *index) += 1;
    if (auto index = length.at_least<3>())
      if (auto last = index->at_most<7>(); last && packet.mark() == 7) at(counts, *last) += 1;
  });
  return Ok;
};

#elif CASE == 1  // a constant, one too many
// kernel: invalid access to map value
// host: refused
inline constexpr Program<Lwt::Out> one_too_many = [](Packet) {
#if defined(UNCHECKED)
  // explained: array-bounds
  buckets.update([](std::array<std::uint64_t, 8>& counts) { counts.data()[8] += 1; });
#else
  // error: takes entry 8 of an array of 8; the last one is entry 7 [ebpfxx-array-bounds]
  lengths.at<8>().update([](auto& count) { count += 1; });
#endif
  return Ok;
};

#elif CASE == 2  // a bounded number, whose upper bound is one too many
// kernel: invalid access to map value
// host: refused
inline constexpr Program<Lwt::Out> bound_too_far = [](Packet packet) {
  const auto index = Bounded<0, 8>::clamped(packet.length());
#if defined(UNCHECKED)
  // explained: array-bounds
  buckets.update([&](std::array<std::uint64_t, 8>& counts) { counts.data()[index.value()] += 1; });
#else
  // error: takes entry 0 to 8 of an array of 8; bound the index below 8 [ebpfxx-array-bounds]
  lengths.at(index).update([](auto& count) { count += 1; });
#endif
  return Ok;
};

#elif CASE == 3  // a number without bounds
// kernel: unbounded memory access
// host: refused
inline constexpr Program<Lwt::Out> unbounded = [](Packet packet) {
#if defined(UNCHECKED)
  // explained: array-bounds
  buckets.update([&](std::array<std::uint64_t, 8>& counts) { counts.data()[packet.length()] += 1; });
#else
  // error: takes any entry of an array of 8; bound the index as Bounded<0, 7>, or use 'find' [ebpfxx-array-bounds]
  lengths.at(packet.length()).update([](auto& count) { count += 1; });
#endif
  return Ok;
};

#elif CASE == 4  // an element of an array in a value, whose upper bound is one too many
// kernel: invalid access to map value
// host: refused
inline constexpr Program<Lwt::Out> element = [](Packet packet) {
  const auto index = bounded(packet.length()) % constant<9>;
  buckets.update([&](std::array<std::uint64_t, 8>& counts) {
#if defined(UNCHECKED)
    // explained: array-bounds
    counts.data()[index.shown<8>()] += 1;
#else
    // error: takes element 0 to 8 of an array of 8; bound the index below 8 [ebpfxx-array-bounds]
    at(counts, index) += 1;
#endif
  });
  return Ok;
};

#elif CASE == 5  // a narrowed number that is not tested
// kernel: unbounded memory access|invalid access to map value
inline constexpr Program<Lwt::Out> untested = [](Packet packet) {
  auto index = bounded(packet.length()).at_most<7>();
  // error: 'index' may lie outside its interval here; test it first [ebpfxx-array-bounds]
  buckets.update([&](std::array<std::uint64_t, 8>& counts) { at(counts, *index) += 1; });
  return Ok;
};

#elif CASE == 6  // a comparison that never holds
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::Out> never = [](Packet packet) {
  auto index = (bounded(packet.length()) & constant<7>)+constant<8>;
  // error: asks whether a number from 8 to 15 is at most 7, which it never is [ebpfxx-array-bounds]
  return index.at_most<7>() ? Drop : Ok;
};
#endif
