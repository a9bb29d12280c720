#pragma once

#include <string>

#include <ebpfxx/hook/xdp.hpp>
#include <ebpfxx/runtime/attach/target/xdp_interface.hpp>
#include <ebpfxx/runtime/program_handle.hpp>

namespace ebpfxx {

namespace detail {

/// Attaches a loaded program to an interface. Throws Error.
Link attach_xdp(const XdpInterface& interface, int program, const std::string& name);

struct XdpAttaching {
  template <class Hook>
  static Link attach(const ProgramHandle<Hook>& program, const XdpInterface& interface) {
    return attach_xdp(interface, program.fd(), program.name());
  }
};

}  // namespace detail

template <>
struct Attaching<Xdp> : detail::XdpAttaching {};
template <>
struct Attaching<Xdp::Fragments> : detail::XdpAttaching {};

}  // namespace ebpfxx
