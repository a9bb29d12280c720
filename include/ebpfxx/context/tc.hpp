#pragma once

#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>

#include <ebpfxx/context/resizable_packet.hpp>
#include <ebpfxx/context/skb_vlan.hpp>
#include <ebpfxx/net/vlan_tag.hpp>

namespace ebpfxx {

/// What becomes of a packet (TC_ACT_* of linux/pkt_cls.h). Filters work in direct-action mode, where the kernel knows
/// only these and takes the other actions of tc for Unspecified (cls_bpf_exec_opcode in net/sched/cls_bpf.c).
enum class TcVerdict {
  Unspecified = TC_ACT_UNSPEC,  ///< as the next filter says
  Ok = TC_ACT_OK,               ///< goes on; later filters are not asked
  Drop = TC_ACT_SHOT,
  Stolen = TC_ACT_STOLEN,      ///< dropped, but not counted as dropped
  Trap = TC_ACT_TRAP,          ///< to the CPU where hardware works the filter; in software as Stolen
  Redirect = TC_ACT_REDIRECT,  ///< where a `redirect` before has said
};

/// What a change to a packet means for a checksum of TCP or UDP (flags of bpf_l4_csum_replace).
enum class L4Checksum : std::uint64_t {
  Payload = 0,
  PseudoHeader = BPF_F_PSEUDO_HDR,                            ///< an address of the IP header
  Udp = BPF_F_MARK_MANGLED_0,                                 ///< 0 is no checksum, and stays
  UdpPseudoHeader = BPF_F_PSEUDO_HDR | BPF_F_MARK_MANGLED_0,  ///< both
};

/// A field that a checksum covers, as it is in the packet: a port, an IPv4 address.
template <class Field>
concept ChecksummedField = PacketHeader<Field> && (sizeof(Field) == 2 || sizeof(Field) == 4);

namespace detail::context {

/// The bytes of a field as the number that a load from the packet gives.
template <ChecksummedField Field>
constexpr std::uint64_t number_of(Field field) {
  return std::bit_cast<std::conditional_t<sizeof(Field) == 2, std::uint16_t, std::uint32_t>>(field);
}

}  // namespace detail::context

/// The packet that a tc hook hands to a program: that of ResizablePacket, from its Ethernet header on, which may be
/// sent elsewhere and may carry a VLAN tag beside its bytes.
///
/// A single tag of a frame that comes in is not in the bytes but here (skb_vlan_untag in net/core/skbuff.c); of
/// two, the inner one is in the bytes.
template <class Rights>
class TcPacket : public ResizablePacket<Rights> {
  using Base = ResizablePacket<Rights>;
  using Base::raw;

 public:
  using Base::Base;

  /// The VLAN tag beside the bytes, if there is one.
  constexpr std::optional<VlanTag> vlan_tag() const {
    if (this->vlan_present() == 0) return std::nullopt;
    return VlanTag{this->vlan_protocol(), static_cast<std::uint16_t>(this->vlan_tci())};
  }

  /// Tags the packet; a tag that is there moves into the bytes (bpf_skb_vlan_push). False when the kernel has no
  /// memory. What was taken from the packet before is stale either way.
  [[nodiscard]] constexpr bool push_vlan(VlanTag tag) const {
    if (on_device())
      return call_helper<BpfHelper::skb_vlan_push>(
                 raw(), detail::number::swap_to_network(static_cast<std::uint16_t>(tag.protocol)),
                 tag.control_information) == 0;
    this->context().memory.move(0);
    return detail::context::SkbVlan(this->context()).push(tag);
  }

  /// Takes the outer tag away; the next one, if there is one, moves from the bytes to where the outer one was
  /// (bpf_skb_vlan_pop). True also when there is no tag. What was taken from the packet before is stale either way.
  [[nodiscard]] constexpr bool pop_vlan() const {
    if (on_device()) return call_helper<BpfHelper::skb_vlan_pop>(raw()) == 0;
    this->context().memory.move(0);
    return detail::context::SkbVlan(this->context()).pop();
  }

  /// Corrects the IPv4 header's checksum, `offset` bytes into the packet, after `before` in the header became `after`
  /// (bpf_l3_csum_replace). False when the packet ends before it does. What was taken from the packet before is stale
  /// either way.
  template <ChecksummedField Field>
  EBPFXX_ANNOTATE(EBPFXX_ABI_WRITES_CHECKSUM)
  [[nodiscard]] constexpr bool replace_l3_checksum(std::uint32_t offset, Field before, Field after) const {
    if (!on_device()) return replace_checksum(offset, before, after, false);
    return call_helper<BpfHelper::l3_csum_replace>(raw(), offset, detail::context::number_of(before),
                                                   detail::context::number_of(after), sizeof(Field)) == 0;
  }

