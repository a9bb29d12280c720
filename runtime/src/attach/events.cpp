// Programs at tracepoints and at the CPUs' clocks.
#include <bpf/bpf.h>
#include <linux/perf_event.h>

#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <ebpfxx/error.hpp>
#include <ebpfxx/runtime/attach/btf_tracepoint.hpp>
#include <ebpfxx/runtime/attach/perf_event.hpp>
#include <ebpfxx/runtime/attach/tracepoint.hpp>

#include "../os/capabilities.hpp"
#include "../os/online_cpus.hpp"
#include "../os/perf_event.hpp"
#include "../os/trace_files.hpp"
#include "event_attachment.hpp"

namespace ebpfxx {

std::string to_text(const CpuClock& clock) {
  std::string text = "every " + std::to_string(clock.period_.count()) + " ns";
  if (clock.thread_) text += " of thread " + std::to_string(*clock.thread_);
  return text;
}

namespace detail::attach {
namespace {

std::uint64_t number_of_tracepoint(const std::string& tracepoint, const std::string& attempt) {
  const std::optional<std::string> folder = os::trace_folder();
  if (!folder)
    throw Error(ENOENT, {.attempt = attempt,
                         .name = tracepoint,
                         .reason = "no tracefs is mounted",
                         .advice = "mount -t tracefs tracefs /sys/kernel/tracing"});
  int error = 0;
  const std::optional<std::uint64_t> number = os::tracepoint_number(*folder, tracepoint, error);
  if (!number)
    throw Error(error, {.attempt = attempt,
                        .name = tracepoint,
                        .reason = error == ENOENT ? "this kernel has no such tracepoint" : ""});
  return *number;
}

}  // namespace

Link attach_to_tracepoint(const std::string& category, const std::string& tracepoint, int program,
                          const std::string& name) {
  EventTarget target{name, "tracepoint", category + "/" + tracepoint, "tracepoint:" + category + ":" + tracepoint};
  perf_event_attr event{};
  event.type = PERF_TYPE_TRACEPOINT;
  event.config = number_of_tracepoint(target.name, target.attempt());
  // Programs hang on the tracepoint itself (perf_event_attach_bpf_prog in kernel/trace/bpf_trace.c): one CPU's event
  // stands for all.
  os::FileDescriptor link = os::link_to_perf_event(event, -1, 0, program, target.attempt(), tracepoint);
  return event_link(std::move(target), std::move(link));
}

Link attach_to_btf_tracepoint(const std::string& tracepoint, int program, const std::string& name) {
  EventTarget target{name, "tracepoint", tracepoint, "btf_tracepoint:" + tracepoint};
  // The tracepoint is part of the loaded program, so no name is given here (BPF_RAW_TRACEPOINT_OPEN).
  os::FileDescriptor link(bpf_raw_tracepoint_open(nullptr, program));
  const int number = errno;
  if (!link.valid())
    throw Error(number, {.attempt = target.attempt(),
                         .name = tracepoint,
                         .advice = number == EPERM ? os::missing_rights({os::bpf, os::perfmon}) : ""});
  return event_link(std::move(target), std::move(link));
}

Link attach_to_cpu_clock(const CpuClock& clock, int program, const std::string& name) {
  EventTarget target{name, "the CPU clock", to_text(clock), "cpu_clock"};
  if (clock.period().count() <= 0)
    throw Error(EINVAL, {.attempt = target.attempt(), .reason = "a period is longer than nothing"});
  perf_event_attr event{};
  event.type = PERF_TYPE_SOFTWARE;
  event.config = PERF_COUNT_SW_CPU_CLOCK;
  event.exclude_idle = 1;
  event.sample_period = static_cast<std::uint64_t>(clock.period().count());
  const auto link_to = [&](int thread, int cpu) {
    return os::link_to_perf_event(event, thread, cpu, program, target.attempt(), name);
  };
  std::vector<os::FileDescriptor> links;
  if (clock.thread())
    links.push_back(link_to(*clock.thread(), -1));
  else
    for (const int cpu : os::online_cpus()) links.push_back(link_to(-1, cpu));
  return event_link(std::move(target), std::move(links));
}

}  // namespace detail::attach
}  // namespace ebpfxx
