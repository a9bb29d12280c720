// A function that runs over its own end.
#include "program.h"

SEC("tc")
__attribute__((naked)) int program(struct __sk_buff* skb) {
  asm volatile("r0 = 0");
}
