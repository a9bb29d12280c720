// A local array, indexed by any number.
#include "program.h"

SEC("tc")
int stack_index_unbounded(struct __sk_buff* skb) {
  volatile __u8 buckets[16] = {};
  // explained: array-bounds
  buckets[skb->mark] = 1;
  return buckets[3];
}
