#pragma once

#include <cstddef>

#include <ebpfxx/context/skb.hpp>

namespace ebpfxx {

/// The packet of a hook that gives no view of a packet's memory: `parse` copies, in the same spelling, and what it
/// gives is a Copied. Otherwise an SkbPacket.
template <class Rights>
class CopiedPacket : public SkbPacket<Rights> {
  using Base = SkbPacket<Rights>;

 public:
  using Base::Base;

  /// A copy of the header at the start of the packet, linear or not, if all of it is in the packet
  /// (bpf_skb_load_bytes).
  template <PacketHeader Header>
  constexpr auto parse() const {
    return this->template load<Header>(0);
  }

  template <std::size_t Bytes = 0>
  constexpr PacketView<PacketAccess::ReadOnly, Bytes, Interval{}> bytes() const
      EBPFXX_REFUSE("packet-bounds",
                    "looks at the memory of a packet, which this hook does not show; copy with 'parse' or 'load'");
};

}  // namespace ebpfxx
