// An array in a struct of the kernel at an index that is not a constant.
#include "program.h"

struct switch_arguments {
  __u64 preempt;
  void* previous;
  char* next;
};

SEC("tp_btf/sched_switch")
int kernel_struct_indexed(struct switch_arguments* arguments) {
  // explained: kernel-struct
  bpf_printk("%d", arguments->next[bpf_get_prandom_u32() & 15]);
  return 0;
}
