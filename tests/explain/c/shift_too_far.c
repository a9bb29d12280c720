// A shift by as many bits as there are.
#include "program.h"

SEC("tc")
int shift_too_far(struct __sk_buff* skb) {
  __u64 length = skb->len;
  // explained: divide
  asm volatile("%0 <<= 64" : "+r"(length));
  return (int)length;
}
