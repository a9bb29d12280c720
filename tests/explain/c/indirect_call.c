// A call through a pointer that is only known when the program runs.
// explained without a line: indirect-call
#include "program.h"

static __noinline int long_ones(struct __sk_buff* skb) { return skb->len > 1000; }
static __noinline int short_ones(struct __sk_buff* skb) { return skb->len < 100; }

SEC("tc")
int indirect_call(struct __sk_buff* skb) {
  int (*volatile tests[2])(struct __sk_buff*) = {long_ones, short_ones};
  return tests[skb->mark & 1](skb);
}
