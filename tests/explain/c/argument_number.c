// A number where a helper wants an address.
#include "program.h"

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 16);
  __type(key, __u32);
  __type(value, __u64);
} packets SEC(".maps");

SEC("tc")
int argument_number(struct __sk_buff* skb) {
  __u64 key = skb->mark;
  // explained: helper-argument
  return bpf_map_lookup_elem(&packets, (void*)key) ? 2 : 0;
}
