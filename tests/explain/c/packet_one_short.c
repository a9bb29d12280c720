// 14 bytes compared with data_end, the 15th read.
#include "program.h"

SEC("xdp")
int program(struct xdp_md* ctx) {
  __u8* data = place(ctx->data);
  if ((void*)(data + 14) > place(ctx->data_end)) return XDP_PASS;
  return data[14] == 0x45 ? XDP_DROP : XDP_PASS;
}
