// A division for which there is no instruction, or by what may be zero; a shift past the width.
#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

#if CASE == 0  // accepted: unsigned numbers, and signed ones, also before the kernel divides those

inline constexpr Program<Lwt::Out> unsigned_numbers = [](Packet packet) {
  const std::uint32_t parts = packet.mark() == 0 ? 1 : packet.mark();
  return packet.length() / parts > 7 && packet.length() % parts == 0 ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> signed_numbers = [](Packet packet) {
  const auto length = static_cast<std::int32_t>(packet.length());
  const auto mark = static_cast<std::int32_t>(packet.mark());
  return length * 3 - (length >> 4) > 7 && length / mark > 7 && length % mark > 7 && mark / 10 > mark % 8 ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> bounded_numbers = [](Packet packet) {
  const auto difference = bounded(packet.length()) - bounded(packet.mark());
  const auto parts = (bounded(packet.mark()) & constant<7>)+constant<1>;
  const auto width = bounded(packet.mark()) & constant<63>;
  return (difference / parts).value() < 0 || (difference >> width) % parts == constant<0> ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> wide_products = [](Packet packet) {
  const auto wide = static_cast<unsigned __int128>(packet.mark() * 0x123456789U) * packet.hash();
  return static_cast<std::uint64_t>(wide >> packet.length() % 128) / (packet.hash() | 1) > 7 ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> whole_shifts = [](Packet packet) {
  const std::uint64_t number = packet.hash();
  auto last = static_cast<std::uint8_t>(packet.mark());
  last <<= 31;  // of 32 bits, as operands are promoted
  return ((number << 63) >> 63) + last == 0 && packet.length() >> 31 == 0 ? Drop : Ok;
};

#elif CASE == 1  // a bounded divisor that may be zero
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::Out> by_zero = [](Packet packet) {
  const auto length = bounded(packet.length()), mark = bounded(packet.mark());
  // error: divides a number from 0 to 4294967295 by one from 0 to 4294967295, which may be zero or a quotient beyond 64
  // bits; narrow the divisor first, as by 'at_least' [ebpfxx-divide]
  return (length / mark).value() > 7 ? Drop : Ok;
};

#elif CASE == 2  // the remainder of a division by what may be zero
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::Out> remainder_by_zero = [](Packet packet) {
  const auto length = bounded(packet.length()), mark = bounded(packet.mark());
  // error: takes the remainder of a division by a number from -1 to 4294967294, which may be zero; narrow it first, as
  // by 'at_least' [ebpfxx-divide]
  return (length % (mark - constant<1>)).value() > 7 ? Drop : Ok;
};

#elif CASE == 3  // a shift by one bit more than a number has
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::Out> past_the_width = [](Packet packet) {
  const auto width = (bounded(packet.mark()) & constant<63>)+constant<1>;
  // error: shifts by 1 to 64 bits, a number has 64; narrow the width first, as by 'at_most' [ebpfxx-divide]
  return (bounded(packet.length()) >> width).value() > 7 ? Drop : Ok;
};

#elif CASE == 4  // numbers of 128 bits
// no object: there is no '__udivti3' in the kernel
inline constexpr Program<Lwt::Out> wide = [](Packet packet) {
  const auto wide = static_cast<unsigned __int128>(packet.mark()) << 50;
  // error: divides numbers of more than 64 bits, which BPF has no instruction for; divide 64-bit ones [ebpfxx-divide]
  return wide / (packet.hash() | 1) > 7 ? Drop : Ok;
};

#elif CASE == 5  // a shift by as many bits as a number has
// kernel: R0 !read_ok
// explained: verdict
inline constexpr Program<Lwt::Out> whole_width = [](Packet packet) {
  const std::uint64_t number = packet.hash();
  // error: shifts a number of 64 bits by 64; shift by 0 to 63 [ebpfxx-divide]
  return number >> 64 == 0 ? Drop : Ok;
};

#elif CASE == 6  // the same of operands that are promoted
// kernel: R0 !read_ok
// explained: verdict
inline constexpr Program<Lwt::Out> promoted = [](Packet packet) {
  auto last = static_cast<std::uint8_t>(packet.mark());
  // error: shifts a number of 32 bits by 32; shift by 0 to 31 [ebpfxx-divide]
  last <<= 32;
  return last == 0 ? Drop : Ok;
};
#endif
