// The C twin of examples/lwt_len_hist: the same histogram, with the logarithm that BPF programs in C use.
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "log2.h"

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 32);
  __type(key, __u32);
  __type(value, __u64);
} lengths SEC(".maps");

SEC("lwt_out")
int count_lengths(struct __sk_buff* skb) {
  __u32 key = log2(skb->len);
  __u64* count = bpf_map_lookup_elem(&lengths, &key);
  if (count) *count += 1;
  return BPF_OK;
}

char LICENSE[] SEC("license") = "GPL";
