// Floating point, for which BPF has no instructions.
#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

#if CASE == 0  // accepted: whole numbers, and floating point that the compiler calculates

inline constexpr double share = 0.25;
inline constexpr Program<Lwt::Out> at_compile_time = [](Packet packet) {
  constexpr auto limit = static_cast<std::uint32_t>(1500 * share);
  return packet.length() > limit ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> constants = [](Packet packet) {
  return packet.length() > static_cast<std::uint32_t>(1.5e3) ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> whole_numbers = [](Packet packet) {
  return packet.length() * 3 / 2 > 1500 ? Drop : Ok;
};

// Around the programs there is an application.
inline double seconds(std::uint64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1e9; }

#elif CASE == 1  // a calculation
// no object: BPF has no such instruction, and the kernel no function for it
inline constexpr Program<Lwt::Out> calculation = [](Packet packet) {
  // error: computes with 'double'; a program has whole numbers only [ebpfxx-float]
  return packet.length() * 1.5 > 1500 ? Drop : Ok;
};

#elif CASE == 2  // a variable
// no object: BPF has no such instruction, and the kernel no function for it
inline constexpr Program<Lwt::Out> variable = [](Packet packet) {
  // error: computes with 'float'; a program has whole numbers only [ebpfxx-float]
  float length = packet.length();
  length += 0.5F;
  return length > 1500 ? Drop : Ok;
};

#elif CASE == 3  // in a function that the program calls
// no object: BPF has no such instruction, and the kernel no function for it
// error: computes with 'double'; a program has whole numbers only [ebpfxx-float]
inline bool is_long(std::uint32_t length) { return length * 0.75 > 1000; }
inline constexpr Program<Lwt::Out> in_a_function = [](Packet packet) {
  // note: 'is_long' is called here, in program 'in_a_function'
  return is_long(packet.length()) ? Drop : Ok;
};

#elif CASE == 4  // as the argument of a function of whole numbers
// no object: BPF has no such instruction, and the kernel no function for it
inline constexpr Program<Lwt::Xmit> argument = [](Lwt::Xmit::Packet packet) {
  // error: computes with 'double'; a program has whole numbers only [ebpfxx-float]
  packet.set_mark(static_cast<std::uint32_t>(packet.length() * 1.5));
  return Lwt::Xmit::Verdict::Ok;
};
#endif
