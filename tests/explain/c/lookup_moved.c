// Arithmetic on what may be NULL.
#include "program.h"

struct buckets {
  __u64 counts[8];
};
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 16);
  __type(key, __u32);
  __type(value, struct buckets);
} histogram SEC(".maps");

SEC("tc")
int lookup_moved(struct __sk_buff* skb) {
  __u32 key = skb->mark;
  void* found = bpf_map_lookup_elem(&histogram, &key);
  // explained: lookup-unchecked
  asm volatile("%0 += 8" : "+r"(found));
  if (found) *(__u64*)found += 1;
  return 0;
}
