// A loop that ends only when somebody else changes a value.
#include "program.h"

volatile __u32 stop;

SEC("tc")
int program(struct __sk_buff* skb) {
  while (!stop);
  return 0;
}
