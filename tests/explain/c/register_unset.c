// A register that nothing has set.
#include "program.h"

SEC("tc")
__attribute__((naked)) int register_unset(struct __sk_buff* skb) {
  // explained: uninitialised
  asm volatile("r0 = r7; exit");
}
