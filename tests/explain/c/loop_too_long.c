// A loop of ten million rounds.
#include "program.h"

SEC("tc")
int loop_too_long(struct __sk_buff* skb) {
  __u64 sum = skb->mark;
  // explained: program-size
  for (__u64 i = 0; i < 10000000; ++i) asm volatile("%0 ^= %1" : "+r"(sum) : "r"(i));
  return sum == 7 ? 2 : 0;
}
