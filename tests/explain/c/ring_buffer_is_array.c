// A record reserved in an array.
#include "program.h"

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, __u64);
} events SEC(".maps");

SEC("tc")
int ring_buffer_is_array(struct __sk_buff* skb) {
  // explained: map-kind
  __u64* event = bpf_ringbuf_reserve(&events, sizeof *event, 0);
  if (event) bpf_ringbuf_submit(event, 0);
  return 0;
}
