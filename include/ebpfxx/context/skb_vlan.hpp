#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include <ebpfxx/context/skb.hpp>
#include <ebpfxx/net/vlan_tag.hpp>

/// What skb_vlan_push and skb_vlan_pop (net/core/skbuff.c) do to a packet, for runs outside the kernel.
namespace ebpfxx::detail::context {

/// The tags of a packet that starts at its Ethernet header: one beside the bytes, more in them.
class SkbVlan {
 public:
  static constexpr std::size_t tag_size = 4;

  constexpr explicit SkbVlan(SkbContext& context) : context_(context), memory_(context.memory) {}

  constexpr bool push(VlanTag tag) const {
    if (context_.vlan_present != 0 && !push_into_bytes()) return false;
    set(tag);
    return true;
  }

  constexpr bool pop() const {
    if (context_.vlan_present != 0) {
      context_.vlan_present = context_.vlan_proto = context_.vlan_tci = 0;
    } else if (is_tagged() && !pop_from_bytes()) {
      return false;
    }
    if (!is_tagged()) return true;
    const std::optional<VlanTag> next = pop_from_bytes();
    if (next) set(*next);
    return next.has_value();
  }

 private:
  static constexpr std::size_t offset = 12;  ///< of the first tag: behind the two addresses

  constexpr EtherType protocol() const { return decode_field<EtherType>(context_.protocol); }
  constexpr bool is_tagged() const {
    return protocol() == EtherType::Vlan || protocol() == EtherType::ProviderBridging;
  }

  constexpr void set(VlanTag tag) const {
    context_.vlan_present = 1;
    context_.vlan_proto = number::swap_to_network(static_cast<std::uint16_t>(tag.protocol));
    context_.vlan_tci = tag.control_information;
  }

  constexpr bool push_into_bytes() const {
    if (memory_.linear_size() < offset + 2 || memory_.margins.headroom < tag_size) return false;
    memory_.reshape(memory_.metadata, std::ptrdiff_t{tag_size}, 0);
    for (std::size_t i = 0; i < offset; ++i) memory_.data[i] = memory_.data[i + tag_size];
    put(offset, number::swap_to_network(static_cast<std::uint16_t>(context_.vlan_proto)));
    put(offset + 2, static_cast<std::uint16_t>(context_.vlan_tci));
    context_.protocol = context_.vlan_proto;
    context_.len += tag_size;
    move_transport_header(context_, std::ptrdiff_t{tag_size});
    return true;
  }

  constexpr std::optional<VlanTag> pop_from_bytes() const {
    if (memory_.linear_size() < offset + tag_size + 2) return std::nullopt;
    const VlanTag tag{protocol(), get(offset + 2)};
    context_.protocol = number::swap_to_network(get(offset + tag_size));
    for (std::size_t i = offset; i > 0; --i) memory_.data[i - 1 + tag_size] = memory_.data[i - 1];
    memory_.reshape(memory_.metadata, -std::ptrdiff_t{tag_size}, 0);
    context_.len -= tag_size;
    move_transport_header(context_, -std::ptrdiff_t{tag_size});
    return tag;
  }

  constexpr std::uint16_t get(std::size_t at) const {
    return static_cast<std::uint16_t>(memory_.data[at] << 8 | memory_.data[at + 1]);
  }
  constexpr void put(std::size_t at, std::uint16_t number) const {
    memory_.data[at] = static_cast<std::uint8_t>(number >> 8);
    memory_.data[at + 1] = static_cast<std::uint8_t>(number);
  }

  SkbContext& context_;
  PacketMemory& memory_;
};

}  // namespace ebpfxx::detail::context
