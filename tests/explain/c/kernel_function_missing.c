// A function of the kernel that programs may not call.
#include "program.h"

extern void schedule(void) __ksym;

SEC("tc")
int program(struct __sk_buff* skb) {
  schedule();
  return 0;
}
