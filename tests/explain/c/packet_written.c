// A packet written by a socket filter's sibling that only reads it.
#include "program.h"

SEC("lwt_in")
int packet_written(struct __sk_buff* skb) {
  struct iphdr* ip = place(skb->data);
  if ((void*)(ip + 1) > place(skb->data_end)) return BPF_OK;
  // explained: packet-write
  ip->ttl = 9;
  return BPF_OK;
}
