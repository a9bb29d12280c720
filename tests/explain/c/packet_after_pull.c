// A pointer to a header kept over bpf_skb_pull_data.
#include "program.h"

SEC("tc")
int packet_after_pull(struct __sk_buff* skb) {
  struct iphdr* ip = place(skb->data) + sizeof(struct ethhdr);
  if ((void*)(ip + 1) > place(skb->data_end)) return 0;
  // note: the packet is moved here
  if (bpf_skb_pull_data(skb, 64) != 0) return 0;
  // explained: stale-packet
  return ip->ttl > 9 ? 2 : 0;
}
