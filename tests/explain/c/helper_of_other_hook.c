// A helper of XDP called from tc.
#include "program.h"

SEC("tc")
// explained: helper-hook
int helper_of_other_hook(struct __sk_buff* skb) { return bpf_xdp_adjust_head((struct xdp_md*)skb, 14) == 0 ? 0 : 2; }
