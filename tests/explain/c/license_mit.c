// A GPL-only helper under another licence.
#define PROGRAM_LICENSE "MIT"
#include "program.h"

SEC("tc")
int license_mit(struct __sk_buff* skb) {
  // explained: helper-license
  bpf_printk("%d bytes", skb->len);
  return 0;
}
