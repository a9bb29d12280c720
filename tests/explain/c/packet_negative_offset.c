// A signed offset added to the packet.
#include "program.h"

SEC("tc")
int packet_negative_offset(struct __sk_buff* skb) {
  __u8* data = place(skb->data);
  long offset = (int)skb->mark;
  asm volatile("" : "+r"(offset));
  if (offset > 100) return 0;
  // explained: packet-bounds
  asm volatile("%0 += %1" : "+r"(data) : "r"(offset));
  if ((void*)(data + 1) > place(skb->data_end)) return 0;
  return *data == 0 ? 2 : 0;
}
