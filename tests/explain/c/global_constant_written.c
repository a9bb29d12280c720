// A `const` variable written through a cast.
#include "program.h"

const volatile __u32 limit = 100;

SEC("tc")
int program(struct __sk_buff* skb) {
  *(volatile __u32*)&limit = skb->len;
  return 0;
}
