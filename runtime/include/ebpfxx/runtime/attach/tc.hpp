#pragma once

#include <string>

#include <ebpfxx/hook/tc.hpp>
#include <ebpfxx/runtime/attach/target/tc_interface.hpp>
#include <ebpfxx/runtime/program_handle.hpp>

namespace ebpfxx {

namespace detail::attach {

/// Where filters of a clsact queueing discipline hang.
enum class TcDirection : bool { Ingress, Egress };

/// Makes a loaded program a filter of an interface. Throws Error.
Link attach_tc(const TcInterface& interface, TcDirection direction, int program, const std::string& name);

/// Attaches programs to an interface's traffic control.
template <TcDirection Direction>
struct TcAttachTraits {
  /// Throws Error when the kernel refuses. The Link detaches the program at its end.
  template <class Hook>
  static Link attach(const ProgramHandle<Hook>& program, const TcInterface& interface) {
    return attach_tc(interface, Direction, program.fd(), program.name());
  }
};

}  // namespace detail::attach

template <>
struct AttachTraits<Tc::Ingress> : detail::attach::TcAttachTraits<detail::attach::TcDirection::Ingress> {};
template <>
struct AttachTraits<Tc::Egress> : detail::attach::TcAttachTraits<detail::attach::TcDirection::Egress> {};

}  // namespace ebpfxx
