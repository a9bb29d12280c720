// A field that socket filters are not given.
#include "program.h"

SEC("socket")
int program(struct __sk_buff* skb) {
  void* data = place(skb->data);
  return data ? -1 : 0;
}
