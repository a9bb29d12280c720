// An array in a map's value, indexed by any number.
#include "program.h"

struct buckets {
  __u64 counts[8];
};
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct buckets);
} histogram SEC(".maps");

SEC("tc")
int value_index_unbounded(struct __sk_buff* skb) {
  __u32 key = 0;
  struct buckets* buckets = bpf_map_lookup_elem(&histogram, &key);
  if (!buckets) return 0;
  // explained: array-bounds
  buckets->counts[skb->mark] += 1;
  return 0;
}
