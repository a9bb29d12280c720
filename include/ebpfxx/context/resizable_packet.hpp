#pragma once

#include <linux/bpf.h>

#include <cstddef>
#include <cstdint>

#include <ebpfxx/context/encapsulation.hpp>
#include <ebpfxx/context/interface_side.hpp>
#include <ebpfxx/context/skb.hpp>

namespace ebpfxx {

/// A packet of a socket buffer that some hooks let grow and shrink: the part of SkbPacket that changes its length.
///
/// The kernel makes a packet at most 16,064 bytes long in this way (BPF_SKB_MAX_LEN in net/core/filter.c, with pages of
/// 4096 bytes), unless it is one of many segments; in constant evaluation it grows by no more than the hook's
/// `margins`.
template <class Rights>
class ResizablePacket : public SkbPacket<Rights> {
  using Base = SkbPacket<Rights>;

  static constexpr std::size_t most_bytes = 16064;
  static constexpr std::size_t most_adjusted = 0xfff;
  static constexpr std::size_t link_size = Rights::start == PacketStart::Ethernet ? 14 : 0;

 public:
  using Base::Base;

  /// Prepends `bytes` zeros, for the link header of a packet that has none (bpf_skb_change_head). The offset at which
  /// the kernel looks for the IP header does not change. Returns false, and changes nothing, when the packet would be
  /// too long. What was taken from the packet before is stale in every case.
  [[nodiscard]] constexpr bool change_head(std::uint32_t bytes) const
    requires(detail::kernel::Offers<Rights, BpfHelper::skb_change_head>)
  {
    if (on_device()) return call_helper<BpfHelper::skb_change_head>(this->raw(), bytes, 0) == 0;
    this->context().memory.move(0);
    if (!may_grow(bytes) || !grow_front(bytes)) return false;
    this->context().pushed += bytes;
    return true;
  }
  constexpr bool change_head(std::uint32_t bytes) const
      EBPFXX_REFUSE("packet-write",
                    "puts bytes in front of a packet that this hook only reads; use a hook that may, as Lwt::Xmit");

  /// Makes the packet `length` bytes long (bpf_skb_change_tail): cuts off its end, or appends bytes whose content is
  /// not defined. All of the packet is linear then, and it has no GSO segments any more. Returns false, and changes
  /// nothing, when
  ///
  /// - `length` is too long;
  /// - `push_encap` came before;
  /// - the packet would lose bytes in front of its transport header, or of its link header where the kernel does not
  ///   know the transport header (it does of packets that this machine sends). Some kernels (6.18.44) also
  ///   refuse to cut into a checksum that the device is to compute.
  ///
  /// What was taken from the packet before is stale in every case.
  [[nodiscard]] constexpr bool change_tail(std::uint32_t length) const
    requires(detail::kernel::Offers<Rights, BpfHelper::skb_change_tail>)
  {
    if (on_device()) return call_helper<BpfHelper::skb_change_tail>(this->raw(), length, 0) == 0;
    SkbContext& context = this->context();
    PacketMemory& memory = context.memory;
    const bool fits = length <= most_bytes && length >= least_length() && !context.encapsulated;
    memory.move(fits ? memory.size() : 0);
    const auto more = static_cast<std::ptrdiff_t>(length) - static_cast<std::ptrdiff_t>(memory.size());
    if (!fits || more > static_cast<std::ptrdiff_t>(memory.margins.tailroom)) return false;
    memory.reshape(memory.metadata, 0, more);
    context.len = length;
    context.gso_segs = context.gso_size = 0;
    return true;
  }
  constexpr bool change_tail(std::uint32_t length) const
      EBPFXX_REFUSE("packet-write",
                    "changes the length of a packet that this hook only reads; use a hook that may, as Lwt::Xmit");

