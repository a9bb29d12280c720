// An index compared with `>` where `>=` is meant.
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
int value_index_one_too_many(struct __sk_buff* skb) {
  __u32 key = 0, index = skb->mark;
  struct buckets* buckets = bpf_map_lookup_elem(&histogram, &key);
  if (!buckets || index > 8) return 0;
  // explained: array-bounds
  buckets->counts[index] += 1;
  return 0;
}
