#pragma once

#include <linux/bpf.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <ebpfxx/context/context_fields.hpp>
#include <ebpfxx/detail/device.hpp>
#include <ebpfxx/kernel/helper.hpp>
#include <ebpfxx/net/ip_protocol.hpp>
#include <ebpfxx/net/ipv4_address.hpp>
#include <ebpfxx/net/ipv6_address.hpp>
#include <ebpfxx/number/big_endian.hpp>

namespace ebpfxx {

/// AF_INET and AF_INET6 (socket(2)).
enum class AddressFamily : std::uint32_t { Ipv4 = 2, Ipv6 = 10 };

/// SOCK_STREAM and its likes (socket(2)).
enum class SocketType : std::uint32_t { Stream = 1, Datagram = 2, Raw = 3 };

/// The fields beside address and port that some hook lets a program see.
enum class ConnectionField {
#define EBPFXX_CONNECTION_FIELD(name, Type, member) name,
#include <ebpfxx/socket/connection_fields.inc>
#undef EBPFXX_CONNECTION_FIELD
};

/// A set of a connection's fields.
using ConnectionFields = ContextFields<ConnectionField>;

/// A connect(2) outside the kernel: where the application wants to go, and with which socket.
template <class Address>
struct ConnectionContext {
  Address destination{};              ///< what the socket is to be connected to
  BigEndian<std::uint16_t> port = 0;  ///< of the destination
  /// Of the socket.
  AddressFamily family = std::is_same_v<Address, Ipv4Address> ? AddressFamily::Ipv4 : AddressFamily::Ipv6;
  SocketType type = SocketType::Stream;   ///< of the socket
  IpProtocol protocol = IpProtocol::Tcp;  ///< of the socket
  std::uint64_t socket_cookie = 0;        ///< the kernel's number for the socket
};

/// The connect(2) that a hook hands to a program, as a handle: copies stand for the same one.
///
/// `Rights` says what the hook allows: its `program_type`, which decides on helpers; the type `Address` of the
/// destination; and the sets `readable` and `writable` of fields. Destination and port may be read and changed
/// everywhere; each other readable field is a member function of its name, as `connection.type()`.
template <class Rights>
class SocketConnection {
 public:
  using Address = typename Rights::Address;
  using Context = ConnectionContext<Address>;
  using Raw = bpf_sock_addr;

  static constexpr bpf_prog_type program_type = Rights::program_type;

  constexpr explicit SocketConnection(Context* context) : context_(context) {}

  /// The connect(2) as the kernel hands it over. Device only.
  explicit SocketConnection(bpf_sock_addr* context) : context_(reinterpret_cast<Context*>(context)) {}

  /// The address that the socket is to be connected to (user_ip4, user_ip6).
  constexpr Address destination() const {
    if (!on_device()) return context_->destination;
    if constexpr (std::is_same_v<Address, Ipv4Address>) {
      return std::bit_cast<Ipv4Address>(raw()->user_ip4);
    } else {
      const std::array<std::uint32_t, 4> words{raw()->user_ip6[0], raw()->user_ip6[1], raw()->user_ip6[2],
                                               raw()->user_ip6[3]};
      return std::bit_cast<Ipv6Address>(words);
    }
  }

  /// Sends the socket to another address. The application does not see it but by getpeername(2).
  constexpr void set_destination(const Address& address) const {
    if (!on_device()) {
      context_->destination = address;
    } else if constexpr (std::is_same_v<Address, Ipv4Address>) {
      raw()->user_ip4 = std::bit_cast<std::uint32_t>(address);
    } else {
      const auto words = std::bit_cast<std::array<std::uint32_t, 4>>(address);
      for (std::size_t i = 0; i < words.size(); ++i) raw()->user_ip6[i] = words[i];
    }
  }

  /// The port that the socket is to be connected to (user_port).
  constexpr BigEndian<std::uint16_t> port() const {
    if (!on_device()) return context_->port;
    return std::bit_cast<BigEndian<std::uint16_t>>(static_cast<std::uint16_t>(raw()->user_port));
  }

  /// Sends the socket to another port.
  constexpr void set_port(BigEndian<std::uint16_t> port) const {
    if (on_device())
      raw()->user_port = std::bit_cast<std::uint16_t>(port);
    else
      context_->port = port;
  }

  /// The number of the socket, which no other one has had since boot (bpf_get_socket_cookie; SO_COOKIE of socket(7)).
  constexpr std::uint64_t socket_cookie() const {
    static_assert(detail::kernel::Offers<Rights, BpfHelper::get_socket_cookie>);
    if (!on_device()) return context_->socket_cookie;
    return call_helper<BpfHelper::get_socket_cookie>(raw());
  }

#define EBPFXX_CONNECTION_FIELD(name, Type, member)                                                    \
  constexpr Type name() const                                                                          \
    requires(Rights::readable.has(ConnectionField::name))                                              \
  {                                                                                                    \
    if (on_device()) return static_cast<Type>(raw()->member);                                          \
    return context_->member;                                                                           \
  }                                                                                                    \
  constexpr Type name() const EBPFXX_REFUSE(                                                           \
      "context-field", "reads '" #name "', which this hook does not give; see the hook's 'readable'"); \
  constexpr void set_##name(Type value) const                                                          \
    requires(Rights::writable.has(ConnectionField::name))                                              \
  {                                                                                                    \
    if (on_device())                                                                                   \
      raw()->member = static_cast<std::uint32_t>(value);                                               \
    else                                                                                               \
      context_->member = value;                                                                        \
  }                                                                                                    \
  constexpr void set_##name(Type value) const EBPFXX_REFUSE(                                           \
      "context-field",                                                                                 \
      "writes '" #name "', which this hook does not let a program change; see the hook's 'writable'");
#include <ebpfxx/socket/connection_fields.inc>
#undef EBPFXX_CONNECTION_FIELD

 private:
  bpf_sock_addr* raw() const { return reinterpret_cast<bpf_sock_addr*>(context_); }

  Context* context_;
};

}  // namespace ebpfxx
