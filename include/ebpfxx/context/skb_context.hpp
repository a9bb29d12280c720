#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include <ebpfxx/context/context_fields.hpp>
#include <ebpfxx/context/memory.hpp>
#include <ebpfxx/detail/extremes.hpp>
#include <ebpfxx/net/ether_type.hpp>
#include <ebpfxx/net/ipv6_address.hpp>
#include <ebpfxx/number/big_endian.hpp>

namespace ebpfxx {

/// The fields of a socket buffer that some hook lets a program see.
enum class SkbField {
#define EBPFXX_SKB_FIELD(name, Type, member, in_test_run) name,
#include <ebpfxx/context/skb_fields.inc>
#undef EBPFXX_SKB_FIELD
  control,
};

/// How many numbers the control buffer holds (cb of struct __sk_buff).
inline constexpr std::size_t skb_control_size = 5;

/// A set of an skb's fields.
using SkbFields = ContextFields<SkbField>;

/// What a program of Lwt::Seg6Local asked for with bpf_lwt_seg6_action.
struct Seg6Action {
  std::uint32_t action = 0;  ///< SEG6_LOCAL_ACTION_*; 0: nothing
  Ipv6Address next_hop{};    ///< for the actions that take an address
  std::uint32_t table = 0;   ///< for the actions that take a routing table
};

/// What the segments are that the kernel makes of a packet with a `gso_size` (SKB_GSO_* of linux/skbuff.h).
enum class GsoType {
  Unknown,  ///< as in a test run
  Tcp,
  Udp,  ///< datagrams of that size (SKB_GSO_UDP_L4)
};

/// A socket buffer outside the kernel: the bytes from where the hook's data starts, and the fields beside them, as
/// struct __sk_buff has them.
struct SkbContext {
  PacketMemory memory = {};    ///< the packet
  std::uint32_t linear = 0;    ///< how many of the bytes are linear when the program starts; 0: all
  std::uint32_t metadata = 0;  ///< how many of the bytes, in front, are metadata of an Xdp program and no packet
#define EBPFXX_SKB_FIELD(name, Type, member, in_test_run) std::uint32_t member = 0;
#include <ebpfxx/context/skb_fields.inc>
#undef EBPFXX_SKB_FIELD
  std::uint64_t tstamp = 0;                 ///< nanoseconds
  std::uint32_t redirected_ifindex = 0;     ///< where the last `redirect` sent the packet; 0: nowhere
  std::uint64_t redirect_flags = 0;         ///< of that call
  std::uint32_t cb[skb_control_size] = {};  ///< the control buffer
  Seg6Action seg6 = {};                     ///< the last one
  std::uint64_t socket_cookie = 0;          ///< of the packet's socket; 0: it has none
  std::uint32_t socket_uid = 0;             ///< the user of that
  std::uint32_t pushed = 0;                 ///< bytes that `change_head` has put in front
  bool encapsulated = false;                ///< by `push_encap`, or the bytes added for a tunnel
  GsoType gso_type = GsoType::Unknown;      ///< what a packet that will be segmented consists of
  /// Where the kernel has found the transport header; 0: nowhere, as in a test run.
  std::uint32_t transport_offset = 0;
};

namespace detail::context {

/// Where the kernel has found the transport header, after bytes came in front of it or, if negative, went.
constexpr void move_transport_header(SkbContext& context, std::ptrdiff_t bytes) {
  std::uint32_t& offset = context.transport_offset;
  if (offset != 0) offset = static_cast<std::uint32_t>(detail::greatest<std::ptrdiff_t>(0, offset + bytes));
}

/// Makes segments smaller by what each gets in headers, or larger, if negative; how many that are is to be counted.
constexpr void shrink_segments(SkbContext& context, std::ptrdiff_t bytes) {
  context.gso_size = static_cast<std::uint16_t>(context.gso_size - bytes);
  context.gso_segs = 0;
}

template <class Type>
constexpr Type decode_field(std::uint32_t raw) {
  return raw;
}
/// The protocol is in network byte order in the lower half (bpf_skb_is_valid_access in net/core/filter.c).
template <>
constexpr EtherType decode_field<EtherType>(std::uint32_t raw) {
  return static_cast<EtherType>(number::swap_to_network(static_cast<std::uint16_t>(raw)));
}

/// What the kernel keeps of a number that a program writes to a field: of some the lower 16 bits; nothing, of a queue
/// that stands for none (bpf_convert_ctx_access in net/core/filter.c). The device pass does the same itself, as the
/// compiler would otherwise take the number that was written for the one that is read.
constexpr std::optional<std::uint32_t> kept_of(SkbField field, std::uint32_t written) {
  constexpr std::uint32_t no_queue = 0xffff;
  if (field == SkbField::queue_mapping && written >= no_queue) return std::nullopt;
  if (field == SkbField::tc_index || field == SkbField::tc_classid) return written & 0xffff;
  return written;
}

}  // namespace detail::context

}  // namespace ebpfxx
