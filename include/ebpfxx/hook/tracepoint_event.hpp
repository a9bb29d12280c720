#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include <ebpfxx/detail/fixed_string.hpp>
#include <ebpfxx/kernel/pointer.hpp>

namespace ebpfxx {

/// What the kernel hands to a BtfTracepoint of this name, a member for each argument, in their order; the last ones may
/// be left out. A header of `ebpfxx vmlinux` that was asked for the tracepoint specialises it, or the user does:
///
///     template <>
///     struct ebpfxx::BtfTracepointEvent<"sched_process_exit"> {
///       KernelPointer<task_struct> task;
///     };
///
/// Numbers, `bool`, enumerations, KernelPointer for what the kernel gives with a type, KernelAddress for other
/// pointers.
template <FixedString Name>
struct BtfTracepointEvent;

/// The struct that the kernel records for the tracepoint of this name (`trace_event_raw_...`): its `type`. Specialised
/// likewise.
template <FixedString Name>
struct TracepointRecord;

namespace detail::hook {

/// An argument of a traced function, which becomes the member that it is to be.
///
/// The context has 64 bits for each. The verifier takes whole ones only (btf_ctx_access in kernel/bpf/btf.c), so the
/// optimiser must not narrow the load.
class EventArgument {
 public:
  EventArgument(const std::uint64_t* arguments, std::size_t index) : arguments_(arguments), index_(index) {}

  template <class Member>
  // NOLINTNEXTLINE(google-explicit-constructor): it stands for any type of member
  operator Member() const {
    return convert(static_cast<Member*>(nullptr), opaque(arguments_[index_]));
  }

 private:
  template <class Number>
  static Number convert(Number*, std::uint64_t raw) {
    return static_cast<Number>(raw);
  }
  template <class T>
  static KernelPointer<T> convert(KernelPointer<T>*, std::uint64_t raw) {
    return {kernel::GivenByKernel{}, reinterpret_cast<const T*>(static_cast<std::uintptr_t>(raw))};
  }
  template <class T>
  static KernelAddress<T> convert(KernelAddress<T>*, std::uint64_t raw) {
    return KernelAddress<T>(reinterpret_cast<const T*>(static_cast<std::uintptr_t>(raw)));
  }

  const std::uint64_t* arguments_;
  std::size_t index_;
};

/// How many arguments a traced function can have: MAX_BPF_FUNC_ARGS in the kernel's linux/bpf.h.
inline constexpr std::size_t most_arguments = 12;

template <class Event, std::size_t... Indexes>
concept InitialisedBy = requires { Event{EventArgument(nullptr, Indexes)...}; };

template <class Event, std::size_t... Indexes>
consteval bool takes_arguments(std::index_sequence<Indexes...>) {
  return InitialisedBy<Event, Indexes...>;
}

/// How many members the event has.
template <class Event, std::size_t Tried = most_arguments>
consteval std::size_t member_count() {
  if constexpr (Tried == 0 || takes_arguments<Event>(std::make_index_sequence<Tried>()))
    return Tried;
  else
    return member_count<Event, Tried - 1>();
}

template <class Event, std::size_t... Indexes>
Event event_from(const std::uint64_t* arguments, std::index_sequence<Indexes...>) {
  return Event{EventArgument(arguments, Indexes)...};
}

/// The event as a BPF_PROG_TYPE_TRACING program gets it.
template <class Event>
Event event_from(const std::uint64_t* arguments) {
  return event_from<Event>(arguments, std::make_index_sequence<member_count<Event>()>());
}

}  // namespace detail::hook
}  // namespace ebpfxx
