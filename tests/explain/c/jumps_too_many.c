// A loop whose branch leaves the verifier another path to follow in each round.
#include "program.h"

SEC("tc")
int jumps_too_many(struct __sk_buff* skb) {
  __u64 sum = 0;
  for (__u32 i = 0; i < 20000; ++i)
    // explained: program-size
    if (bpf_get_prandom_u32() > 7) asm volatile("%0 += 1" : "+r"(sum));
  return sum == 7 ? 2 : 0;
}
