// A field that socket filters are not given.
#include "program.h"

SEC("socket")
int context_field(struct __sk_buff* skb) {
  // explained: context-field
  void* data = place(skb->data);
  return data ? -1 : 0;
}
