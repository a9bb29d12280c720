// A struct of the kernel written.
#include "program.h"

struct switch_arguments {
  __u64 preempt;
  void* previous;
  long* next;
};

SEC("tp_btf/sched_switch")
int kernel_struct_written(struct switch_arguments* arguments) {
  // explained: kernel-struct
  arguments->next[0] = 0;
  return 0;
}
