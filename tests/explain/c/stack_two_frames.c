// Two functions of 320 bytes of stack each, one calling the other.
// explained without a line: stack-size
#include "program.h"

static __noinline int inner(struct __sk_buff* skb) {
  __u8 bytes[320];
  if (bpf_skb_load_bytes(skb, 0, bytes, sizeof bytes) != 0) return 0;
  return bytes[skb->len & 63];
}

static __noinline int outer(struct __sk_buff* skb) {
  __u8 bytes[320];
  if (bpf_skb_load_bytes(skb, 0, bytes, sizeof bytes) != 0) return 0;
  return inner(skb) + bytes[skb->len & 63];
}

SEC("tc")
int stack_two_frames(struct __sk_buff* skb) { return outer(skb) ? 2 : 0; }
