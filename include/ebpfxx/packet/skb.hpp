#pragma once

#include <linux/bpf.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <type_traits>

#include <ebpfxx/packet/big_endian.hpp>
#include <ebpfxx/packet/parsed.hpp>
#include <ebpfxx/protocol/ether_type.hpp>

namespace ebpfxx {

/// The fields of a socket buffer that some hook lets a program see.
enum class SkbField {
#define EBPFXX_SKB_FIELD(name, Type, member) name,
#include <ebpfxx/packet/skb_fields.inc>
#undef EBPFXX_SKB_FIELD
  control,
};

/// How many numbers the control buffer holds (cb of struct __sk_buff).
inline constexpr std::size_t skb_control_size = 5;

class SkbFields {
 public:
  consteval SkbFields(std::initializer_list<SkbField> fields) {
    for (SkbField field : fields) bits_ |= bit(field);
  }
  constexpr bool has(SkbField field) const { return (bits_ & bit(field)) != 0; }

 private:
  static constexpr std::uint64_t bit(SkbField field) { return std::uint64_t{1} << static_cast<unsigned>(field); }

  std::uint64_t bits_ = 0;
};

/// A socket buffer outside the kernel: the bytes from where the hook's data starts, and the fields beside them, as
/// struct __sk_buff has them.
struct SkbContext {
  std::uint8_t* data = nullptr;
  std::uint8_t* data_end = nullptr;
#define EBPFXX_SKB_FIELD(name, Type, member) std::uint32_t member = 0;
#include <ebpfxx/packet/skb_fields.inc>
#undef EBPFXX_SKB_FIELD
  std::uint32_t cb[skb_control_size] = {};
};

namespace detail {

template <class Type>
constexpr Type decode_field(std::uint32_t raw) {
  return raw;
}
/// The protocol stands in network byte order in the lower half (bpf_skb_is_valid_access in net/core/filter.c).
template <>
constexpr EtherType decode_field<EtherType>(std::uint32_t raw) {
  return static_cast<EtherType>(swap_to_network(static_cast<std::uint16_t>(raw)));
}

}  // namespace detail

/// The packet that a hook hands to a program, as a handle: copies stand for the same packet.
///
/// `Rights` says what the hook allows: its `program_type`, which decides on helpers; `access`, and the sets `readable`
/// and `writable` of context fields; and whether its `data_starts_at_ip`. In a program each readable field is a member
/// function of its name, as `packet.length()`, and each writable one has a `set_` beside it.
template <class Rights>
class SkbPacket {
  static constexpr Access access = Rights::access;

 public:
  using Context = SkbContext;
  using Raw = __sk_buff;

  constexpr explicit SkbPacket(SkbContext* context) : context_(context) {}

  /// The packet as the kernel hands it over. Device only.
  explicit SkbPacket(__sk_buff* context) : context_(reinterpret_cast<SkbContext*>(context)) {}

  /// The context for a run outside the kernel on these bytes. A length of 0 becomes their number; where data starts at
  /// the IP header, a protocol of 0 becomes what the first byte says.
  static constexpr SkbContext context_of(std::span<std::uint8_t> bytes, SkbContext context = {}) {
    context.data = bytes.data();
    context.data_end = bytes.data() + bytes.size();
    if (context.len == 0) context.len = static_cast<std::uint32_t>(bytes.size());
    if (Rights::data_starts_at_ip && context.protocol == 0) context.protocol = protocol_of_ip(bytes);
    return context;
  }

  /// All bytes that the program sees, none of them proven: the linear part of the packet, from where the hook's data
  /// starts.
  constexpr auto bytes() const { return PacketView<access, 0, Interval{}>(cursor()); }

  /// The header at the start of the packet, if all of it is there.
  template <PacketHeader Header>
  constexpr auto parse() const {
    return bytes().template parse<Header>();
  }

#define EBPFXX_SKB_FIELD(name, Type, member)                                                           \
  constexpr Type name() const                                                                          \
    requires(Rights::readable.has(SkbField::name))                                                     \
  {                                                                                                    \
    if (detail::on_device()) return detail::decode_field<Type>(raw()->member);                         \
    return detail::decode_field<Type>(context_->member);                                               \
  }                                                                                                    \
  constexpr Type name() const EBPFXX_REFUSE(                                                           \
      "context-field", "reads '" #name "', which this hook does not give; see the hook's 'readable'"); \
  constexpr void set_##name(std::uint32_t number) const                                                \
    requires(Rights::writable.has(SkbField::name))                                                     \
  {                                                                                                    \
    if (detail::on_device())                                                                           \
      raw()->member = number;                                                                          \
    else                                                                                               \
      context_->member = number;                                                                       \
  }                                                                                                    \
  constexpr void set_##name(std::uint32_t number) const EBPFXX_REFUSE(                                 \
      "context-field",                                                                                 \
      "writes '" #name "', which this hook does not let a program change; see the hook's 'writable'");
#include <ebpfxx/packet/skb_fields.inc>
#undef EBPFXX_SKB_FIELD

  /// A number of the control buffer, which is the program's own while the packet is on this hook.
  template <std::size_t Index>
    requires(Index < skb_control_size && Rights::readable.has(SkbField::control))
  constexpr std::uint32_t control() const {
    if (detail::on_device()) return raw()->cb[Index];
    return context_->cb[Index];
  }
  template <std::size_t Index>
    requires(Index < skb_control_size && Rights::writable.has(SkbField::control))
  constexpr void set_control(std::uint32_t number) const {
    if (detail::on_device())
      raw()->cb[Index] = number;
    else
      context_->cb[Index] = number;
  }

 private:
  /// As struct __sk_buff has it: in network byte order. 0 for what is no IP.
  static constexpr std::uint32_t protocol_of_ip(std::span<const std::uint8_t> packet) {
    const unsigned version = packet.empty() ? 0 : packet.front() >> 4;
    if (version == 4) return detail::swap_to_network(static_cast<std::uint16_t>(EtherType::Ipv4));
    if (version == 6) return detail::swap_to_network(static_cast<std::uint16_t>(EtherType::Ipv6));
    return 0;
  }

  __sk_buff* raw() const { return reinterpret_cast<__sk_buff*>(context_); }

  constexpr detail::Cursor<access> cursor() const {
    if (detail::on_device())
      return {reinterpret_cast<std::uint8_t*>(static_cast<std::uintptr_t>(raw()->data)),
              reinterpret_cast<std::uint8_t*>(static_cast<std::uintptr_t>(raw()->data_end))};
    return {context_->data, context_->data_end};
  }

  SkbContext* context_;
};

}  // namespace ebpfxx
