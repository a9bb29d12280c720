// A record of 8 bytes, of which bytes 8 to 15 are written.
#include "program.h"

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 4096);
} events SEC(".maps");

SEC("tc")
int ring_buffer_past_end(struct __sk_buff* skb) {
  __u64* event = bpf_ringbuf_reserve(&events, sizeof *event, 0);
  if (!event) return 0;
  // explained: array-bounds
  event[1] = skb->len;
  bpf_ringbuf_submit(event, 0);
  return 0;
}
