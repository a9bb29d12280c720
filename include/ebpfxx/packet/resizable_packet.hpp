#pragma once

#include <linux/bpf.h>

#include <cstddef>
#include <cstdint>

#include <ebpfxx/packet/interface_side.hpp>
#include <ebpfxx/packet/skb.hpp>

namespace ebpfxx {

/// What `adjust_room` makes room behind.
enum class RoomBehind : std::uint32_t {
  IpHeader = BPF_ADJ_ROOM_NET,    ///< the fixed part of it: 20 or 40 bytes
  LinkHeader = BPF_ADJ_ROOM_MAC,  ///< all that stands before the IP header
};

/// A packet of a socket buffer that some hooks let grow and shrink: the part of SkbPacket that changes its length.
///
/// The kernel makes a packet at most 16,064 bytes long in this way (BPF_SKB_MAX_LEN in net/core/filter.c, with pages of
/// 4096 bytes), unless it is one of many segments; in constant evaluation it grows by no more than the hook's `room`.
template <class Rights>
class ResizablePacket : public SkbPacket<Rights> {
  using Base = SkbPacket<Rights>;

  static constexpr std::size_t most_bytes = 16064;
  static constexpr std::size_t most_adjusted = 0xfff;
  static constexpr std::size_t link_size = Rights::start == PacketStart::Ethernet ? 14 : 0;

 public:
  using Base::Base;

  /// Puts `bytes` zeros in front of the packet, for a link header that a packet without one is to get; what the kernel
  /// takes for the packet's IP header stays where it was. False, and nothing changes, when the packet would be too long
  /// (bpf_skb_change_head). What was taken from the packet before is stale either way.
  [[nodiscard]] constexpr bool change_head(std::uint32_t bytes) const
    requires(detail::Offers<Rights, detail::Helper::skb_change_head>)
  {
    if (detail::on_device())
      return detail::call_helper<detail::Helper::skb_change_head, long, __sk_buff*, std::uint32_t, std::uint64_t>(
                 this->raw(), bytes, 0) == 0;
    this->context().memory.move(0);
    if (!grow_front(bytes)) return false;
    this->context().pushed += bytes;
    return true;
  }
  constexpr bool change_head(std::uint32_t bytes) const
      EBPFXX_REFUSE("packet-write",
                    "puts bytes in front of a packet that this hook only reads; use a hook that may, as Lwt::Xmit");

  /// Makes the packet `length` bytes long: the end goes, or bytes whose content is not defined come behind. All of it
  /// is linear then, and one packet, if it was many segments before. False, and nothing changes, when that would cut
  /// into the headers that the kernel knows of (outside the kernel: into the link header), is too long, or behind
  /// `push_encap` (bpf_skb_change_tail). What was taken from the packet before is stale either way.
  [[nodiscard]] constexpr bool change_tail(std::uint32_t length) const
    requires(detail::Offers<Rights, detail::Helper::skb_change_tail>)
  {
    if (detail::on_device())
      return detail::call_helper<detail::Helper::skb_change_tail, long, __sk_buff*, std::uint32_t, std::uint64_t>(
                 this->raw(), length, 0) == 0;
    SkbContext& context = this->context();
    PacketMemory& memory = context.memory;
    const bool fits = length <= most_bytes && length >= link_size + context.pushed && !context.encapsulated;
    memory.move(fits ? memory.size() : 0);
    const auto more = static_cast<std::ptrdiff_t>(length) - static_cast<std::ptrdiff_t>(memory.size());
    if (!fits || more > static_cast<std::ptrdiff_t>(memory.room.tail)) return false;
    memory.reshape(memory.metadata, 0, more);
    context.len = length;
    context.gso_segs = context.gso_size = 0;
    return true;
  }
  constexpr bool change_tail(std::uint32_t length) const
      EBPFXX_REFUSE("packet-write",
                    "changes the length of a packet that this hook only reads; use a hook that may, as Lwt::Xmit");

  /// Makes room for `bytes` bytes behind a header of an IP packet, filled with zeros, or takes as many away, if
  /// negative. The headers before it move, with what stands in them. False, and nothing changes, when the packet is no
  /// IP, for more than 4095 bytes, and when it would be too long or have no whole IP header left, without options
  /// (bpf_skb_adjust_room). What was taken from the packet before is stale either way.
  [[nodiscard]] constexpr bool adjust_room(std::int32_t bytes, RoomBehind place) const
    requires(detail::Offers<Rights, detail::Helper::skb_adjust_room>)
  {
    if (detail::on_device())
      return detail::call_helper<detail::Helper::skb_adjust_room, long, __sk_buff*, std::int32_t, std::uint32_t,
                                 std::uint64_t>(this->raw(), bytes, static_cast<std::uint32_t>(place), 0) == 0;
    this->context().memory.move(0);
    const std::size_t count = static_cast<std::size_t>(bytes < 0 ? -std::int64_t{bytes} : bytes);
    const std::size_t ip_size = this->protocol() == EtherType::Ipv4 ? 20 : this->protocol() == EtherType::Ipv6 ? 40 : 0;
    if (ip_size == 0 || count > most_adjusted) return false;
    const std::size_t ip_at = link_size + this->context().pushed;
    const std::size_t before = ip_at + (place == RoomBehind::IpHeader ? ip_size : 0);
    return bytes < 0 ? take_behind(before, count, ip_at + ip_size) : make_room_behind(before, count);
  }
  constexpr bool adjust_room(std::int32_t bytes, RoomBehind place) const
      EBPFXX_REFUSE("helper-hook", "makes room behind a header, which this hook cannot; use Tc::Ingress or Tc::Egress");

 protected:
  /// Outside the kernel: room in front of the packet, which becomes part of it; false without.
  constexpr bool grow_front(std::size_t bytes) const {
    SkbContext& context = this->context();
    if (context.gso_size == 0 && context.memory.size() + bytes > most_bytes) return false;
    if (bytes > context.memory.room.head) return false;
    context.memory.reshape(context.memory.metadata, static_cast<std::ptrdiff_t>(bytes), 0);
    context.len += static_cast<std::uint32_t>(bytes);
    return true;
  }

  constexpr void record_redirect(std::uint32_t ifindex, InterfaceSide side) const {
    this->context().redirected_ifindex = ifindex;
    this->context().redirect_flags = detail::redirect_flags(side);
  }

 private:
  constexpr bool make_room_behind(std::size_t before, std::size_t count) const {
    PacketMemory& memory = this->context().memory;
    if (memory.size() < before) return false;
    memory.move(before);
    if (!grow_front(count)) return false;
    for (std::size_t i = 0; i < before; ++i) memory.data[i] = memory.data[i + count];
    for (std::size_t i = 0; i < count; ++i) memory.data[before + i] = 0;
    return true;
  }

  constexpr bool take_behind(std::size_t before, std::size_t count, std::size_t least) const {
    PacketMemory& memory = this->context().memory;
    if (memory.size() < least + count) return false;
    memory.move(before + count);
    for (std::size_t i = before; i > 0; --i) memory.data[i - 1 + count] = memory.data[i - 1];
    memory.reshape(memory.metadata, -static_cast<std::ptrdiff_t>(count), 0);
    this->context().len -= static_cast<std::uint32_t>(count);
    return true;
  }
};

}  // namespace ebpfxx
