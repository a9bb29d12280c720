#pragma once

#include <string>

#include <ebpfxx/hook/perf_event.hpp>
#include <ebpfxx/runtime/attach/target/cpu_clock.hpp>
#include <ebpfxx/runtime/program_handle.hpp>

namespace ebpfxx {

namespace detail::attach {

/// Attaches a loaded program to the CPUs' clocks. Throws Error.
Link attach_to_cpu_clock(const CpuClock& clock, int program, const std::string& name);

}  // namespace detail::attach

/// `object[on_tick].attach(CpuClock(...))`. CPUs that come online later have no part in it.
template <>
struct AttachTraits<PerfEvent> {
  static Link attach(const ProgramHandle<PerfEvent>& program, const CpuClock& clock) {
    return detail::attach::attach_to_cpu_clock(clock, program.fd(), program.name());
  }
};

}  // namespace ebpfxx
