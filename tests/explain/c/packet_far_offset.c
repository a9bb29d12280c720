// An offset of 32 bits added to the packet: after it no comparison with data_end helps.
#include "program.h"

SEC("tc")
int packet_far_offset(struct __sk_buff* skb) {
  __u8* data = place(skb->data);
  data += skb->mark;
  if ((void*)(data + 1) > place(skb->data_end)) return 0;
  // explained: packet-bounds
  return *data == 0 ? 2 : 0;
}
