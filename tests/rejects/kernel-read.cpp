// What an address leads to, used before it is known to be readable.
#include <ebpfxx/language.hpp>

using namespace ebpfxx;

namespace ebpfxx::kernel {
struct EBPFXX_KERNEL_TYPE mm_struct {
  unsigned long start_stack;
};
struct EBPFXX_KERNEL_TYPE task_struct {
  int pid, tgid;
  char comm[16];
  mm_struct* mm;
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
inline void note(std::uint64_t value) { seen.set(0, value); }

#if CASE == 0  // accepted: what was read is tested, and fields are followed one after the other

inline constexpr Program<Switch> tested = [](Event event) {
  const KernelAddress<task_struct> task = event.prev;
  if (auto pid = task.read([](auto& task) { return &task.pid; })) note(static_cast<std::uint64_t>(*pid));
  auto memory = task.read([](auto& task) { return &task.mm; });
  if (!memory) return;
  if (auto stack = memory->read([](auto& mm) { return &mm.start_stack; }); stack && *stack > 7) note(*stack);
  auto stack = task.read([](auto& task) { return &task.mm; }, [](auto& mm) { return &mm.start_stack; });
  note(stack ? *stack : 0);
  if (auto command = task.text([](auto& task) { return &task.comm; })) note(command->view().size());
  if (task && task == KernelAddress<task_struct>(event.next)) note(1);
};

#elif CASE == 1  // a copy that may be none
// kernel takes it: it is zero where nothing was to be read
inline constexpr Program<Switch> untested = [](Event event) {
  const KernelAddress<task_struct> task = event.prev;
  auto memory = task.read([](auto& task) { return &task.pid; });
  // error: 'memory' may be unreadable here; test it first [ebpfxx-kernel-read]
  note(static_cast<std::uint64_t>(*memory));
};

#elif CASE == 2  // -> on an address
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Switch> arrow = [](Event event) {
  const KernelAddress<task_struct> task = event.prev;
  // error: reads through an address, where there may be nothing; use 'read' with a function that returns the field's
  // address, and test what it gives [ebpfxx-kernel-read]
  note(static_cast<std::uint64_t>(task->pid));
};

#elif CASE == 3  // two objects in one step
// kernel: invalid mem access 'scalar'|invalid mem access 'inv'
inline constexpr Program<Switch> two_objects = [](Event event) {
  const KernelAddress<task_struct> task = event.prev;
  auto parent = task.read([](auto& task) { return &task.real_parent; });
  if (!parent) return;
  // explained: kernel-pointer
  // error: reads 'task.mm', which may be unreadable; name one field of one object, and follow pointers with a function
  // for each object on the way [ebpfxx-kernel-read]
  if (auto stack = parent->read([](auto& task) { return &task.mm->start_stack; })) note(*stack);
};
#endif
