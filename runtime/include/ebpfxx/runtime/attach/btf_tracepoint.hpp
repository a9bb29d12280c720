#pragma once

#include <bpf/bpf.h>

#include <cerrno>
#include <string>
#include <utility>

#include <ebpfxx/error.hpp>
#include <ebpfxx/hook/btf_tracepoint.hpp>
#include <ebpfxx/runtime/capabilities.hpp>
#include <ebpfxx/runtime/event_attachment.hpp>
#include <ebpfxx/runtime/program_handle.hpp>

namespace ebpfxx {

/// `object[on_switch].attach()`: from then on the program runs at each hit of the tracepoint, on every CPU.
template <FixedString Name>
struct Attaching<BtfTracepoint<Name>> {
  static Link attach(const ProgramHandle<BtfTracepoint<Name>>& program) {
    const std::string name = Name.text;
    detail::EventPlace place{program.name(), "tracepoint", name, "btf_tracepoint:" + name};
    // The tracepoint is part of the loaded program, so no name is given here (BPF_RAW_TRACEPOINT_OPEN).
    detail::FileDescriptor link(bpf_raw_tracepoint_open(nullptr, program.fd()));
    const int number = errno;
    if (!link.valid())
      throw Error(number, {.attempt = place.attempt(),
                           .name = name,
                           .advice = number == EPERM ? detail::missing_rights({detail::bpf, detail::perfmon}) : ""});
    return detail::event_link(std::move(place), std::move(link));
  }
};

}  // namespace ebpfxx
