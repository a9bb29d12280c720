// Arithmetic on a pointer that is none: masking it.
#include "program.h"

SEC("xdp")
int packet_multiplied(struct xdp_md* ctx) {
  __u64 data = (__u64)place(ctx->data);
  // explained: pointer-arithmetic
  asm volatile("%0 &= -16" : "+r"(data));
  return data == 0 ? XDP_DROP : XDP_PASS;
}
