// A helper told that a buffer of 8 bytes has 16.
#include "program.h"

SEC("tc")
int stack_past_end(struct __sk_buff* skb) {
  __u8 bytes[8];
  // explained: array-bounds
  if (bpf_skb_load_bytes(skb, 0, bytes, 16) != 0) return 0;
  return bytes[0] ? 2 : 0;
}
