// A socket that was looked up and not released.
#include "program.h"

SEC("tc")
int program(struct __sk_buff* skb) {
  struct bpf_sock_tuple tuple = {};
  struct bpf_sock* socket = bpf_sk_lookup_tcp(skb, &tuple, sizeof tuple.ipv4, BPF_F_CURRENT_NETNS, 0);
  return socket ? 2 : 0;
}
