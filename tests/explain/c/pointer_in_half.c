// Arithmetic with the lower half of an address.
#include "program.h"

SEC("tc")
int pointer_in_half(struct __sk_buff* skb) {
  // explained: pointer-arithmetic
  asm volatile("r2 = %0\nw2 += 4" : : "r"(skb) : "r2");
  return 0;
}
