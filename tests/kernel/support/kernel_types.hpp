#pragma once

#include <ebpfxx.hpp>

/// The kernel's types that the tests look at, as far as they do: fields in no order, and only some. What the running
/// kernel has is found by name.
namespace ebpfxx::kernel {

struct EBPFXX_KERNEL_TYPE kuid_t {
  unsigned int val;
};

struct EBPFXX_KERNEL_TYPE cred {
  kuid_t uid;
};

struct EBPFXX_KERNEL_TYPE rlimit {
  unsigned long rlim_max;
  unsigned long rlim_cur;
};

struct EBPFXX_KERNEL_TYPE signal_struct {
  rlimit rlim[16];
};

struct EBPFXX_KERNEL_TYPE mm_struct {
  unsigned long start_stack;
  unsigned long start_code;
};

enum EBPFXX_KERNEL_TYPE pid_type { PIDTYPE_PID, PIDTYPE_SID = 9, PIDTYPE_NOBODY_HAS_THIS = 4 };

struct EBPFXX_KERNEL_TYPE bpf_net_context;

struct EBPFXX_KERNEL_TYPE task_struct {
  char comm[16];
  signal_struct* signal;
  const cred* real_cred;
  mm_struct* mm;
  task_struct* real_parent;
  unsigned int policy;
  int static_prio;
  int tgid;
  int pid;
  unsigned long long start_boottime;
  unsigned int __state;
  long state;                               ///< up to Linux 5.13
  struct bpf_net_context* bpf_net_context;  ///< from Linux 6.11 on
  int nobody_has_this;
};

struct EBPFXX_KERNEL_TYPE trace_event_raw_sched_switch {
  int next_prio;
  int next_pid;
  char next_comm[16];
  long prev_state;
  int prev_pid;
};

}  // namespace ebpfxx::kernel

template <>
struct ebpfxx::BtfTracepointEvent<"sched_switch"> {
  bool preempt;
  KernelPointer<kernel::task_struct> prev, next;
  unsigned int prev_state;
};

template <>
struct ebpfxx::TracepointRecord<"sched_switch"> {
  using type = kernel::trace_event_raw_sched_switch;
};
