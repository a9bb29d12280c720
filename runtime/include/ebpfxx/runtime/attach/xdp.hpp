#pragma once

#include <string>

#include <ebpfxx/hook/xdp.hpp>
#include <ebpfxx/runtime/attach/target/xdp_interface.hpp>
#include <ebpfxx/runtime/program_handle.hpp>

namespace ebpfxx {

namespace detail::attach {

/// Attaches a loaded program to an interface. Throws Error.
Link attach_xdp(const XdpInterface& interface, int program, const std::string& name);

/// Attaches programs to an interface.
struct XdpAttachTraits {
  /// Throws Error when the kernel refuses. The Link detaches the program at its end.
  template <class Hook>
  static Link attach(const ProgramHandle<Hook>& program, const XdpInterface& interface) {
    return attach_xdp(interface, program.fd(), program.name());
  }
};

}  // namespace detail::attach

template <>
struct AttachTraits<Xdp> : detail::attach::XdpAttachTraits {};
template <>
struct AttachTraits<Xdp::Fragments> : detail::attach::XdpAttachTraits {};

}  // namespace ebpfxx
