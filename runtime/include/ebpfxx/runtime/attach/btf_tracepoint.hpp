#pragma once

#include <string>

#include <ebpfxx/hook/btf_tracepoint.hpp>
#include <ebpfxx/runtime/program_handle.hpp>

namespace ebpfxx {

namespace detail::attach {

/// Attaches a loaded program to the BTF tracepoint it was loaded for. Throws Error.
Link attach_to_btf_tracepoint(const std::string& tracepoint, int program, const std::string& name);

}  // namespace detail::attach

/// `object[on_switch].attach()`: from then on the program runs at each hit of the tracepoint, on every CPU.
template <FixedString Name>
struct AttachTraits<BtfTracepoint<Name>> {
  static Link attach(const ProgramHandle<BtfTracepoint<Name>>& program) {
    return detail::attach::attach_to_btf_tracepoint(Name.text, program.fd(), program.name());
  }
};

}  // namespace ebpfxx
