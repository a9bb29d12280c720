#pragma once

#include <linux/bpf.h>

#include <cstdint>

#include <ebpfxx/detail/device.hpp>
#include <ebpfxx/kernel/helper.hpp>
#include <ebpfxx/native_interface.hpp>

namespace ebpfxx {

/// The number that a recorded stack has in its map, or nothing when it was not recorded. Test it before use.
class EBPFXX_ANNOTATE(EBPFXX_ABI_TESTED, "lookup-unchecked", "may be nothing here, as another stack may have its entry")
    [[nodiscard]] StackId {
 public:
  /// What bpf_get_stackid gives: negative for nothing.
  constexpr explicit StackId(std::int64_t result) : result_(result) {}

  constexpr explicit operator bool() const { return result_ >= 0; }
  constexpr std::uint32_t operator*() const { return static_cast<std::uint32_t>(result_); }

 private:
  std::int64_t result_;
};

/// Stacks of what an event interrupted, each once, by the number that `record` gives (BPF_MAP_TYPE_STACK_TRACE): what
/// is counted by call path is counted by that number. Declare it as an inline variable:
///
///     inline StackTraces<1024> stacks;
///     inline Map<std::uint32_t, Atomic<std::uint64_t>> samples;
///
///     if (auto id = stacks.record(event)) samples.update(*id, ...);   // in a program
///     object[stacks].frames(id)                                       // in the application
///
/// `Size` is rounded up to a power of two. A stack's hash decides on its entry, and the first stack there stays: choose
/// `Size` well above the number of different stacks. `Depth` frames are kept of each, 127 at most
/// (kernel.perf_event_max_stack).
///
/// Natively the stack is that of the native run, in constant evaluation nothing is recorded.
template <std::uint32_t Size, std::uint32_t Depth = 127>
class EBPFXX_ANNOTATE(EBPFXX_ABI_MAP) StackTraces {
  static_assert(Size > 0, "a map of stack traces has at least one entry");
  static_assert(Depth > 0 && Depth <= 127, "the kernel keeps 1 to 127 frames of a stack");

 public:
  /// How many stacks it can hold.
  static constexpr std::uint32_t size = Size;
  /// The most frames of a stack that are kept.
  static constexpr std::uint32_t depth = Depth;

  StackTraces() = default;
  StackTraces(const StackTraces&) = delete;
  StackTraces& operator=(const StackTraces&) = delete;

  /// Records the kernel's stack at the event of a tracepoint, a BTF tracepoint or a perf event. Nothing when another
  /// stack has its entry, or there is none, as in a task that runs its own code (bpf_get_stackid).
  template <class Event>
    requires requires(const Event& event) { event.raw_context(); }
  constexpr StackId record(const Event& event) const {
    return record(event, 0);
  }

  /// Records the stack of the task's own code, for which it needs frame pointers.
  template <class Event>
    requires requires(const Event& event) { event.raw_context(); }
  constexpr StackId record_user(const Event& event) const {
    return record(event, BPF_F_USER_STACK);
  }

 private:
  template <class Event>
  constexpr StackId record(const Event& event, std::uint64_t flags) const {
    if (__builtin_is_constant_evaluated()) return StackId(-1);
    if (on_device()) return StackId(call_helper<BpfHelper::get_stackid>(event.raw_context(), this, flags));
    return StackId(native_interface::execution().record_stack(
        {this, BPF_MAP_TYPE_STACK_TRACE, sizeof(std::uint32_t), Depth * sizeof(std::uint64_t), Size}));
  }

#if defined(__EBPFXX_DEVICE__)
  int (*type)[BPF_MAP_TYPE_STACK_TRACE] = nullptr;
  int (*key_size)[sizeof(std::uint32_t)] = nullptr;
  int (*value_size)[Depth * sizeof(std::uint64_t)] = nullptr;
  char (*max_entries)[Size] = nullptr;
#endif
};

}  // namespace ebpfxx
