// A field that can only be read.
#include "program.h"

SEC("tc")
int context_written(struct __sk_buff* skb) {
  // explained: context-field
  skb->len = 7;
  return 0;
}
