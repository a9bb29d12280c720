// A loop of ten million rounds; long ones, as the verifier keeps a state of each.
#include "program.h"

SEC("tc")
int loop_too_long(struct __sk_buff* skb) {
  __u64 sum = skb->mark;
  // explained: program-size
  for (__u64 i = 0; i < 10000000; ++i) asm volatile(".rept 500\n%0 = 7\n.endr" : "=r"(sum));
  return sum == 7 ? 2 : 0;
}
// skipped in brief: the verifier follows a million instructions, which takes an emulated machine a minute
