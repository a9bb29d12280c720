// A tail call through a map that holds numbers.
#include "program.h"

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, __u32);
} table SEC(".maps");

SEC("tc")
int tail_call_to_nothing(struct __sk_buff* skb) {
  // explained: map-kind
  bpf_tail_call(skb, &table, 0);
  return 0;
}
