// A value of 8 bytes, of which bytes 8 to 15 are written.
#include "program.h"

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, __u64);
} packets SEC(".maps");

SEC("tc")
int value_past_end(struct __sk_buff* skb) {
  __u32 key = 0;
  __u64* count = bpf_map_lookup_elem(&packets, &key);
  // explained: array-bounds
  if (count) count[1] = skb->len;
  return 0;
}
