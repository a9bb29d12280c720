// A key whose second half nobody sets.
// taken: root may hand on what is on the stack, and so does this key
#include "program.h"

struct flow {
  __u32 source, destination;
};
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 16);
  __type(key, struct flow);
  __type(value, __u64);
} flows SEC(".maps");

SEC("tc")
int stack_uninitialised(struct __sk_buff* skb) {
  struct flow key;
  key.source = skb->mark;
  return bpf_map_lookup_elem(&flows, &key) ? 2 : 0;
}
