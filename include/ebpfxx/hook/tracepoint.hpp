#pragma once

#include <linux/bpf.h>

#include <ebpfxx/detail/fixed_string.hpp>
#include <ebpfxx/hook/tracepoint_event.hpp>

namespace ebpfxx {

/// A tracepoint of the kernel, with the record that it leaves for tracing tools; `Category` is its folder in
/// /sys/kernel/tracing/events:
///
///     inline constexpr Program<Tracepoint<"sched", "sched_switch">> on_switch =
///         [](Tracepoint<"sched", "sched_switch">::Event event) { count(event->prev_pid, event->next_pid); };
///
/// The record's fields are found by name, where the running kernel has them. The record says `TracepointRecord<Name>`,
/// from a header that `ebpfxx vmlinux` wrote or by hand; several tracepoints share the record of their event class.
/// Its first 8 bytes (`ent`) are not for programs. Programs return nothing. BPF_PROG_TYPE_TRACEPOINT, Linux 4.7.
template <FixedString Category, FixedString Name>
struct Tracepoint {
  static constexpr bpf_prog_type program_type = BPF_PROG_TYPE_TRACEPOINT;
  static constexpr FixedString name =
      concatenate(FixedString{"Tracepoint<\""}, Category, FixedString{"\", \""}, Name, FixedString{"\">"});
  static constexpr FixedString section = concatenate(FixedString{"tracepoint/"}, Category, FixedString{"/"}, Name);

  /// What a run outside the kernel is given.
  using Arguments = typename TracepointRecord<Name>::type;

  class Event {
   public:
    using Raw = const Arguments;

    /// The kernel's record, or the one of a run outside of it, which must live as long.
    constexpr explicit Event(Raw* record) : record_(record) {}
    constexpr explicit Event(Raw& record) : record_(&record) {}

    constexpr Raw* operator->() const { return record_; }

    /// The context as helpers take it.
    constexpr Raw* raw_context() const { return record_; }

   private:
    Raw* record_;
  };
  using Input = Event;
  using Verdict = void;
};

}  // namespace ebpfxx
