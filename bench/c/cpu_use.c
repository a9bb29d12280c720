// The C twin of examples/cpu_use: the same counts, as one takes them with libbpf and CO-RE.
#include <linux/bpf.h>
#include <linux/bpf_perf_event.h>

#include <bpf/bpf_helpers.h>

struct trace_event_raw_sched_switch {
  int prev_pid;
  long prev_state;
} __attribute__((preserve_access_index));

struct use {
  __u64 ticks, kernel_ticks, switches, waits;
};

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_HASH);
  __uint(max_entries, 4096);
  __type(key, __u32);
  __type(value, struct use);
} uses SEC(".maps");

SEC("perf_event")
int count_ticks(struct bpf_perf_event_data* event) {
  __u32 thread = bpf_get_current_pid_tgid();
  int in_kernel = event->regs.rip >> 63 != 0;
  struct use* use = bpf_map_lookup_elem(&uses, &thread);
  if (use) {
    use->ticks += 1;
    if (in_kernel) use->kernel_ticks += 1;
    return 0;
  }
  struct use first = {.ticks = 1, .kernel_ticks = in_kernel};
  bpf_map_update_elem(&uses, &thread, &first, BPF_ANY);
  return 0;
}

SEC("tracepoint/sched/sched_switch")
int count_switches(struct trace_event_raw_sched_switch* record) {
  __u32 thread = record->prev_pid;
  if (thread == 0) return 0;
  int waits = (record->prev_state & 0xff) != 0;
  struct use* use = bpf_map_lookup_elem(&uses, &thread);
  if (use) {
    use->switches += 1;
    if (waits) use->waits += 1;
    return 0;
  }
  struct use first = {.switches = 1, .waits = waits};
  bpf_map_update_elem(&uses, &thread, &first, BPF_ANY);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
