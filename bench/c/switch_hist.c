// The C twin of examples/switch_hist: the same histogram, as one writes it with libbpf and CO-RE.
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "log2.h"

struct task_struct {
  int pid, tgid;
} __attribute__((preserve_access_index));

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 32);
  __type(key, __u32);
  __type(value, __u64);
} turns SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, __u64);
} last_switch SEC(".maps");

const volatile __s32 process = 0;

SEC("tp_btf/sched_switch")
int count_turns(__u64* ctx) {
  struct task_struct* prev = (struct task_struct*)ctx[1];
  __u64 now = bpf_ktime_get_ns(), began = 0;
  __u32 key = 0;
  __u64* time = bpf_map_lookup_elem(&last_switch, &key);
  if (time) {
    began = *time;
    *time = now;
  }
  if (began == 0 || prev->pid == 0) return 0;
  if (process != 0 && prev->tgid != process) return 0;
  key = log2((now - began) / 1000);
  __u64* count = bpf_map_lookup_elem(&turns, &key);
  if (count) *count += 1;
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
