// A helper that may sleep, in a tracepoint, which may not.
#include "hooks.hpp"

using Switch = HookOf<"tp_btf/sched_switch">;
inline constexpr Program<Switch> helper_sleep = [](Switch::Packet) {
  std::uint64_t value = 0;
  // explained: helper-sleep
  call_helper<copy_from_user>(&value, 8U, reinterpret_cast<const void*>(4096));
  return Switch::Verdict::Done;
};
