#pragma once

#include <string>

#include <ebpfxx/hook/lwt.hpp>
#include <ebpfxx/runtime/attach/target/route.hpp>
#include <ebpfxx/runtime/program_handle.hpp>

namespace ebpfxx {

namespace detail {

/// The hooks of a route.
enum class RouteHook { In, Out, Xmit, Seg6Local };

/// Attaches a loaded program to a route. Throws Error.
Link attach_to_route(const Route& route, RouteHook hook, int program, const std::string& name);

/// Attaches programs to a route.
template <RouteHook Where>
struct RouteAttaching {
  /// Throws Error when the kernel refuses. The Link takes the program off the route at its end.
  template <class Hook>
  static Link attach(const ProgramHandle<Hook>& program, const Route& route) {
    return attach_to_route(route, Where, program.fd(), program.name());
  }
};

}  // namespace detail

template <>
struct Attaching<Lwt::In> : detail::RouteAttaching<detail::RouteHook::In> {};
template <>
struct Attaching<Lwt::Out> : detail::RouteAttaching<detail::RouteHook::Out> {};
template <>
struct Attaching<Lwt::Xmit> : detail::RouteAttaching<detail::RouteHook::Xmit> {};
template <>
struct Attaching<Lwt::Seg6Local> : detail::RouteAttaching<detail::RouteHook::Seg6Local> {};

}  // namespace ebpfxx
