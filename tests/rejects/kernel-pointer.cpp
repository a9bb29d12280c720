// Trust in a pointer that does not come from the kernel.
#include <ebpfxx/language.hpp>

using namespace ebpfxx;

namespace ebpfxx::kernel {
struct EBPFXX_KERNEL_TYPE task_struct {
  int pid, tgid;
  task_struct* real_parent;
};
}  // namespace ebpfxx::kernel
using kernel::task_struct;

template <>
struct ebpfxx::BtfTracepointEvent<"sched_switch"> {
  bool preempt;
  KernelPointer<task_struct> prev, next;
};
using Switch = BtfTracepoint<"sched_switch">;
using Event = Switch::Event;

inline Map<std::uint32_t, std::uint64_t> seen;
inline void note(int value) { seen.set(0, static_cast<std::uint64_t>(value)); }

#if CASE == 0  // accepted: trust may be given up, and is kept by copies

inline void look_at(KernelAddress<task_struct> task) {
  if (auto pid = task.read([](auto& task) { return &task.pid; })) note(*pid);
}
inline constexpr Program<Switch> given_up = [](Event event) {
  KernelPointer<task_struct> task = event.prev;
  if (event.preempt) task = event.next;
  note(task->pid);
  look_at(task);
  look_at(KernelAddress<task_struct>(event.next->real_parent));
  note(current_task<task_struct>()->tgid);
};
inline constexpr Program<Switch> kept_as_a_number = [](Event event) {
  const auto number = reinterpret_cast<std::uintptr_t>(event.prev->real_parent);
  if (auto pid = KernelAddress<task_struct>::of(number).read([](auto& task) { return &task.pid; })) note(*pid);
};

// The application makes objects of its own for native runs.
inline bool in_a_native_run(const task_struct& task) { return static_cast<bool>(KernelPointer<task_struct>(&task)); }

#elif CASE == 1  // an address
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Switch> trusts_an_address = [](Event event) {
  const KernelAddress<task_struct> address = event.prev;
  // error: trusts an address; read through it as it is [ebpfxx-kernel-pointer]
  const KernelPointer<task_struct> task(address);
  note(task->pid);
};

#elif CASE == 2  // a plain pointer
// kernel takes it: the verifier knows where this one comes from
inline constexpr Program<Switch> trusts_a_pointer = [](Event event) {
  // error: makes a trusted pointer of a plain one; the kernel gives trusted pointers, others are a KernelAddress
  // [ebpfxx-kernel-pointer]
  const KernelPointer<task_struct> parent = event.prev->real_parent;
  note(parent->pid);
};

#elif CASE == 3  // a number, as the arguments of system calls are
// kernel takes it: it reads the kernel's memory where a process's is meant
inline constexpr Program<Switch> reads_a_number = [](Event event) {
  const std::uint64_t number = static_cast<std::uint64_t>(event.prev->pid);
  // error: makes a kernel's address of a number, which may be one of a process's memory; where it is the kernel's, say
  // so: KernelAddress<T>::of(number) [ebpfxx-kernel-pointer]
  KernelAddress<char> name(reinterpret_cast<const char*>(number));
  if (name.text<64>()) note(1);
};

#elif CASE == 4  // the same in two steps
// kernel takes it: it reads the kernel's memory where a process's is meant
inline constexpr Program<Switch> reads_a_number = [](Event event) {
  const char* place = (const char*)static_cast<std::uintptr_t>(event.prev->pid);
  // error: makes a kernel's address of a number, which may be one of a process's memory; where it is the kernel's, say
  // so: KernelAddress<T>::of(number) [ebpfxx-kernel-pointer]
  if (KernelAddress<char>(place).read()) note(1);
};
#endif
