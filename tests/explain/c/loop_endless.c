// A loop that ends only when somebody else changes a value.
#include "program.h"

volatile __u32 stop;

SEC("tc")
int loop_endless(struct __sk_buff* skb) {
  // explained: loop-bound
  while (!stop);
  return 0;
}
