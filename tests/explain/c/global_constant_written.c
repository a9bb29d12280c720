// A `const` variable written through a cast.
#include "program.h"

const volatile __u32 limit = 100;

SEC("tc")
int global_constant_written(struct __sk_buff* skb) {
  // explained: read-only
  *(volatile __u32*)&limit = skb->len;
  return 0;
}
