// What bpf_map_lookup_elem gives, used without a test for NULL.
#include "program.h"

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 16);
  __type(key, __u32);
  __type(value, __u64);
} packets SEC(".maps");

SEC("tc")
int lookup_unchecked(struct __sk_buff* skb) {
  __u32 key = skb->mark;
  __u64* count = bpf_map_lookup_elem(&packets, &key);
  // explained: lookup-unchecked
  *count += 1;
  return 0;
}
