// A helper that may sleep, in a tracepoint.
#include "program.h"

SEC("tp_btf/sched_switch")
int helper_sleeps(void* ctx) {
  __u64 value = 0;
  // explained: helper-sleep
  return bpf_copy_from_user(&value, sizeof value, (void*)0x1000) == 0 ? 0 : (int)value & 0;
}
