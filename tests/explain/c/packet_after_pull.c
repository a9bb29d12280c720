// A pointer to a header kept over bpf_skb_pull_data.
#include "program.h"

SEC("tc")
int program(struct __sk_buff* skb) {
  struct iphdr* ip = place(skb->data) + sizeof(struct ethhdr);
  if ((void*)(ip + 1) > place(skb->data_end)) return 0;
  if (bpf_skb_pull_data(skb, 64) != 0) return 0;
  return ip->ttl > 9 ? 2 : 0;
}
