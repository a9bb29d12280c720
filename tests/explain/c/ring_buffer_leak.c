// A reserved record that one path neither submits nor discards.
#include "program.h"

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 4096);
} events SEC(".maps");

SEC("tc")
int ring_buffer_leak(struct __sk_buff* skb) {
  // note: taken here
  __u64* event = bpf_ringbuf_reserve(&events, sizeof *event, 0);
  if (!event) return 0;
  *event = skb->len;
  // note: the path to it turned here
  if (skb->mark == 7) return 0;
  bpf_ringbuf_submit(event, 0);
  return 0;
  // explained: reference-leak
}
