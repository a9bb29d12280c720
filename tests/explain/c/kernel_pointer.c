// An address in the kernel followed without bpf_probe_read_kernel.
#include "program.h"

struct switch_arguments {
  __u64 preempt;
  void* previous;
  int* next;
};

SEC("raw_tp/sched_switch")
// explained: kernel-pointer
int kernel_pointer(struct switch_arguments* arguments) { return *arguments->next == 7; }
