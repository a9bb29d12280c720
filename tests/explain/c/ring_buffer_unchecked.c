// A record written without a test whether there was room for it.
#include "program.h"

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 4096);
} events SEC(".maps");

SEC("tc")
int ring_buffer_unchecked(struct __sk_buff* skb) {
  __u64* event = bpf_ringbuf_reserve(&events, sizeof *event, 0);
  // explained: null-unchecked
  *event = skb->len;
  bpf_ringbuf_submit(event, 0);
  return 0;
}
