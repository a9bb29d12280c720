// An argument that the tracepoint does not have.
#include "program.h"

SEC("tp_btf/sched_switch")
int program(__u64* arguments) {
  bpf_printk("%d", arguments[9]);
  return 0;
}
