// The context indexed by a variable.
#include "program.h"

SEC("tc")
int program(struct __sk_buff* skb) { return skb->cb[skb->mark & 3] ? 2 : 0; }
