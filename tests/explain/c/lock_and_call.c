// A helper called while a spin lock is held.
#include "program.h"

struct account {
  struct bpf_spin_lock lock;
  __u64 last;
};
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct account);
} accounts SEC(".maps");

SEC("tc")
int lock_and_call(struct __sk_buff* skb) {
  __u32 key = 0;
  struct account* account = bpf_map_lookup_elem(&accounts, &key);
  if (!account) return 0;
  bpf_spin_lock(&account->lock);
  // explained: lock
  account->last = bpf_ktime_get_ns();
  bpf_spin_unlock(&account->lock);
  return 0;
}
