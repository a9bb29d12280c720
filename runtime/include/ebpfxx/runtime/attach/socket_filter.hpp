#pragma once

#include <string>

#include <ebpfxx/hook/socket_filter.hpp>
#include <ebpfxx/runtime/attach/target/socket.hpp>
#include <ebpfxx/runtime/program_handle.hpp>

namespace ebpfxx {

namespace detail::attach {

/// Attaches a loaded program to a socket. Throws Error.
Link attach_to_socket(SocketDescriptor socket, int program, const std::string& name);

}  // namespace detail::attach

template <>
struct AttachTraits<SocketFilter> {
  /// To a socket of the application, which stays its owner: `object[filter].attach(socket)`.
  static Link attach(const ProgramHandle<SocketFilter>& program, SocketDescriptor socket) {
    return detail::attach::attach_to_socket(socket, program.fd(), program.name());
  }
};

}  // namespace ebpfxx
