// The TCP header behind IPv4 options, whose length is read and not compared.
#include "program.h"

SEC("xdp")
int packet_behind_options(struct xdp_md* ctx) {
  void* data_end = place(ctx->data_end);
  struct iphdr* ip = place(ctx->data) + sizeof(struct ethhdr);
  if ((void*)(ip + 1) > data_end) return XDP_PASS;
  struct tcphdr* tcp = (void*)ip + ip->ihl * 4;
  // explained: packet-bounds
  return tcp->dest == bpf_htons(8080) ? XDP_DROP : XDP_PASS;
}
