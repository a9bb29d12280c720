// A helper of XDP called from tc.
#include "program.h"

SEC("tc")
int program(struct __sk_buff* skb) { return bpf_xdp_adjust_head((struct xdp_md*)skb, 14) == 0 ? 0 : 2; }
