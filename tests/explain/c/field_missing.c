// A field that no kernel's struct has, read by CO-RE.
#include "program.h"

struct task_struct {
  int no_such_field;
} __attribute__((preserve_access_index));

SEC("tp_btf/sched_switch")
int field_missing(__u64* arguments) {
  struct task_struct* next = (struct task_struct*)arguments[2];
  // explained: kernel-struct
  bpf_printk("%d", next->no_such_field);
  return 0;
}
