#pragma once

#include <linux/bpf.h>

#include <ebpfxx/detail/fixed_string.hpp>
#include <ebpfxx/socket/connection.hpp>

namespace ebpfxx {

/// What the sockets of a cgroup do (kernel/bpf/cgroup.c). A socket belongs to the cgroup that the process which
/// made it was in then, and to those above.
struct Cgroup {
  /// sock_addr_is_valid_access in net/core/filter.c.
  template <class DestinationAddress>
  struct Rights {
    static constexpr bpf_prog_type program_type = BPF_PROG_TYPE_CGROUP_SOCK_ADDR;
    using Address = DestinationAddress;
    static constexpr ConnectionFields readable{ConnectionField::family, ConnectionField::type,
                                               ConnectionField::protocol};
    static constexpr ConnectionFields writable{};
  };

  /// A connect(2) of an IPv4 socket: of TCP, or of UDP, which it gives a peer. Its destination may be changed.
  struct Connect4 {
    static constexpr FixedString name{"Cgroup::Connect4"};
    static constexpr FixedString section{"cgroup/connect4"};
    using Connection = SocketConnection<Rights<Ipv4Address>>;
    using Input = Connection;
    enum class Verdict {
      Deny = 0,  ///< connect(2) fails with EPERM
      Allow = 1,
    };
  };

  /// The same of an IPv6 socket. One that connects to an IPv4 address, mapped into IPv6, is here as well.
  struct Connect6 {
    static constexpr FixedString name{"Cgroup::Connect6"};
    static constexpr FixedString section{"cgroup/connect6"};
    using Connection = SocketConnection<Rights<Ipv6Address>>;
    using Input = Connection;
    using Verdict = Connect4::Verdict;
  };
};

}  // namespace ebpfxx
