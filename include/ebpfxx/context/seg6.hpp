#pragma once

#include <linux/bpf.h>
#include <linux/seg6_local.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include <ebpfxx/context/skb.hpp>
#include <ebpfxx/net/ip_protocol.hpp>
#include <ebpfxx/net/ipv6_address.hpp>
#include <ebpfxx/protocol/ipv6.hpp>
#include <ebpfxx/protocol/segment_routing.hpp>

namespace ebpfxx {

namespace detail::context {

/// Where a packet's segment routing header is, and how long it is, for runs outside the kernel.
struct Seg6Offsets {
  std::size_t offset, tlvs, end;

  /// The offset of a header behind the IPv6 header and its extensions (ipv6_find_hdr in net/ipv6/exthdrs_core.c).
  static constexpr std::optional<std::size_t> find(const PacketMemory& packet, IpProtocol wanted) {
    std::array<std::uint8_t, 2> bytes{};
    if (!packet.read(offsetof(Ipv6, next_header), std::span(bytes).first(1))) return std::nullopt;
    std::size_t offset = sizeof(Ipv6);
    auto next = static_cast<IpProtocol>(bytes[0]);
    while (next != wanted) {
      if (next != IpProtocol::HopByHop && next != IpProtocol::Routing && next != IpProtocol::DestinationOptions)
        return std::nullopt;
      if (!packet.read(offset, bytes)) return std::nullopt;
      next = static_cast<IpProtocol>(bytes[0]);
      offset += (bytes[1] + std::size_t{1}) * 8;
    }
    return offset;
  }

  static constexpr std::optional<Seg6Offsets> of(const PacketMemory& packet) {
    const std::optional<std::size_t> offset = find(packet, IpProtocol::Routing);
    std::array<std::uint8_t, sizeof(SegmentRouting)> bytes{};
    if (!offset || !packet.read(*offset, bytes)) return std::nullopt;
    const auto header = std::bit_cast<SegmentRouting>(bytes);
    return Seg6Offsets{*offset, *offset + header.tlv_offset().value(), *offset + header.header_length().value()};
  }
};

}  // namespace detail::context

/// The packet that a segment's program gets: that of SkbPacket, from its IPv6 header on, of whose segment routing
/// header it may change flags, tag and TLVs.
template <class Rights>
class Seg6Packet : public SkbPacket<Rights> {
  using Base = SkbPacket<Rights>;
  using Base::raw;

 public:
  using Base::Base;

  /// Puts `header` `offset` bytes into the packet; false, and nothing changes, unless all of it is the flags and the
  /// tag of the segment routing header, or within its TLVs, to which the kernel counts the last 8 bytes of the list
  /// (bpf_lwt_seg6_store_bytes). The kernel drops a packet whose TLVs do not end where the header does. What was taken
  /// from the packet before is stale.
  template <PacketHeader Header>
  EBPFXX_ANNOTATE(EBPFXX_ABI_WRITES_CHECKSUM)
  [[nodiscard]] constexpr bool store(std::uint32_t offset, const Header& header) const {
    if (on_device()) return call_helper<BpfHelper::lwt_seg6_store_bytes>(raw(), offset, &header, sizeof(Header)) == 0;
    PacketMemory& memory = this->context().memory;
    memory.move(0);
    const auto offsets = detail::context::Seg6Offsets::of(memory);
    if (!offsets) return false;
    const std::size_t end = std::size_t{offset} + sizeof(Header);
    // srh_tlvs there leaves out the 8 bytes before the list (net/core/filter.c).
    const bool in_tlvs = offset >= offsets->tlvs - sizeof(SegmentRouting) && end <= offsets->end;
    const bool in_flags =
        offset >= offsets->offset + offsetof(SegmentRouting, flags) && end <= offsets->offset + sizeof(SegmentRouting);
    return (in_tlvs || in_flags) && memory.write(offset, detail::packet::bytes_of(header));
  }

  /// Adds `Bytes` bytes for TLVs `offset` bytes into the packet, or removes as many when negative
  /// (bpf_lwt_seg6_adjust_srh). Returns false, and changes nothing, when the offset is neither among the TLVs nor at
  /// their end. The content of the new bytes is not defined: `store` TLVs there. The length in the IPv6 header changes
  /// at once, the one in the segment routing header at the end of the program (outside the kernel also at once). What
  /// was taken from the packet before is stale in every case.
  template <std::int32_t Bytes>
    requires(Bytes % 8 == 0)
  [[nodiscard]] constexpr bool adjust_tlvs(std::uint32_t offset) const {
    if (on_device()) return call_helper<BpfHelper::lwt_seg6_adjust_srh>(raw(), offset, Bytes) == 0;
    return adjust_memory(offset, Bytes);
  }
  template <std::int32_t Bytes>
  constexpr bool adjust_tlvs(std::uint32_t offset) const
      EBPFXX_REFUSE("packet-bounds",
                    "adjusts the TLVs by %0 bytes, the header's length counts 8 each; fill them up with padding",
                    Bytes);

