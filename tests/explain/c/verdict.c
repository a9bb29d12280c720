// A verdict that the hook does not know.
#include "program.h"

SEC("cgroup_skb/egress")
// explained: verdict
int verdict(struct __sk_buff* skb) { return 7; }
