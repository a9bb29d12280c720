#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "network.hpp"

namespace ebpfxx::test {

/// An IPv4 or IPv6 address with a port, for the socket calls.
struct Endpoint {
  sockaddr_storage storage{};
  socklen_t size = 0;

  Endpoint(const std::string& address, std::uint16_t port) {
    if (address.find(':') == std::string::npos) {
      auto& ipv4 = reinterpret_cast<sockaddr_in&>(storage);
      ipv4.sin_family = AF_INET;
      ipv4.sin_port = htons(port);
      inet_pton(AF_INET, address.c_str(), &ipv4.sin_addr);
      size = sizeof ipv4;
    } else {
      auto& ipv6 = reinterpret_cast<sockaddr_in6&>(storage);
      ipv6.sin6_family = AF_INET6;
      ipv6.sin6_port = htons(port);
      inet_pton(AF_INET6, address.c_str(), &ipv6.sin6_addr);
      size = sizeof ipv6;
    }
  }

  int family() const { return storage.ss_family; }
  const sockaddr* address() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

/// A socket in a namespace.
class Socket {
 public:
  Socket(const NetworkNamespace& place, int family, int type, int protocol = 0)
      : descriptor_(place.run([&] { return socket(family, type | SOCK_CLOEXEC, protocol); })) {
    if (!descriptor_.valid()) throw std::system_error(errno, std::generic_category(), "cannot make a socket");
  }

  int fd() const { return descriptor_.fd(); }

  void bind(const Endpoint& endpoint) const {
    int reuse = 1;
    setsockopt(fd(), SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse);
    if (::bind(fd(), endpoint.address(), endpoint.size) != 0)
      throw std::system_error(errno, std::generic_category(), "cannot bind a socket");
  }

  bool readable(int milliseconds) const {
    pollfd wanted{fd(), POLLIN, 0};
    return poll(&wanted, 1, milliseconds) > 0;
  }

 private:
  detail::os::FileDescriptor descriptor_;
};

/// Counts the datagrams that arrive at a port.
class UdpReceiver {
 public:
  UdpReceiver(const NetworkNamespace& place, const std::string& address, std::uint16_t port)
      : socket_(place, Endpoint(address, port).family(), SOCK_DGRAM) {
    socket_.bind(Endpoint(address, port));
  }

  /// The sizes of what has arrived, until nothing more comes or `expected` are there.
  std::vector<std::size_t> receive(std::size_t expected) const {
    std::vector<std::size_t> sizes;
    std::vector<char> buffer(65536);
    // What was dropped never comes, so an empty wait is the answer; what passes arrives within microseconds.
    while (sizes.size() < expected && socket_.readable(expected_soon_ms)) {
      ssize_t size = recv(socket_.fd(), buffer.data(), buffer.size(), 0);
      if (size >= 0) sizes.push_back(static_cast<std::size_t>(size));
    }
    return sizes;
  }

 private:
  static constexpr int expected_soon_ms = 500;
  Socket socket_;
};

/// Sends datagrams. A program that drops on the way out makes the call itself fail; that counts as sent.
class UdpSender {
 public:
  UdpSender(const NetworkNamespace& place, const std::string& source)
      : socket_(place, Endpoint(source, 0).family(), SOCK_DGRAM) {
    socket_.bind(Endpoint(source, 0));
  }

  void send(const std::string& address, std::uint16_t port, std::size_t bytes, int times = 1) const {
    Endpoint endpoint(address, port);
    std::vector<char> payload(bytes, 'x');
    while (times-- > 0) sendto(socket_.fd(), payload.data(), payload.size(), 0, endpoint.address(), endpoint.size);
  }

 private:
  Socket socket_;
};

/// Listens on a TCP port; the kernel completes connections by itself.
class TcpListener {
 public:
  TcpListener(const NetworkNamespace& place, const std::string& address, std::uint16_t port)
      : socket_(place, Endpoint(address, port).family(), SOCK_STREAM) {
    socket_.bind(Endpoint(address, port));
    listen(socket_.fd(), 16);
  }

  /// Whether a connection has come in, or comes as soon as the last packet of the handshake does.
  bool connected() const { return socket_.readable(100); }

  /// What the next connection brings: `size` bytes, or what has come when nothing more does.
  std::string receive(std::size_t size) const {
    constexpr int expected_soon_ms = 2000;
    if (!socket_.readable(expected_soon_ms)) return {};
    const detail::os::FileDescriptor connection(accept(socket_.fd(), nullptr, nullptr));
    std::string text(size, '\0');
    std::size_t received = 0;
    pollfd wanted{connection.fd(), POLLIN, 0};
    while (received < size && poll(&wanted, 1, expected_soon_ms) > 0) {
      const ssize_t more = recv(connection.fd(), text.data() + received, size - received, 0);
      if (more <= 0) break;
      received += static_cast<std::size_t>(more);
    }
    text.resize(received);
    return text;
  }

 private:
  Socket socket_;
};

/// Whether a TCP connection from `source` comes about within `milliseconds`.
inline bool tcp_connects(const NetworkNamespace& place, const std::string& source, const std::string& address,
                         std::uint16_t port, int milliseconds = 500) {
  Endpoint endpoint(address, port);
  Socket socket(place, endpoint.family(), SOCK_STREAM | SOCK_NONBLOCK);
  socket.bind(Endpoint(source, 0));
  if (connect(socket.fd(), endpoint.address(), endpoint.size) == 0) return true;
  if (errno != EINPROGRESS) return false;
  pollfd wanted{socket.fd(), POLLOUT, 0};
  if (poll(&wanted, 1, milliseconds) <= 0) return false;
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(socket.fd(), SOL_SOCKET, SO_ERROR, &error, &size);
  return error == 0;
}

/// Sends `text` over a TCP connection of its own, which lasts as long as the socket that is returned. Real TCP: the
/// kernel keeps the payload in fragments, not in the linear part.
[[nodiscard]] inline Socket send_over_tcp(const NetworkNamespace& place, const std::string& address, std::uint16_t port,
                                          const std::string& text) {
  Endpoint endpoint(address, port);
  Socket socket(place, endpoint.family(), SOCK_STREAM);
  if (connect(socket.fd(), endpoint.address(), endpoint.size) != 0)
    throw std::system_error(errno, std::generic_category(), "cannot connect to " + address);
  for (std::size_t sent = 0; sent < text.size();) {
    const ssize_t more = send(socket.fd(), text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (more <= 0) throw std::system_error(errno, std::generic_category(), "cannot send to " + address);
    sent += static_cast<std::size_t>(more);
  }
  return socket;
}

/// Sends and receives one datagram in each direction, so that both sides know each other's link addresses.
inline void introduce(const Network& network, const std::string& left, const std::string& right) {
  constexpr std::uint16_t port = 7;
  UdpReceiver at_right(network.right, right, port), at_left(network.left, left, port);
  for (int attempt = 0; attempt < 10; ++attempt) {
    UdpSender(network.left, left).send(right, port, 1);
    UdpSender(network.right, right).send(left, port, 1);
    if (!at_right.receive(1).empty() && !at_left.receive(1).empty()) return;
  }
  throw std::runtime_error(left + " and " + right + " do not hear each other");
}

}  // namespace ebpfxx::test
