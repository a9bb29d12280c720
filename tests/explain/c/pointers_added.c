// Two pointers added.
#include "program.h"

SEC("xdp")
int pointers_added(struct xdp_md* ctx) {
  __u64 sum = (__u64)place(ctx->data), end = (__u64)place(ctx->data_end);
  // explained: pointer-arithmetic
  asm volatile("%0 += %1" : "+r"(sum) : "r"(end));
  return sum == 7 ? XDP_DROP : XDP_PASS;
}
