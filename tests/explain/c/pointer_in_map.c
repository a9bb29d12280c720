// The address of a packet stored in a map: root may.
// taken: root may see the addresses of the kernel
#include "program.h"

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, __u64);
} places SEC(".maps");

SEC("tc")
int pointer_in_map(struct __sk_buff* skb) {
  __u32 key = 0;
  __u64* found = bpf_map_lookup_elem(&places, &key);
  if (found) *found = (__u64)skb;
  return 0;
}
