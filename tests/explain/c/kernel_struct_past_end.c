// A field behind the end of a struct of the kernel.
#include "program.h"

struct switch_arguments {
  __u64 preempt;
  void* previous;
  char* next;
};

SEC("tp_btf/sched_switch")
int kernel_struct_past_end(struct switch_arguments* arguments) {
  // explained: kernel-struct
  bpf_printk("%d", arguments->next[1000000]);
  return 0;
}
