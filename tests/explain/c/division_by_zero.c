// A division by the constant zero.
#include "program.h"

SEC("tc")
int division_by_zero(struct __sk_buff* skb) {
  __u64 length = skb->len;
  // explained: divide
  asm volatile("%0 /= 0" : "+r"(length));
  return (int)length;
}
