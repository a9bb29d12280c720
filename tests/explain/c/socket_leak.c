// A socket that was looked up and not released.
#include "program.h"

SEC("tc")
int socket_leak(struct __sk_buff* skb) {
  struct bpf_sock_tuple tuple = {};
  // note: taken here
  struct bpf_sock* socket = bpf_sk_lookup_tcp(skb, &tuple, sizeof tuple.ipv4, BPF_F_CURRENT_NETNS, 0);
  // note: the path to it turned here
  if (!socket) return 0;
  skb->mark = socket->mark;
  return 0;
  // explained: reference-leak
}
