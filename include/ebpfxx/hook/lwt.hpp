#pragma once

#include <ebpfxx/context/lwt.hpp>
#include <ebpfxx/detail/fixed_string.hpp>

namespace ebpfxx {

template <class Rights>
class Seg6Packet;

/// Lightweight tunnels: programs that a route runs on its packets (net/core/lwt_bpf.c, net/ipv6/seg6_local.c). Data
/// starts at the IP header.
struct Lwt {
  /// lwt_is_valid_access in net/core/filter.c.
  template <bpf_prog_type Type, class HookVerdict>
  struct Rights {
    using Verdict = HookVerdict;
    static constexpr bpf_prog_type program_type = Type;
    static constexpr PacketStart start = PacketStart::Ip;
    static constexpr PacketMargins margins{.headroom = 64, .tailroom = 64};
    static constexpr SkbFields readable{
        SkbField::length,   SkbField::packet_type,     SkbField::mark,         SkbField::queue_mapping,
        SkbField::protocol, SkbField::vlan_present,    SkbField::vlan_tci,     SkbField::vlan_protocol,
        SkbField::priority, SkbField::ingress_ifindex, SkbField::ifindex,      SkbField::tc_index,
        SkbField::hash,     SkbField::napi_id,         SkbField::gso_segments, SkbField::gso_size,
        SkbField::control};
    static constexpr SkbFields writable{SkbField::mark, SkbField::priority, SkbField::control};
  };

  /// Packets that arrive for the route, before they go on to a socket or are forwarded.
  struct In {
    static constexpr FixedString name{"Lwt::In"};
    static constexpr FixedString section{"lwt_in"};
    enum class Verdict {
      Ok = BPF_OK,
      Drop = BPF_DROP,
      Reroute = BPF_LWT_REROUTE,  ///< by the routing table again, for the packet as it is now
    };
    using Packet = LwtPacket<Rights<BPF_PROG_TYPE_LWT_IN, Verdict>>;
    using Input = Packet;
  };

  /// Packets that the route sends, before the rest of the output path.
  struct Out {
    static constexpr FixedString name{"Lwt::Out"};
    static constexpr FixedString section{"lwt_out"};
    enum class Verdict { Ok = BPF_OK, Drop = BPF_DROP };
    using Packet = LwtPacket<Rights<BPF_PROG_TYPE_LWT_OUT, Verdict>>;
    using Input = Packet;
  };

  /// Packets that the route is about to hand to the device; the only one of the three that may change them.
  struct Xmit {
    static constexpr FixedString name{"Lwt::Xmit"};
    static constexpr FixedString section{"lwt_xmit"};
    enum class Verdict {
      Ok = BPF_OK,
      Drop = BPF_DROP,
      Redirect = BPF_REDIRECT,    ///< where a `redirect` before has said
      Reroute = BPF_LWT_REROUTE,  ///< by the routing table again, for the packet as it is now
    };
    using Packet = LwtPacket<Rights<BPF_PROG_TYPE_LWT_XMIT, Verdict>>;
    using Input = Packet;
  };

  /// Packets with a segment routing header whose current segment is the route's IPv6 address (End.BPF). The kernel has
  /// made the next segment the destination before the program runs. CONFIG_IPV6_SEG6_BPF. Its packet is defined in
  /// <ebpfxx/context/seg6.hpp>.
  struct Seg6Local {
    static constexpr FixedString name{"Lwt::Seg6Local"};
    static constexpr FixedString section{"lwt_seg6local"};
    enum class Verdict {
      Ok = BPF_OK,  ///< on to the next segment
      Drop = BPF_DROP,
      Redirect = BPF_REDIRECT,  ///< where `forward_to`, `look_up_in` or `decapsulate_into` before has said
    };
    using Packet = Seg6Packet<Rights<BPF_PROG_TYPE_LWT_SEG6LOCAL, Verdict>>;
    using Input = Packet;
  };
};

}  // namespace ebpfxx
