// A const number for which the kernel is asked: C++ computes it at compile time, as if there were none.
#include <ebpfxx/kernel/core_relocation.hpp>
#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;

inline Map<std::uint32_t, std::uint64_t> seen;

#if CASE == 0  // accepted: values of the packet, constants that are the same everywhere, and what is not const

constexpr std::uint32_t twice(std::uint32_t number) { return 2 * number; }
inline constexpr Program<Lwt::Out> asked = [](Lwt::Out::Packet packet) {
  std::uint64_t now = monotonic_time();
  const std::uint32_t length = packet.length();
  const std::uint32_t limit = twice(700);
  constexpr std::uint32_t least = twice(20);
  const int error = seen.set(packet.mark(), now).error();
  const auto bucket = floor_log2(length);
  auto status = seen.insert(1, 2);
  return length > limit || length < least || error != 0 || !status || bucket.value() == 3 ? Drop : Ok;
};

#elif CASE == 1  // the time
// kernel takes it: the time is 0
inline constexpr Program<Lwt::Out> timed = [](Lwt::Out::Packet) {
  // error: 'now' is const, so its value is computed at compile time, where there is no kernel to ask; leave out 'const'
  // [ebpfxx-compile-time]
  const std::uint64_t now = monotonic_time();
  return seen.insert(0, now) ? Ok : Drop;
};

#elif CASE == 2  // what comes of a change to a map
// kernel takes it: the change is not in it
inline constexpr Program<Lwt::Out> changed = [](Lwt::Out::Packet) {
  // error: 'error' is const, so its value is computed at compile time, where there is no kernel to ask; leave out
  // 'const' [ebpfxx-compile-time]
  const int error = seen.set(0, 1).error();
  return error == 0 ? Ok : Drop;
};

#elif CASE == 3  // a lookup, in a function
// kernel takes it: the map is empty
inline bool known(std::uint32_t) {
  // error: 'found' is const, so its value is computed at compile time, where there is no kernel to ask; leave out
  // 'const' [ebpfxx-compile-time]
  const bool found = static_cast<bool>(seen.find(0));
  return found;
}
inline constexpr Program<Lwt::Out> looked_up = [](Lwt::Out::Packet packet) {
  // note: 'known' is called here, in program 'looked_up'
  return known(packet.mark()) ? Ok : Drop;
};

#elif CASE == 4  // what the running kernel has
// kernel takes it: the answer is the header's
enum EBPFXX_KERNEL_TYPE pid_type { PIDTYPE_NOBODY_HAS_THIS };
inline constexpr Program<Lwt::Out> questioned = [](Lwt::Out::Packet) {
  // error: 'there' is const, so its value is computed at compile time, where there is no kernel to ask; leave out
  // 'const' [ebpfxx-compile-time]
  const bool there = kernel_has<PIDTYPE_NOBODY_HAS_THIS>();
  return there ? Ok : Drop;
};
#endif
