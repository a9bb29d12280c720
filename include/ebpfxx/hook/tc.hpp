#pragma once

#include <ebpfxx/context/tc.hpp>
#include <ebpfxx/detail/fixed_string.hpp>

namespace ebpfxx {

/// Packets of an interface at its clsact queueing discipline (net/sched/cls_bpf.c): what it has received, before the
/// protocols see it, and what it is about to send. Data starts at the Ethernet header.
struct Tc {
  /// tc_cls_act_is_valid_access in net/core/filter.c.
  struct Rights {
    static constexpr bpf_prog_type program_type = BPF_PROG_TYPE_SCHED_CLS;
    static constexpr PacketStart start = PacketStart::Ethernet;
    static constexpr PacketMargins margins{.headroom = 64, .tailroom = 64};
    static constexpr SkbFields readable{
        SkbField::length,       SkbField::packet_type,     SkbField::mark,     SkbField::queue_mapping,
        SkbField::protocol,     SkbField::vlan_present,    SkbField::vlan_tci, SkbField::vlan_protocol,
        SkbField::priority,     SkbField::ingress_ifindex, SkbField::ifindex,  SkbField::tc_index,
        SkbField::hash,         SkbField::tc_classid,      SkbField::napi_id,  SkbField::wire_length,
        SkbField::gso_segments, SkbField::gso_size,        SkbField::control};
    static constexpr SkbFields writable{SkbField::mark,     SkbField::queue_mapping, SkbField::priority,
                                        SkbField::tc_index, SkbField::tc_classid,    SkbField::control};
  };

  /// Packets that arrive.
  struct Ingress {
    static constexpr FixedString name{"Tc::Ingress"};
    static constexpr FixedString section{"tc"};
    using Packet = TcPacket<Rights>;
    using Input = Packet;
    using Verdict = TcVerdict;
  };

  /// Packets that leave.
  struct Egress {
    static constexpr FixedString name{"Tc::Egress"};
    static constexpr FixedString section{"tc"};
    using Packet = TcPacket<Rights>;
    using Input = Packet;
    using Verdict = TcVerdict;
  };
};

}  // namespace ebpfxx
