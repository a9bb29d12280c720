// A shift by as many bits as there are.
#include "program.h"

SEC("tc")
int program(struct __sk_buff* skb) {
  __u64 length = skb->len;
  asm volatile("%0 <<= 64" : "+r"(length));
  return (int)length;
}
