// The byte at data_end read.
#include "program.h"

SEC("xdp")
int packet_end_read(struct xdp_md* ctx) {
  __u8* end = place(ctx->data_end);
  // explained: kernel-pointer
  return *end == 0 ? XDP_DROP : XDP_PASS;
}