  /// Corrects the checksum of TCP or UDP, `offset` bytes into the packet, after `before` became `after`: in their
  /// header or payload, or, with `L4Checksum::PseudoHeader`, in an address of the IP header (bpf_l4_csum_replace). Also
  /// right where the kernel has left the checksum to the device. False when the packet ends before it does. What was
  /// taken from the packet before is stale either way.
  template <ChecksummedField Field>
  EBPFXX_ANNOTATE(EBPFXX_ABI_WRITES_CHECKSUM)
  [[nodiscard]] constexpr bool replace_l4_checksum(std::uint32_t offset, Field before, Field after,
                                                   L4Checksum kind = L4Checksum::Payload) const {
    const std::uint64_t flags = static_cast<std::uint64_t>(kind);
    if (!on_device()) return replace_checksum(offset, before, after, (flags & BPF_F_MARK_MANGLED_0) != 0);
    return call_helper<BpfHelper::l4_csum_replace>(raw(), offset, detail::context::number_of(before),
                                                   detail::context::number_of(after), flags | sizeof(Field)) == 0;
  }

  /// The verdict that sends the packet to another interface, by index, of the same network namespace, as if it had been
  /// sent there, or received there (bpf_redirect).
  [[nodiscard]] constexpr TcVerdict redirect(std::uint32_t ifindex, InterfaceSide side = InterfaceSide::Egress) const {
    if (on_device())
      return static_cast<TcVerdict>(call_helper<BpfHelper::redirect>(ifindex, detail::context::redirect_flags(side)));
    this->record_redirect(ifindex, side);
    return TcVerdict::Redirect;
  }

  /// Sends a copy of the packet to another interface at once; the verdict still decides on the packet itself. False
  /// when the kernel does not take it (bpf_clone_redirect). What was taken from the packet before is stale either way.
  [[nodiscard]] constexpr bool clone_redirect(std::uint32_t ifindex, InterfaceSide side = InterfaceSide::Egress) const {
    if (on_device())
      return call_helper<BpfHelper::clone_redirect>(raw(), ifindex, detail::context::redirect_flags(side)) == 0;
    this->context().memory.move(0);
    this->record_redirect(ifindex, side);
    return true;
  }

  /// The metadata that an Xdp program has put before the packet; none of its bytes is proven. Empty behind Tc::Ingress.
  constexpr auto metadata() const {
    using Bytes = detail::packet::Cursor<PacketAccess::ReadWrite>;
    using View = PacketView<PacketAccess::ReadWrite, 0, Interval{}>;
    if (on_device())
      return View(Bytes{reinterpret_cast<std::uint8_t*>(static_cast<std::uintptr_t>(raw()->data_meta)),
                        reinterpret_cast<std::uint8_t*>(static_cast<std::uintptr_t>(raw()->data))});
    std::uint8_t* const end = this->context().memory.data;
    return View(Bytes{end - this->context().memory.metadata, end});
  }

  /// Nanoseconds: on egress when the packet is to be sent (CLOCK_MONOTONIC, for a queueing discipline that looks at
  /// it), on ingress when it came (CLOCK_REALTIME); 0: not known.
  constexpr std::uint64_t timestamp() const {
    if (on_device()) return raw()->tstamp;
    return this->context().tstamp;
  }
  /// Sets what `timestamp` gives, in nanoseconds of the same clock.
  constexpr void set_timestamp(std::uint64_t nanoseconds) const {
    if (on_device())
      raw()->tstamp = nanoseconds;
    else
      this->context().tstamp = nanoseconds;
  }

 private:
  // RFC 1624, equation 3, over the words that change.
  template <class Field>
  constexpr bool replace_checksum(std::uint32_t offset, Field before, Field after, bool zero_is_none) const {
    PacketMemory& memory = this->context().memory;
    memory.move(0);
    std::array<std::uint8_t, 2> bytes{};
    if (!memory.read(offset, bytes)) return false;
    const unsigned checksum = static_cast<unsigned>(bytes[0] << 8 | bytes[1]);
    if (zero_is_none && checksum == 0) return true;
    unsigned sum = ~checksum & 0xffff;
    const auto from = detail::packet::bytes_of(before), to = detail::packet::bytes_of(after);
    for (std::size_t i = 0; i < sizeof(Field); i += 2)
      sum +=
          (~static_cast<unsigned>(from[i] << 8 | from[i + 1]) & 0xffff) + static_cast<unsigned>(to[i] << 8 | to[i + 1]);
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
    unsigned replaced = ~sum & 0xffff;
    if (zero_is_none && replaced == 0) replaced = 0xffff;
    bytes = {static_cast<std::uint8_t>(replaced >> 8), static_cast<std::uint8_t>(replaced)};
    return memory.write(offset, bytes);
  }
};

}  // namespace ebpfxx
