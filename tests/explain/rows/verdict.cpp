// A number returned that is none of the hook's verdicts.
#include "hooks.hpp"

using Egress = HookOf<"cgroup_skb/egress">;
// explained: verdict
inline constexpr Program<Egress> verdict = [](Egress::Packet) { return static_cast<Egress::Verdict>(7); };
