#pragma once

#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <memory>
#include <string>

#include <ebpfxx/error.hpp>
#include <ebpfxx/runtime/link.hpp>

namespace ebpfxx::detail::attach {

/// One program on one socket, for `Link`. It keeps no descriptor of its own, so that the application's close() closes
/// the socket; the kernel's cookie tells whether the number still means the same one.
class SocketAttachment final : public runtime::Attachment {
 public:
  SocketAttachment(int socket, std::uint64_t cookie) : socket_(socket), cookie_(cookie) {}

  /// The kernel's number for a socket, never used again; 0 and errno for what is no socket.
  static std::uint64_t cookie_of(int socket) {
    std::uint64_t cookie = 0;
    socklen_t size = sizeof cookie;
    return getsockopt(socket, SOL_SOCKET, SO_COOKIE, &cookie, &size) == 0 ? cookie : 0;
  }

  bool taken_over() const override { return false; }

  void detach() override {
    if (cookie_of(socket_) != cookie_) return;  // closed, and the filter with it
    const int unused = 0;
    if (setsockopt(socket_, SOL_SOCKET, SO_DETACH_BPF, &unused, sizeof unused) == 0 || errno == ENOENT) return;
    const int number = errno;
    throw Error(number, {.attempt = "detach a program from socket " + std::to_string(socket_),
                         .name = std::to_string(socket_),
                         .reason = number == EPERM ? "the filter is locked (SO_LOCK_FILTER)" : ""});
  }

  /// The filter stays as long as the socket.
  void keep() override {}

 private:
  int socket_;
  std::uint64_t cookie_;
};

}  // namespace ebpfxx::detail::attach
