// A tracepoint that no kernel has.
// explained without a line: attach-target
#include "hooks.hpp"

using Missing = HookOf<"tp_btf/no_such_tracepoint">;
inline constexpr Program<Missing> attach_target = [](Missing::Packet) { return Missing::Verdict::Done; };
