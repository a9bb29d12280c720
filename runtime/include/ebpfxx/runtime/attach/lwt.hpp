#pragma once

#include <cstddef>

#include <ebpfxx/hook/lwt.hpp>
#include <ebpfxx/runtime/program_handle.hpp>
#include <ebpfxx/runtime/route_attach.hpp>

namespace ebpfxx {

namespace detail {

template <std::size_t RouteHook>
struct RouteAttaching {
  template <class Hook>
  static Link attach(const ProgramHandle<Hook>& program, const Route& route) {
    return attach_to_route(route, {RouteHook, program.fd(), program.id(), program.name()});
  }
};

}  // namespace detail

template <>
struct Attaching<Lwt::In> : detail::RouteAttaching<LWT_BPF_IN> {};
template <>
struct Attaching<Lwt::Out> : detail::RouteAttaching<LWT_BPF_OUT> {};
template <>
struct Attaching<Lwt::Xmit> : detail::RouteAttaching<LWT_BPF_XMIT> {};
template <>
struct Attaching<Lwt::Seg6Local> : detail::RouteAttaching<detail::seg6_hook> {};

}  // namespace ebpfxx
