// A signed length of which only the upper bound is tested.
#include "program.h"

SEC("tc")
int size_negative(struct __sk_buff* skb) {
  __u8 bytes[64] = {};
  long length = (int)skb->mark;
  asm volatile("" : "+r"(length));
  if (length > 64) return 0;
  // explained: helper-size
  return bpf_skb_load_bytes(skb, 0, bytes, length) == 0 ? 2 : 0;
}