  /// Sends the packet to a neighbour, where the next segment is routed otherwise (End.X). False when there is no way;
  /// true: return `Redirect` (bpf_lwt_seg6_action). What was taken from the packet before is stale either way.
  [[nodiscard]] constexpr bool forward_to(const Ipv6Address& next_hop) const {
    if (on_device()) return act(SEG6_LOCAL_ACTION_END_X, next_hop);
    return record({.action = SEG6_LOCAL_ACTION_END_X, .next_hop = next_hop});
  }

  /// Looks the next segment up in a routing table (End.T). False when it leads nowhere; true: return `Redirect`
  /// (bpf_lwt_seg6_action). What was taken from the packet before is stale either way.
  [[nodiscard]] constexpr bool look_up_in(std::uint32_t table) const {
    if (on_device()) return act(SEG6_LOCAL_ACTION_END_T, table);
    return record({.action = SEG6_LOCAL_ACTION_END_T, .table = table});
  }

  /// Takes the outer IPv6 header away with all that is before the inner one, which is looked up in a routing table
  /// (End.DT6). False when there is no inner one, or when it leads nowhere; true: return `Redirect`
  /// (bpf_lwt_seg6_action). What was taken from the packet before is stale either way.
  [[nodiscard]] constexpr bool decapsulate_into(std::uint32_t table) const {
    if (on_device()) return act(SEG6_LOCAL_ACTION_END_DT6, table);
    SkbContext& context = this->context();
    const auto inner = detail::context::Seg6Offsets::find(context.memory, IpProtocol::Ipv6);
    context.memory.move(inner.value_or(0));
    if (!inner || *inner > context.memory.linear_size()) return false;
    context.memory.reshape(0, -static_cast<std::ptrdiff_t>(*inner), 0);
    context.len -= static_cast<std::uint32_t>(*inner);
    return record({.action = SEG6_LOCAL_ACTION_END_DT6, .table = table});
  }

 private:
  template <class Parameter>
  bool act(std::uint32_t action, Parameter parameter) const {
    return call_helper<BpfHelper::lwt_seg6_action>(raw(), action, &parameter, sizeof parameter) == 0;
  }

  constexpr bool record(const Seg6Action& action) const {
    SkbContext& context = this->context();
    context.memory.move(0);
    if (!detail::context::Seg6Offsets::of(context.memory) && action.action != SEG6_LOCAL_ACTION_END_DT6) return false;
    context.seg6 = action;
    return true;
  }

  constexpr bool adjust_memory(std::size_t offset, std::int32_t bytes) const {
    PacketMemory& memory = this->context().memory;
    memory.move(0);
    const auto offsets = detail::context::Seg6Offsets::of(memory);
    const std::size_t gone = bytes < 0 ? static_cast<std::size_t>(-std::int64_t{bytes}) : 0;
    if (!offsets || offset < offsets->tlvs || offset + gone > offsets->end || memory.linear_size() < offsets->end)
      return false;
    if (bytes > 0 && memory.margins.headroom < static_cast<std::size_t>(bytes)) return false;
    // What is before `offset` moves, and the start of the packet with it.
    if (bytes < 0)
      for (std::size_t i = offset; i > 0; --i) memory.data[i - 1 + gone] = memory.data[i - 1];
    memory.reshape(0, bytes, 0);
    if (bytes > 0)
      for (std::size_t i = 0; i < offset; ++i) memory.data[i] = memory.data[i + static_cast<std::size_t>(bytes)];
    this->context().len += static_cast<std::uint32_t>(bytes);
    const auto payload = static_cast<std::uint16_t>(memory.size() - sizeof(Ipv6));
    memory.data[offsetof(Ipv6, payload_length)] = static_cast<std::uint8_t>(payload >> 8);
    memory.data[offsetof(Ipv6, payload_length) + 1] = static_cast<std::uint8_t>(payload);
    std::uint8_t& length = memory.data[offsets->offset + offsetof(SegmentRouting, extension_length)];
    length = static_cast<std::uint8_t>(length + bytes / 8);
    return true;
  }
};

}  // namespace ebpfxx
