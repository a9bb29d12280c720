// What would look for a field of the kernel's where the header has it, and not where the running kernel does.
#include <cstddef>
#include <cstring>
#include <ebpfxx/kernel/core_relocation.hpp>
#include <ebpfxx/language.hpp>

using namespace ebpfxx;

namespace ebpfxx::kernel {
struct EBPFXX_KERNEL_TYPE kuid_t {
  unsigned int val;
};
struct EBPFXX_KERNEL_TYPE cred {
  kuid_t uid;
  kuid_t gid;
};
struct EBPFXX_KERNEL_TYPE rlimit {
  unsigned long rlim_cur, rlim_max;
};
struct EBPFXX_KERNEL_TYPE signal_struct {
  struct rlimit rlim[16];
};
struct EBPFXX_KERNEL_TYPE task_struct {
  int pid, tgid;
  char comm[16];
  signal_struct* signal;
  const struct cred* cred;
  task_struct* real_parent;
  unsigned int sched_reset_on_fork : 1;
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

#if CASE == 0  // accepted: fields that are named, and what only the application does

inline constexpr Program<Switch> named = [](Event event) {
  const task_struct& task = *event.prev;
  const auto& limits = task.signal->rlim;
  note(task.cred->uid.val + limits[3].rlim_cur + static_cast<std::uint64_t>(task.comm[2]));
  const KernelAddress<task_struct> address = event.next;
  if (auto parent = address.read([](auto& task) { return &task.real_parent; }))
    if (auto user = parent->read([](auto& task) { return &task.cred; }, [](auto& cred) { return &cred.uid.val; }))
      note(*user);
  if (auto command = address.read([](auto& task) -> auto& { return task.comm; })) note(command->size());
  struct {
    int pid, tgid;
  } copy{task.pid, task.tgid};
  note(static_cast<std::uint64_t>(copy.pid + copy.tgid));
  if (event.prev == event.next) note(sizeof copy);
  if (kernel_has<task_struct>([](auto& task) { return &task.real_parent; })) note(1);
};

inline std::size_t for_tests_of_the_application() {
  task_struct task{};
  const task_struct copy = task;
  return offsetof(task_struct, comm) + sizeof copy + static_cast<std::size_t>(copy.*&task_struct::pid);
}

#elif CASE == 1  // a pointer to member
// kernel takes it: it copies from the offset that the header says, where another field stands
inline constexpr Program<Switch> by_member = [](Event event) {
  const KernelAddress<task_struct> task = event.prev;
  // error: reads a field of 'task_struct' through a pointer to member, which does not follow the running kernel; name
  // the field in a member expression [ebpfxx-kernel-type]
  if (auto parent = task.read([](auto& task) { return &(task.*&task_struct::tgid); })) note(1);
};

#elif CASE == 2  // a pointer to member that a function got
// kernel takes it: it copies from the offset that the header says, where another field stands
template <auto Field>
std::uint64_t field_of(KernelAddress<task_struct> task) {
  // error: reads a field of 'task_struct' through a pointer to member, which does not follow the running kernel; name
  // the field in a member expression [ebpfxx-kernel-type]
  const auto found = task.read([](auto& task) { return &(task.*Field); });
  return found ? static_cast<std::uint64_t>(*found) : 0;
}
inline constexpr Program<Switch> by_argument = [](Event event) { note(field_of<&task_struct::tgid>(event.prev)); };

#elif CASE == 3  // offsetof
// kernel takes it: it copies from the offset that the header says, where another field stands
inline constexpr Program<Switch> by_offset = [](Event event) {
  const auto* bytes = reinterpret_cast<const char*>(&*event.prev);
  // error: asks for an offset in 'task_struct', which is another one in other kernels; name the field in a member
  // expression [ebpfxx-kernel-type]
  if (KernelAddress<char>(bytes + offsetof(task_struct, comm)).read()) note(1);
};

#elif CASE == 4  // an offset that was put into a constant
// kernel takes it: it copies from the offset that the header says, where another field stands
inline constexpr std::size_t name_at = offsetof(task_struct, comm);
inline constexpr Program<Switch> by_constant = [](Event event) {
  constexpr std::size_t second = name_at + 1;
  const auto* bytes = reinterpret_cast<const char*>(&*event.prev);
  // error: asks for an offset in 'task_struct', which is another one in other kernels; name the field in a member
  // expression [ebpfxx-kernel-type]
  if (KernelAddress<char>(bytes + second).read()) note(1);
};

#elif CASE == 5  // a copy of a whole object
// kernel takes it: it copies the bytes of whatever is at its offset there
inline constexpr Program<Switch> copied = [](Event event) {
  // error: copies a whole 'cred', which other kernels lay out in another way; copy its fields [ebpfxx-kernel-type]
  const kernel::cred copy = *event.prev->cred;
  note(copy.gid.val);
};

#elif CASE == 6  // a part of an object, captured by value
// kernel takes it: it copies the bytes of whatever is at its offset there
inline constexpr Program<Switch> captured = [](Event event) {
  // error: copies a whole 'rlimit', which other kernels lay out in another way; copy its fields [ebpfxx-kernel-type]
  const auto show = [limit = event.prev->signal->rlim[3]] { note(limit.rlim_cur); };
  show();
};

#elif CASE == 7  // memcpy
// kernel takes it: it copies the bytes of whatever is at its offset there
inline constexpr Program<Switch> copied = [](Event event) {
  std::uint32_t user = 0;
  // error: copies a whole 'kuid_t', which other kernels lay out in another way; copy its fields [ebpfxx-kernel-type]
  std::memcpy(&user, &event.prev->cred->uid, sizeof user);
  note(user);
};

#elif CASE == 8  // an object of its own
// kernel takes it: what is written to where the field is in the kernel may lie anywhere on the stack
inline constexpr Program<Switch> made = [](Event event) {
  // error: makes 'rlimit' of its own, which other kernels lay out in another way; keep its fields in a struct of yours
  // [ebpfxx-kernel-type]
  kernel::rlimit limit{};
  limit.rlim_cur = event.prev->signal->rlim[3].rlim_cur;
  note(limit.rlim_cur);
};

#elif CASE == 9  // the object behind an object
// kernel takes it: it copies from where the header says that the next one is
inline constexpr Program<Switch> next_one = [](Event event) {
  const auto* limit = &event.prev->signal->rlim[0];
  // error: steps over whole objects of 'rlimit', which have another size in other kernels; index their array, as in
  // 'array[i]', or follow the kernel's own pointers [ebpfxx-kernel-type]
  const KernelAddress<kernel::rlimit> second(limit + 1);
  if (auto maximum = second.read([](auto& limit) { return &limit.rlim_max; })) note(*maximum);
};

#elif CASE == 10  // sizeof
// kernel takes it: it is the header's number
inline constexpr Program<Switch> sized = [](Event) {
  // error: asks for the size of 'task_struct', which is another one in other kernels; use its fields
  // [ebpfxx-kernel-type]
  note(sizeof(task_struct));
};

#elif CASE == 11  // a bit-field
// kernel takes it: it tests the bit that the header says
inline constexpr Program<Switch> bit = [](Event event) {
  // error: uses the bit-field 'sched_reset_on_fork' of 'task_struct', whose bits other kernels have elsewhere; use a
  // field of whole bytes [ebpfxx-kernel-type]
  if (event.prev->sched_reset_on_fork) note(1);
};

#elif CASE == 12  // a type that nobody has marked
// kernel takes it: it copies from the offset that the header says, where another field stands
namespace ebpfxx::kernel {
struct mm_struct {
  unsigned long start_stack;
};
struct EBPFXX_KERNEL_TYPE task_struct___memory {
  mm_struct* mm;
};
}  // namespace ebpfxx::kernel
inline constexpr Program<Switch> unmarked = [](Event event) {
  const KernelAddress<kernel::task_struct___memory> task(
      reinterpret_cast<const kernel::task_struct___memory*>(&*event.prev));
  // error: takes 'mm_struct' for a type of the kernel, which it is not marked as; declare it 'struct
  // EBPFXX_KERNEL_TYPE mm_struct' [ebpfxx-kernel-type]
  auto stack = task.read([](auto& task) { return &task.mm; }, [](auto& mm) { return &mm.start_stack; });
  if (stack) note(*stack);
};

#elif CASE == 13  // a whole object from an address
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Switch> whole = [](Event event) {
  const KernelAddress<kernel::cred> cred(event.prev->cred);
  // error: copies a whole 'ebpfxx::kernel::kuid_t', whose fields are elsewhere in other kernels; read its fields
  // [ebpfxx-kernel-type]
  if (auto user = cred.read([](auto& cred) { return &cred.uid; })) note(1);
};

#elif CASE == 14  // a question about no field
// kernel takes it: there is nothing to find in it, so the compiler says yes
inline constexpr Program<Switch> no_field = [](Event) {
  // error: gives what is no field of the kernel's object; name one in a member expression [ebpfxx-kernel-type]
  if (kernel_has<task_struct>([](auto& task) { return &task; })) note(1);
};

#elif CASE == 15  // a loop over an array of objects
// no object: array-bounds takes the end of the loop for an element
inline constexpr Program<Switch> each_limit = [](Event event) {
  // error: steps over whole objects of 'rlimit', which have another size in other kernels; index their array, as in
  // 'array[i]', or follow the kernel's own pointers [ebpfxx-kernel-type]
  for (const auto& limit : event.prev->signal->rlim) note(limit.rlim_cur);
};
#endif
