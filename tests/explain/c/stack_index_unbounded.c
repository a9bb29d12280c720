// A local array, indexed by any number.
#include "program.h"

SEC("tc")
int program(struct __sk_buff* skb) {
  volatile __u8 buckets[16] = {};
  buckets[skb->mark] = 1;
  return buckets[3];
}
