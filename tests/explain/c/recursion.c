// A function that calls itself.
#include "program.h"

static __noinline int digits(__u32 number) {
  // explained: recursion
  return number < 10 ? 1 : digits(number / 10) * digits(number / 7) + number;
}

SEC("tc")
int recursion(struct __sk_buff* skb) { return digits(skb->mark) > 3 ? 2 : 0; }
