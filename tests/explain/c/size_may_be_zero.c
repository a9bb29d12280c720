// A length that may be zero, where the helper wants one byte at least.
#include "program.h"

SEC("tc")
int size_may_be_zero(struct __sk_buff* skb) {
  __u8 bytes[64] = {};
  __u32 length = skb->mark;
  if (length > 64) return 0;
  // explained: helper-size
  return bpf_skb_load_bytes(skb, 0, bytes, length) == 0 ? 2 : 0;
}
