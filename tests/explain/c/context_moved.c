// The context indexed by a variable.
#include "program.h"

SEC("tc")
// explained: context-field
int context_moved(struct __sk_buff* skb) { return skb->cb[skb->mark & 3] ? 2 : 0; }
