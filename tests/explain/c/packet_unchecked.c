// A header read without a comparison with data_end.
#include "program.h"

SEC("xdp")
int packet_unchecked(struct xdp_md* ctx) {
  struct ethhdr* ethernet = place(ctx->data);
  // explained: packet-bounds
  return ethernet->h_proto == bpf_htons(ETH_P_IP) ? XDP_DROP : XDP_PASS;
}
