// A struct of the kernel written.
#include "program.h"

struct switch_arguments {
  __u64 preempt;
  void* previous;
  long* next;
};

SEC("tp_btf/sched_switch")
int program(struct switch_arguments* arguments) {
  arguments->next[0] = 0;
  return 0;
}
