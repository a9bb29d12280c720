#pragma once

#include <ebpfxx/hook/socket_filter.hpp>
#include <ebpfxx/runtime/program_handle.hpp>
#include <ebpfxx/runtime/socket_attachment.hpp>

namespace ebpfxx {

template <>
struct Attaching<SocketFilter> {
  /// To a socket of the application, which stays its owner: `object[filter].attach(socket)`.
  static Link attach(const ProgramHandle<SocketFilter>& program, SocketDescriptor socket) {
    return detail::attach_to_socket(socket, program.fd(), program.name());
  }
};

}  // namespace ebpfxx
