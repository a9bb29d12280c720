// The address of a packet stored atomically.
#include "program.h"

SEC("tc")
int program(struct __sk_buff* skb) {
  __sync_fetch_and_add(&skb->mark, 1);
  return 0;
}
