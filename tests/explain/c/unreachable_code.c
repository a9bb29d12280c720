// Instructions that no path leads to.
#include "program.h"

SEC("tc")
__attribute__((naked)) int unreachable_code(struct __sk_buff* skb) {
  // explained: unreachable
  asm volatile("r0 = 0; exit; r0 = 1; exit");
}
