// A lookup in a ring buffer.
#include "program.h"

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 4096);
} events SEC(".maps");

SEC("tc")
int map_of_other_kind(struct __sk_buff* skb) {
  __u32 key = 0;
  // explained: map-kind
  return bpf_map_lookup_elem(&events, &key) ? 2 : 0;
}
