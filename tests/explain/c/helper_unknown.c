// A helper that no kernel has.
#include "program.h"

SEC("tc")
int helper_unknown(struct __sk_buff* skb) {
  long (*bpf_newest_helper)(void) = (void*)9999;
  // explained: helper-kernel
  return bpf_newest_helper() ? 2 : 0;
}
