// A loop of ten million rounds.
#include "program.h"

SEC("tc")
int program(struct __sk_buff* skb) {
  __u32 sum = 0;
  for (__u32 i = 0; i < 10000000; ++i) {
    sum += i ^ skb->mark;
    asm volatile("" : "+r"(sum));
  }
  return sum == 7 ? 2 : 0;
}
