// An argument that the tracepoint does not have.
#include "program.h"

SEC("tp_btf/sched_switch")
int traced_argument_missing(__u64* arguments) {
  // explained: traced-argument
  bpf_printk("%d", arguments[9]);
  return 0;
}
