// A length from the packet handed to a helper as the size of a buffer.
#include "program.h"

SEC("tc")
int size_unbounded(struct __sk_buff* skb) {
  __u8 bytes[64];
  // explained: helper-size
  if (bpf_skb_load_bytes(skb, 0, bytes, skb->mark | 1) != 0) return 0;
  return 2;
}
