#pragma once

#include <ebpfxx/hook/xdp.hpp>
#include <ebpfxx/runtime/program_handle.hpp>
#include <ebpfxx/runtime/xdp_attach.hpp>

namespace ebpfxx {

namespace detail {

struct XdpAttaching {
  template <class Hook>
  static Link attach(const ProgramHandle<Hook>& program, const XdpInterface& place) {
    return XdpAttach(place, program.fd(), program.name()).run();
  }
};

}  // namespace detail

template <>
struct Attaching<Xdp> : detail::XdpAttaching {};
template <>
struct Attaching<Xdp::Fragments> : detail::XdpAttaching {};

}  // namespace ebpfxx
