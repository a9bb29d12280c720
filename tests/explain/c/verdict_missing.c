// A path that returns nothing.
#include "program.h"

SEC("tc")
__attribute__((naked)) int program(struct __sk_buff* skb) {
  asm volatile("exit");
}
