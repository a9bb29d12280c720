#pragma once

#include <cstddef>
#include <cstdint>

#include <ebpfxx/detail/device.hpp>
#include <ebpfxx/kernel/helper.hpp>
#include <ebpfxx/kernel/pointer.hpp>
#include <ebpfxx/kernel/text.hpp>
#include <ebpfxx/native_interface.hpp>

namespace ebpfxx {

/// The task that runs, numbered as in the initial PID namespace.
struct TaskIds {
  std::uint32_t process;  ///< what getpid() gives; `tgid` in the kernel
  std::uint32_t thread;   ///< what gettid() gives; `pid` in the kernel

  friend constexpr bool operator==(const TaskIds&, const TaskIds&) = default;
};

/// Of the task that runs on this CPU (bpf_get_current_pid_tgid). Natively what the Native's `task` says; zeros in
/// constant evaluation.
constexpr TaskIds current_task_ids() {
  if (__builtin_is_constant_evaluated()) return {};
  std::uint64_t both = 0;
  if (on_device())
    both = call_helper<BpfHelper::get_current_pid_tgid>();
  else
    both = native_interface::execution().task().ids;
  return {static_cast<std::uint32_t>(both >> 32), static_cast<std::uint32_t>(both)};
}

/// How many characters a task's name has, with the zero at its end (TASK_COMM_LEN in the kernel's linux/sched.h).
inline constexpr std::size_t command_size = 16;

/// The name of the task that runs on this CPU (bpf_get_current_comm). Natively what the Native's `task` says; empty in
/// constant evaluation.
constexpr Text<command_size> current_command() {
  Text<command_size> name;
  if (__builtin_is_constant_evaluated()) return name;
  if (on_device()) {
    call_helper<BpfHelper::get_current_comm>(name.characters, static_cast<std::uint32_t>(command_size));
    return name;
  }
  const std::string_view given = native_interface::execution().task().command;
  for (std::size_t i = 0; i + 1 < command_size && i < given.size(); ++i) name.characters[i] = given[i];
  return name;
}

/// Returns the id of the cgroup (v2) of the task that runs on this CPU
/// (bpf_get_current_cgroup_id). Natively what the Native's `cgroup` says; 0 in constant evaluation.
constexpr std::uint64_t current_cgroup_id() {
  if (__builtin_is_constant_evaluated()) return 0;
  if (on_device()) return call_helper<BpfHelper::get_current_cgroup_id>();
  return native_interface::execution().task().cgroup;
}

/// The task that runs on this CPU: `current_task<kernel::task_struct>()->start_time` (bpf_get_current_task_btf).
/// Natively the object of the Native's `task`, and null without one. Not in constant evaluation.
template <class TaskStruct>
constexpr KernelPointer<TaskStruct> current_task() {
  if (on_device())
    return {detail::kernel::GivenByKernel{},
            static_cast<const TaskStruct*>(call_helper<BpfHelper::get_current_task_btf>())};
  return {detail::kernel::GivenByKernel{}, static_cast<const TaskStruct*>(native_interface::execution().task().object)};
}

}  // namespace ebpfxx
