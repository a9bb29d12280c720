#pragma once

namespace ebpfxx {

/// A socket of the application, for `SocketFilter`, by its file descriptor. A socket has one filter at most. The kernel
/// interface is SO_ATTACH_BPF, without a link: the filter stays until it is detached or the socket is closed.
struct SocketDescriptor {
  /// Implicit, so that `attach(program, socket)` takes a descriptor.
  // NOLINTNEXTLINE(google-explicit-constructor): a descriptor is a target
  SocketDescriptor(int descriptor) : fd(descriptor) {}

  int fd;  ///< of a socket; it stays the caller's
};

}  // namespace ebpfxx
