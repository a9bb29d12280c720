// A function with a result that has a path without one.
#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

#if CASE == 0  // accepted: every path returns, or never ends here

enum class Kind { Short, Long };

inline Lwt::Out::Verdict verdict_of(Kind kind) {
  switch (kind) {
    case Kind::Short:
      return Ok;
    case Kind::Long:
      return Drop;
  }
}

inline constexpr Program<Lwt::Out> every_enumerator = [](Packet packet) {
  return verdict_of(packet.length() > 100 ? Kind::Long : Kind::Short);
};

inline constexpr Program<Lwt::Out> in_a_loop = [](Packet packet) {
  for (std::uint32_t i = 0;; ++i)
    if (i == 8 || packet.mark() == i) return i == 3 ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> with_default = [](Packet packet) {
  switch (packet.mark()) {
    case 1:
      return Drop;
    default:
      return Ok;
  }
};

inline constexpr Program<Lwt::Out> unreachable = [](Packet packet) {
  if ((packet.mark() & 1) == 0) return Ok;
  if ((packet.mark() & 1) == 1) return Drop;
  __builtin_unreachable();
};

inline void set_mark(Packet packet) {
  if (packet.mark() == 0) packet.set_mark(1);
}
inline constexpr Program<Lwt::Out> without_a_result = [](Packet packet) {
  set_mark(packet);
  return Ok;
};

#elif CASE == 1  // behind an if
// kernel takes it: LLVM takes another path for it
inline constexpr Program<Lwt::Out> forgotten = [](Packet packet) {
  packet.set_mark(7);
  if (packet.length() == 64) return Ok;
  // error: a path ends here without a result; return one on every path [ebpfxx-missing-return]
};

#elif CASE == 2  // behind a switch over numbers, in a function
// kernel takes it: LLVM takes another path for it
inline Lwt::Out::Verdict verdict_on(std::uint32_t mark) {
  switch (mark) {
    case 1:
      return Ok;
    case 2:
      return Drop;
  }
  // error: a path ends here without a result; return one on every path [ebpfxx-missing-return]
}
inline constexpr Program<Lwt::Out> by_switch = [](Packet packet) {
  // note: 'verdict_on' is called here, in program 'by_switch'
  return verdict_on(packet.mark());
};
#endif
