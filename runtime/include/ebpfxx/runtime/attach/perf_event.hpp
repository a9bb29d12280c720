#pragma once

#include <linux/perf_event.h>

#include <cerrno>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <ebpfxx/error.hpp>
#include <ebpfxx/hook/perf_event.hpp>
#include <ebpfxx/runtime/cpu_clock.hpp>
#include <ebpfxx/runtime/event_attachment.hpp>
#include <ebpfxx/runtime/online_cpus.hpp>
#include <ebpfxx/runtime/perf_event.hpp>
#include <ebpfxx/runtime/program_handle.hpp>

namespace ebpfxx {

/// `object[on_tick].attach(CpuClock(...))`. CPUs that come online later have no part in it.
template <>
struct Attaching<PerfEvent> {
  static Link attach(const ProgramHandle<PerfEvent>& program, const CpuClock& clock) {
    detail::EventPlace place{program.name(), "the CPU clock", clock.print(), "cpu_clock"};
    if (clock.period().count() <= 0)
      throw Error(EINVAL, {.attempt = place.attempt(), .reason = "a period is longer than nothing"});
    perf_event_attr event{};
    event.type = PERF_TYPE_SOFTWARE;
    event.config = PERF_COUNT_SW_CPU_CLOCK;
    event.exclude_idle = 1;
    event.sample_period = static_cast<std::uint64_t>(clock.period().count());
    const auto link_to = [&](int thread, int cpu) {
      return detail::link_to_perf_event(event, thread, cpu, program.fd(), place.attempt(), program.name());
    };
    std::vector<detail::FileDescriptor> links;
    if (clock.thread())
      links.push_back(link_to(*clock.thread(), -1));
    else
      for (const int cpu : detail::online_cpus()) links.push_back(link_to(-1, cpu));
    return detail::event_link(std::move(place), std::move(links));
  }
};

}  // namespace ebpfxx
