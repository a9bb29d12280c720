// A function that runs over its own end.
// explained without a line: unreachable
#include "program.h"

SEC("tc")
__attribute__((naked)) int end_missing(struct __sk_buff* skb) { asm volatile("r0 = 0"); }