  /// Adds `bytes` zeros behind a header of an IP packet, or removes as many bytes when `bytes` is negative
  /// (bpf_skb_adjust_room; options: Linux 5.8). The headers before them move. Returns false, and changes nothing, when
  ///
  /// - the packet is no IP packet, or `bytes` is more than 4095;
  /// - the packet would be too long, or lose a part of its IP header without options;
  /// - the packet has GSO segments that are not of TCP; those of UDP are taken with `fixed_gso`;
  /// - `options` has tunnel headers and `bytes` is negative or less than the link header inside, or the packet has a
  ///   tunnel already.
  ///
  /// What was taken from the packet before is stale in every case.
  [[nodiscard]] constexpr bool adjust_room(std::int32_t bytes, EncapsulationBehind header,
                                           const EncapsulationOptions& options = {}) const
    requires(detail::kernel::Offers<Rights, BpfHelper::skb_adjust_room>)
  {
    if (on_device())
      return call_helper<BpfHelper::skb_adjust_room>(this->raw(), bytes, static_cast<std::uint32_t>(header),
                                                     options.flags()) == 0;
    SkbContext& context = this->context();
    context.memory.move(0);
    const std::size_t count = static_cast<std::size_t>(bytes < 0 ? -std::int64_t{bytes} : bytes);
    const std::size_t ip_size = this->protocol() == EtherType::Ipv4 ? 20 : this->protocol() == EtherType::Ipv6 ? 40 : 0;
    if (ip_size == 0 || count > most_adjusted || !may_adjust_segments(options)) return false;
    const std::size_t ip_at = network_offset();
    const std::size_t before = ip_at + (header == EncapsulationBehind::IpHeader ? ip_size : 0);
    // The kernel moves it along only where it has taken it for the IP header.
    const bool transport_at_ip = context.transport_offset == ip_at;
    const bool done = bytes < 0 ? options.tunnel.flags() == 0 && take_behind(before, count, ip_at + ip_size)
                                : may_tunnel(options.tunnel, count) && make_room_behind(before, count);
    if (!done) return false;
    if (transport_at_ip) context.transport_offset = static_cast<std::uint32_t>(ip_at);
    if (context.gso_size != 0) detail::context::shrink_segments(context, options.fixed_gso ? 0 : bytes);
    enter_tunnel(options.tunnel);
    return true;
  }
  constexpr bool adjust_room(std::int32_t bytes, EncapsulationBehind header,
                             const EncapsulationOptions& options = {}) const
      EBPFXX_REFUSE("helper-hook", "adds bytes behind a header, which this hook cannot; use Tc::Ingress or Tc::Egress");

 protected:
  /// Outside the kernel: makes headroom a part of the packet; false without enough.
  constexpr bool grow_front(std::size_t bytes) const {
    SkbContext& context = this->context();
    if (bytes > context.memory.margins.headroom) return false;
    context.memory.reshape(context.memory.metadata, static_cast<std::ptrdiff_t>(bytes), 0);
    context.len += static_cast<std::uint32_t>(bytes);
    detail::context::move_transport_header(context, static_cast<std::ptrdiff_t>(bytes));
    return true;
  }

  constexpr void record_redirect(std::uint32_t ifindex, InterfaceSide side) const {
    this->context().redirected_ifindex = ifindex;
    this->context().redirect_flags = detail::context::redirect_flags(side);
  }

 private:
  /// Where the kernel takes the IP header to start.
  constexpr std::size_t network_offset() const { return link_size + this->context().pushed; }

  /// What `change_tail` leaves (__bpf_skb_min_len in net/core/filter.c).
  constexpr std::size_t least_length() const {
    const SkbContext& context = this->context();
    return context.transport_offset != 0 ? context.transport_offset : network_offset();
  }

  constexpr bool may_grow(std::size_t bytes) const {
    return this->context().gso_size != 0 || this->context().memory.size() + bytes <= most_bytes;
  }

  constexpr bool may_adjust_segments(const EncapsulationOptions& options) const {
    const SkbContext& context = this->context();
    return context.gso_size == 0 || context.gso_type == GsoType::Tcp ||
           (context.gso_type == GsoType::Udp && options.fixed_gso);
  }

  constexpr bool may_tunnel(EncapsulationHeaders tunnel, std::size_t room) const {
    const bool is_one = tunnel.is_ipv4() || tunnel.is_ipv6();
    return !is_one || (!this->context().encapsulated && tunnel.inner_link_bytes() <= room);
  }

  constexpr void enter_tunnel(EncapsulationHeaders tunnel) const {
    if (!tunnel.is_ipv4() && !tunnel.is_ipv6()) return;
    SkbContext& context = this->context();
    context.encapsulated = true;
    if (tunnel.has_transport())
      context.transport_offset = static_cast<std::uint32_t>(network_offset() + (tunnel.is_ipv6() ? 40 : 20));
    context.protocol = detail::number::swap_to_network(
        static_cast<std::uint16_t>(tunnel.is_ipv6() ? EtherType::Ipv6 : EtherType::Ipv4));
  }

  constexpr bool make_room_behind(std::size_t before, std::size_t count) const {
    PacketMemory& memory = this->context().memory;
    if (memory.size() < before) return false;
    memory.move(before);
    if (!may_grow(count) || !grow_front(count)) return false;
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
    detail::context::move_transport_header(this->context(), -static_cast<std::ptrdiff_t>(count));
    return true;
  }
};

}  // namespace ebpfxx
