// A tail call into an entry that a program of another type was meant for.
// taken: the kernel refuses to put the program into the entry, not to load the call
#include "program.h"

struct {
  __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, __u32);
} table SEC(".maps");

SEC("tc")
int tail_call_of_other_hook(struct __sk_buff* skb) {
  bpf_tail_call(skb, &table, 0);
  return 0;
}
