#pragma once

#include <linux/perf_event.h>

#include <cerrno>
#include <optional>
#include <string>
#include <utility>

#include <ebpfxx/error.hpp>
#include <ebpfxx/hook/tracepoint.hpp>
#include <ebpfxx/runtime/event_attachment.hpp>
#include <ebpfxx/runtime/perf_event.hpp>
#include <ebpfxx/runtime/program_handle.hpp>
#include <ebpfxx/runtime/trace_files.hpp>

namespace ebpfxx {

/// `object[on_switch].attach()`: from then on the program runs at each hit of the tracepoint, on every CPU. Needs a
/// mounted tracefs, where the kernel keeps the numbers of its tracepoints.
template <FixedString Category, FixedString Name>
struct Attaching<Tracepoint<Category, Name>> {
  static Link attach(const ProgramHandle<Tracepoint<Category, Name>>& program) {
    const std::string category = Category.text, name = Name.text;
    detail::EventPlace place{program.name(), "tracepoint", category + "/" + name,
                             "tracepoint:" + category + ":" + name};
    perf_event_attr event{};
    event.type = PERF_TYPE_TRACEPOINT;
    event.config = number_of(category + "/" + name, place.attempt());
    // Programs hang on the tracepoint itself (perf_event_attach_bpf_prog in kernel/trace/bpf_trace.c): one CPU's event
    // stands for all.
    detail::FileDescriptor link = detail::link_to_perf_event(event, -1, 0, program.fd(), place.attempt(), name);
    return detail::event_link(std::move(place), std::move(link));
  }

 private:
  static std::uint64_t number_of(const std::string& tracepoint, const std::string& attempt) {
    const std::optional<std::string> folder = detail::trace_folder();
    if (!folder)
      throw Error(ENOENT, {.attempt = attempt,
                           .name = tracepoint,
                           .reason = "no tracefs is mounted",
                           .advice = "mount -t tracefs tracefs /sys/kernel/tracing"});
    int error = 0;
    const std::optional<std::uint64_t> number = detail::tracepoint_number(*folder, tracepoint, error);
    if (!number)
      throw Error(error, {.attempt = attempt,
                          .name = tracepoint,
                          .reason = error == ENOENT ? "this kernel has no such tracepoint" : ""});
    return *number;
  }
};

}  // namespace ebpfxx
