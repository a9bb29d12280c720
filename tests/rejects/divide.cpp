// A division for which the target kernel has no instruction.
#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

#if CASE == 0  // accepted: unsigned numbers, and signed ones that are not divided

inline constexpr Program<Lwt::Out> unsigned_numbers = [](Packet packet) {
  const std::uint32_t parts = packet.mark() == 0 ? 1 : packet.mark();
  return packet.length() / parts > 7 && packet.length() % parts == 0 ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> signed_numbers = [](Packet packet) {
  const auto length = static_cast<std::int32_t>(packet.length());
  return length * 3 - (length >> 4) > 7 ? Drop : Ok;
};

#elif CASE == 1  // the quotient of signed numbers
// kernel takes it: LLVM reports the division and goes on without it
inline constexpr Program<Lwt::Out> quotient = [](Packet packet) {
  const auto length = static_cast<std::int32_t>(packet.length());
  const auto mark = static_cast<std::int32_t>(packet.mark());
  // error: divides signed numbers, for which the target kernel has no instruction; divide unsigned ones, or target
  // Linux 6.6 [ebpfxx-divide]
  return length / mark > 7 ? Drop : Ok;
};

#elif CASE == 2  // the remainder of signed numbers
// kernel takes it: LLVM reports the division and goes on without it
inline constexpr Program<Lwt::Out> remainder = [](Packet packet) {
  const auto length = static_cast<std::int32_t>(packet.length());
  const auto mark = static_cast<std::int32_t>(packet.mark());
  // error: divides signed numbers, for which the target kernel has no instruction; divide unsigned ones, or target
  // Linux 6.6 [ebpfxx-divide]
  return length % mark > 7 ? Drop : Ok;
};
#endif
