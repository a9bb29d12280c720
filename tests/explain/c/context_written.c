// A field that can only be read.
#include "program.h"

SEC("tc")
int program(struct __sk_buff* skb) {
  skb->len = 7;
  return 0;
}
