#pragma once

#include <ebpfxx/context/xdp.hpp>
#include <ebpfxx/detail/fixed_string.hpp>

namespace ebpfxx {

/// Frames that an interface receives, before the kernel does anything with them (net/core/dev.c, and drivers). In
/// driver mode the driver runs the program, before there is a socket buffer. Frames with fragments (a large MTU, or
/// receive offloads) are refused by the kernel at attach or copied: take them with `Xdp::Fragments`.
struct Xdp {
  /// xdp_is_valid_access in net/core/filter.c.
  template <bool Fragments>
  struct Rights {
    static constexpr bpf_prog_type program_type = BPF_PROG_TYPE_XDP;
    static constexpr PacketStart start = PacketStart::Ethernet;
    /// Programs of this hook take packets in several parts.
    static constexpr bool fragments = Fragments;
    static constexpr XdpFields readable{XdpField::ingress_ifindex, XdpField::rx_queue_index};
  };

  static constexpr FixedString name{"Xdp"};
  static constexpr FixedString section{"xdp"};
  using Packet = XdpPacket<Rights<false>>;
  using Input = Packet;
  using Verdict = XdpVerdict;

  /// The same, for frames that may have fragments; views see the first part of those (Linux 5.18, and the driver).
  struct Fragments {
    static constexpr FixedString name{"Xdp::Fragments"};
    static constexpr FixedString section{"xdp.frags"};
    using Packet = XdpPacket<Rights<true>>;
    using Input = Packet;
    using Verdict = XdpVerdict;
  };
};

}  // namespace ebpfxx
