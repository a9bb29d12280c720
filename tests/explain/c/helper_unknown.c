// A helper that no kernel has.
#include "program.h"

SEC("tc")
int program(struct __sk_buff* skb) {
  long (*bpf_newest_helper)(void) = (void*)9999;
  return bpf_newest_helper() ? 2 : 0;
}
