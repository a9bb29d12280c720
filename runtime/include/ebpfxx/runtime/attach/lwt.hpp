#pragma once

#include <string>

#include <ebpfxx/hook/lwt.hpp>
#include <ebpfxx/runtime/attach/target/route.hpp>
#include <ebpfxx/runtime/program_handle.hpp>

namespace ebpfxx {

namespace detail::attach {

/// The hooks of a route.
enum class RouteHook { In, Out, Xmit, Seg6Local };

/// Attaches a loaded program to a route. Throws Error.
Link attach_to_route(const Route& route, RouteHook hook, int program, const std::string& name);

/// Attaches programs to a route.
template <RouteHook Where>
struct RouteAttachTraits {
  /// Throws Error when the kernel refuses. The Link takes the program off the route at its end.
  template <class Hook>
  static Link attach(const ProgramHandle<Hook>& program, const Route& route) {
    return attach_to_route(route, Where, program.fd(), program.name());
  }
};

}  // namespace detail::attach

template <>
struct AttachTraits<Lwt::In> : detail::attach::RouteAttachTraits<detail::attach::RouteHook::In> {};
template <>
struct AttachTraits<Lwt::Out> : detail::attach::RouteAttachTraits<detail::attach::RouteHook::Out> {};
template <>
struct AttachTraits<Lwt::Xmit> : detail::attach::RouteAttachTraits<detail::attach::RouteHook::Xmit> {};
template <>
struct AttachTraits<Lwt::Seg6Local> : detail::attach::RouteAttachTraits<detail::attach::RouteHook::Seg6Local> {};

}  // namespace ebpfxx
