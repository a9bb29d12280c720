// A path that returns nothing.
#include "program.h"

SEC("tc")
__attribute__((naked)) int verdict_missing(struct __sk_buff* skb) {
  // explained: verdict
  asm volatile("exit");
}
