// 14 bytes compared with data_end, the 15th read.
#include "program.h"

SEC("xdp")
int packet_one_short(struct xdp_md* ctx) {
  __u8* data = place(ctx->data);
  if ((void*)(data + 14) > place(ctx->data_end)) return XDP_PASS;
  // explained: packet-bounds
  return data[14] == 0x45 ? XDP_DROP : XDP_PASS;
}
