// A GPL-only helper under another licence.
#define PROGRAM_LICENSE "MIT"
#include "program.h"

SEC("tc")
int program(struct __sk_buff* skb) {
  bpf_printk("%d bytes", skb->len);
  return 0;
}
