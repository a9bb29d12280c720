// A record written after it was submitted.
#include "program.h"

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 4096);
} events SEC(".maps");

SEC("tc")
int ring_buffer_reuse(struct __sk_buff* skb) {
  __u64* event = bpf_ringbuf_reserve(&events, sizeof *event, 0);
  if (!event) return 0;
  // note: released here
  bpf_ringbuf_submit(event, 0);
  // explained: reference-reuse
  *event = skb->len;
  return 0;
}
