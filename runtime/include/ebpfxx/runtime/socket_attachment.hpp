#pragma once

#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <memory>
#include <string>

#include <ebpfxx/error.hpp>
#include <ebpfxx/runtime/link.hpp>

namespace ebpfxx {

/// A socket of the application, for `SocketFilter`, by its file descriptor. A socket has one filter at most. The kernel
/// interface is SO_ATTACH_BPF, without a link: the filter stays until it is detached or the socket is closed.
struct SocketDescriptor {
  // NOLINTNEXTLINE(google-explicit-constructor): a descriptor is a place
  SocketDescriptor(int descriptor) : number(descriptor) {}

  int number;
};

namespace detail {

/// One program on one socket, for `Link`. It keeps no descriptor of its own, so that the application's close() closes
/// the socket; the kernel's cookie tells whether the number still means the same one.
class SocketAttachment final : public Attachment {
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

/// Attaches a loaded program to a socket; throws Error.
inline Link attach_to_socket(SocketDescriptor socket, int program, const std::string& name) {
  const std::string place = std::to_string(socket.number);
  const auto fail = [&](int number, std::string reason, std::string advice) {
    throw Error(number, {.attempt = "attach " + name + " to socket " + place,
                         .name = place,
                         .reason = std::move(reason),
                         .advice = std::move(advice)});
  };
  const std::uint64_t cookie = SocketAttachment::cookie_of(socket.number);
  if (cookie == 0) fail(errno, {}, errno == ENOTSOCK ? "give the descriptor of a socket" : "give an open socket");
  // The kernel would replace a filter that is there. It tells of a classic one how long it is, and refuses to tell of
  // another (sk_get_filter in net/core/filter.c).
  socklen_t length = 0;
  if (getsockopt(socket.number, SOL_SOCKET, SO_GET_FILTER, nullptr, &length) != 0 ? errno == EACCES : length > 0)
    fail(EBUSY, "it has a filter", "detach that first");
  if (setsockopt(socket.number, SOL_SOCKET, SO_ATTACH_BPF, &program, sizeof program) != 0)
    fail(errno, errno == EPERM ? "its filter is locked (SO_LOCK_FILTER)" : "", {});
  return Link(std::make_unique<SocketAttachment>(socket.number, cookie));
}

}  // namespace detail
}  // namespace ebpfxx
