#pragma once

#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <ebpfxx/packet/skb.hpp>
#include <ebpfxx/protocol/vlan_tag.hpp>

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

/// The side of an interface that a packet is sent to.
enum class InterfaceSide { Egress, Ingress };

/// The packet that a tc hook hands to a program: that of SkbPacket, from its Ethernet header on, which may be sent
/// elsewhere and may carry a VLAN tag beside its bytes.
///
/// A single tag of a frame that comes in does not stand in the bytes but here (skb_vlan_untag in net/core/skbuff.c); of
/// two, the inner one stands in the bytes.
template <class Rights>
class TcPacket : public SkbPacket<Rights> {
  using Base = SkbPacket<Rights>;
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
    const std::uint16_t protocol = detail::swap_to_network(static_cast<std::uint16_t>(tag.protocol));
    if (detail::on_device())
      return detail::call_helper<detail::Helper::skb_vlan_push, long, __sk_buff*, std::uint16_t, std::uint16_t>(
                 raw(), protocol, tag.control_information) == 0;
    SkbContext& context = this->context();
    context.memory.move(0);
    if (context.vlan_present != 0 && !push_into_bytes()) return false;
    set_tag(true, protocol, tag.control_information);
    return true;
  }

  /// Takes the outer tag away; the next one, if there is one, moves from the bytes to where the outer one was
  /// (bpf_skb_vlan_pop). True also when there is no tag. What was taken from the packet before is stale either way.
  [[nodiscard]] constexpr bool pop_vlan() const {
    if (detail::on_device()) return detail::call_helper<detail::Helper::skb_vlan_pop, long, __sk_buff*>(raw()) == 0;
    SkbContext& context = this->context();
    context.memory.move(0);
    if (context.vlan_present != 0)
      set_tag(false, 0, 0);
    else if (is_vlan(context.protocol) && !pop_from_bytes())
      return false;
    const auto outer = static_cast<std::uint16_t>(context.protocol);
    if (!is_vlan(context.protocol)) return true;
    const std::optional<std::uint16_t> information = pop_from_bytes();
    if (information) set_tag(true, outer, *information);
    return information.has_value();
  }

  /// The verdict that sends the packet to another interface, by index, of the same network namespace, as if it had been
  /// sent there, or received there (bpf_redirect).
  [[nodiscard]] constexpr TcVerdict redirect(std::uint32_t ifindex, InterfaceSide side = InterfaceSide::Egress) const {
    if (detail::on_device())
      return static_cast<TcVerdict>(
          detail::call_helper<detail::Helper::redirect, long, std::uint32_t, std::uint64_t>(ifindex, flags_of(side)));
    record_redirect(ifindex, side);
    return TcVerdict::Redirect;
  }

  /// Sends a copy of the packet to another interface at once; the verdict still decides on the packet itself. False
  /// when the kernel does not take it (bpf_clone_redirect). What was taken from the packet before is stale either way.
  [[nodiscard]] constexpr bool clone_redirect(std::uint32_t ifindex, InterfaceSide side = InterfaceSide::Egress) const {
    if (detail::on_device())
      return detail::call_helper<detail::Helper::clone_redirect, long, __sk_buff*, std::uint32_t, std::uint64_t>(
                 raw(), ifindex, flags_of(side)) == 0;
    this->context().memory.move(0);
    record_redirect(ifindex, side);
    return true;
  }

  /// The metadata that an Xdp program has put before the packet; none of its bytes is proven. Empty behind Tc::Ingress.
  constexpr auto metadata() const {
    using Bytes = detail::Cursor<Access::ReadWrite>;
    using View = PacketView<Access::ReadWrite, 0, Interval{}>;
    if (detail::on_device())
      return View(Bytes{reinterpret_cast<std::uint8_t*>(static_cast<std::uintptr_t>(raw()->data_meta)),
                        reinterpret_cast<std::uint8_t*>(static_cast<std::uintptr_t>(raw()->data))});
    std::uint8_t* const end = this->context().memory.data;
    return View(Bytes{end - this->context().memory.metadata, end});
  }

  /// Nanoseconds: on egress when the packet is to be sent (CLOCK_MONOTONIC, for a queueing discipline that looks at
  /// it), on ingress when it came (CLOCK_REALTIME); 0: not known.
  constexpr std::uint64_t timestamp() const {
    if (detail::on_device()) return raw()->tstamp;
    return this->context().tstamp;
  }
  constexpr void set_timestamp(std::uint64_t nanoseconds) const {
    if (detail::on_device())
      raw()->tstamp = nanoseconds;
    else
      this->context().tstamp = nanoseconds;
  }

 private:
  static constexpr std::size_t tag_offset = 12;  ///< behind the two addresses
  static constexpr std::size_t tag_size = 4;

  static constexpr std::uint64_t flags_of(InterfaceSide side) {
    return side == InterfaceSide::Ingress ? std::uint64_t{BPF_F_INGRESS} : 0;
  }

  constexpr void record_redirect(std::uint32_t ifindex, InterfaceSide side) const {
    this->context().redirected_ifindex = ifindex;
    this->context().redirect_flags = flags_of(side);
  }

  static constexpr bool is_vlan(std::uint32_t protocol) {
    const auto type = detail::decode_field<EtherType>(protocol);
    return type == EtherType::Vlan || type == EtherType::ProviderBridging;
  }

  /// `protocol` in network byte order.
  constexpr void set_tag(bool present, std::uint32_t protocol, std::uint32_t information) const {
    SkbContext& context = this->context();
    context.vlan_present = present ? 1 : 0;
    context.vlan_proto = protocol;
    context.vlan_tci = information;
  }

  /// Moves the tag beside the bytes into them.
  constexpr bool push_into_bytes() const {
    SkbContext& context = this->context();
    PacketMemory& memory = context.memory;
    if (memory.linear_size() < tag_offset + 2 || memory.room.head < tag_size) return false;
    memory.reshape(memory.metadata, std::ptrdiff_t{tag_size}, 0);
    for (std::size_t i = 0; i < tag_offset; ++i) memory.data[i] = memory.data[i + tag_size];
    write_number(tag_offset, detail::swap_to_network(static_cast<std::uint16_t>(context.vlan_proto)));
    write_number(tag_offset + 2, static_cast<std::uint16_t>(context.vlan_tci));
    context.protocol = context.vlan_proto;
    context.len += tag_size;
    return true;
  }

  /// Takes a tag out of the bytes and gives its control information.
  constexpr std::optional<std::uint16_t> pop_from_bytes() const {
    SkbContext& context = this->context();
    PacketMemory& memory = context.memory;
    if (memory.linear_size() < tag_offset + tag_size + 2) return std::nullopt;
    const std::uint16_t information = number_at(tag_offset + 2);
    context.protocol = detail::swap_to_network(number_at(tag_offset + tag_size));
    for (std::size_t i = tag_offset; i > 0; --i) memory.data[i - 1 + tag_size] = memory.data[i - 1];
    memory.reshape(memory.metadata, -std::ptrdiff_t{tag_size}, 0);
    context.len -= tag_size;
    return information;
  }

  constexpr std::uint16_t number_at(std::size_t offset) const {
    const std::uint8_t* const data = this->context().memory.data;
    return static_cast<std::uint16_t>(data[offset] << 8 | data[offset + 1]);
  }
  constexpr void write_number(std::size_t offset, std::uint16_t number) const {
    std::uint8_t* const data = this->context().memory.data;
    data[offset] = static_cast<std::uint8_t>(number >> 8);
    data[offset + 1] = static_cast<std::uint8_t>(number);
  }
};

}  // namespace ebpfxx
