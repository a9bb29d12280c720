// A call whose target is known at run time only.
#include <array>
#include <utility>

#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

inline bool is_long(std::uint32_t length) { return length > 1000; }
inline bool is_short(std::uint32_t length) { return length < 100; }

#if CASE == 0  // accepted: pointers that are constants, lambdas as arguments, a switch

inline constexpr Program<Lwt::Out> constant_pointer = [](Packet packet) {
  constexpr bool (*test)(std::uint32_t) = is_long;
  return test(packet.length()) ? Drop : Ok;
};

template <class Test>
inline bool both(Test test, std::uint32_t one, std::uint32_t other) {
  return test(one) && test(other);
}
inline constexpr Program<Lwt::Out> as_arguments = [](Packet packet) {
  const bool lengths = both(is_long, packet.length(), packet.mark());
  return lengths && both([](std::uint32_t number) { return number > 7; }, packet.hash(), packet.mark()) ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> by_switch = [](Packet packet) {
  switch (packet.mark()) {
    case 0:
      return is_long(packet.length()) ? Drop : Ok;
    case 1:
      return is_short(packet.length()) ? Drop : Ok;
    default:
      return Ok;
  }
};

// Which of the functions is meant turns out when the loop is unrolled.
inline constexpr Program<Lwt::Out> in_a_constant_table = [](Packet packet) {
  constexpr std::array<bool (*)(std::uint32_t), 2> tests = {is_long, is_short};
  return tests[0](packet.length()) || tests[1](packet.length()) ? Drop : Ok;
};

#elif CASE == 1  // a pointer that depends on the packet
// kernel: unknown opcode 8d|bad map relo
// explained without a line: indirect-call
inline constexpr Program<Lwt::Out> chosen = [](Packet packet) {
  bool (*test)(std::uint32_t) = packet.mark() == 0 ? is_long : is_short;
  // error: calls through a pointer that is not known at compile time; pass the lambda itself, or use a switch
  // [ebpfxx-indirect-call]
  return test(packet.length()) ? Drop : Ok;
};

#elif CASE == 2  // a table that is indexed at run time
// kernel: unknown opcode 8d|bad map relo
// explained without a line: indirect-call
inline constexpr bool (*tests[])(std::uint32_t) = {is_long, is_short};
inline constexpr Program<Lwt::Out> indexed = [](Packet packet) {
  // error: calls through a pointer that is not known at compile time; pass the lambda itself, or use a switch
  // [ebpfxx-indirect-call]
  return tests[packet.mark() & 1](packet.length()) ? Drop : Ok;
};
#endif
