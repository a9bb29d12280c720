// The address of a packet stored atomically.
#include "program.h"

SEC("tc")
int pointer_in_context(struct __sk_buff* skb) {
  // explained: context-field
  __sync_fetch_and_add(&skb->mark, 1);
  return 0;
}
