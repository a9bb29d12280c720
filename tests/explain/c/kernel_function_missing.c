// A function of the kernel that programs may not call.
#include "program.h"

extern void schedule(void) __ksym;

SEC("tc")
int kernel_function_missing(struct __sk_buff* skb) {
  // explained: kernel-function
  schedule();
  return 0;
}
