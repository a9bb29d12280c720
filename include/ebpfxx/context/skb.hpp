#pragma once

#include <linux/bpf.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include <ebpfxx/context/frame_protocol.hpp>
#include <ebpfxx/context/load_some.hpp>
#include <ebpfxx/context/memory.hpp>
#include <ebpfxx/context/skb_context.hpp>
#include <ebpfxx/kernel/helper.hpp>
#include <ebpfxx/kernel/program_type.hpp>
#include <ebpfxx/packet/copied.hpp>
#include <ebpfxx/packet/parsed.hpp>
#include <ebpfxx/packet/start.hpp>
#include <ebpfxx/packet/transport.hpp>

namespace ebpfxx {

/// The packet that a hook hands to a program, as a handle: copies stand for the same packet.
///
/// `Rights` says what the hook allows: its `program_type`, which decides on helpers and on the packet's memory
/// (kernel/program_types.inc); the sets `readable` and `writable` of context fields; what packets `start` with; and,
/// for runs outside the kernel, the `margins` by which they may grow. In a program each readable field is a member
/// function of its name, as `packet.length()`, and each writable one has a `set_` beside it.
template <class Rights>
class SkbPacket {
  static constexpr PacketAccess access =
      detail::kernel::traits_of(Rights::program_type).packet == detail::kernel::PacketBytes::ReadWrite
          ? PacketAccess::ReadWrite
          : PacketAccess::ReadOnly;

 public:
  using Context = SkbContext;
  using Raw = __sk_buff;

  static constexpr bpf_prog_type program_type = Rights::program_type;

  /// What the bytes start with.
  static constexpr PacketStart start = Rights::start;

  /// By how much a packet may grow in constant evaluation.
  static constexpr PacketMargins margins = Rights::margins;

  /// By how much in a native run: what the kernel's helpers do not refuse by themselves, they find memory for.
  static constexpr PacketMargins native_margins{.headroom = 65536, .tailroom = 65536};

  constexpr explicit SkbPacket(SkbContext* context) : context_(context) {}

  /// The packet as the kernel hands it over. Device only.
  explicit SkbPacket(__sk_buff* context) : context_(reinterpret_cast<SkbContext*>(context)) {}

  /// The context for a run outside the kernel on these bytes, of which the first `context.metadata` are metadata.
  /// Around them there are `margins`. A length of 0 becomes the number of the others, and one on the wire of 0 the
  /// same; a protocol of 0 becomes what they say: the version of the IP header, or the type of the frame, that they
  /// start with; it stays where the hook does not know what that is.
  static constexpr SkbContext context_of(std::span<std::uint8_t> bytes, SkbContext context = {}) {
    context.memory = PacketMemory::of(bytes, context.linear == 0 ? bytes.size() : context.linear, context.metadata);
    context.memory.margins = margins;
    const std::span<const std::uint8_t> packet = bytes.subspan(context.memory.metadata);
    if (context.len == 0) context.len = static_cast<std::uint32_t>(packet.size());
    if (context.wire_len == 0) context.wire_len = context.len;
    if (context.protocol == 0) context.protocol = detail::context::protocol_of(packet, start);
    return context;
  }

  /// What the kernel's helpers take as their context.
  constexpr Context* raw_context() const { return context_; }

  /// The linear part of the packet, from where the hook's data starts; none of its bytes is proven. The kernel decides
  /// how much is linear: of real TCP often the headers only.
  constexpr auto bytes() const { return PacketView<access, 0, Interval{}>(cursor()); }

  /// The header at the start of the packet, if all of it is in the linear part.
  template <PacketHeader Header>
  constexpr auto parse() const {
    return bytes().template parse<Header>();
  }

  /// The transport header of the packet, in its linear part, and the flow that it belongs to; see FoundTransport.
  template <TransportBounds Bounds = TransportBounds{}>
    requires(Rights::start != PacketStart::Unknown)
  constexpr auto transport() const {
    return detail::protocol::transport_in<Bounds>(*this);
  }
  template <TransportBounds Bounds = TransportBounds{}>
    requires(Rights::start == PacketStart::Unknown)
  constexpr FoundTransport<detail::packet::LinearPosition<access, Interval{}>> transport() const EBPFXX_REFUSE(
      "packet-bounds",
      "looks for the transport header of a packet that may start with anything; parse its first header and ask that");

  /// The bytes at the start of the packet as a `Header`, if they are in the linear part, whatever they are: for headers
  /// that are yet to be written, as behind a call that made the packet longer.
  template <PacketHeader Header>
  constexpr auto unchecked() const {
    return bytes().template unchecked<Header>();
  }

  /// The first `Bytes` bytes of the packet, made linear if they are not; nothing when the packet is shorter
  /// (bpf_skb_pull_data, called only where it is needed). What was taken from the packet before is stale either way.
  template <std::size_t Bytes>
    requires(detail::kernel::Offers<Rights, BpfHelper::skb_pull_data> && Bytes <= max_packet_offset)
  constexpr auto pull() const {
    if (!on_device()) {
      context_->memory.move(context_->memory.size() < Bytes ? 0 : Bytes);
    } else {
      if (const auto linear = bytes().template require<Bytes>()) return linear;
      call_helper<BpfHelper::skb_pull_data>(raw(), Bytes);
    }
    return bytes().template require<Bytes>();
  }
  template <std::size_t Bytes>
    requires(!detail::kernel::Offers<Rights, BpfHelper::skb_pull_data>)
  constexpr typename PacketView<access, Bytes, Interval{}>::Checked pull() const
      EBPFXX_REFUSE("helper-hook", "pulls bytes into the linear part, which this hook cannot; copy them with 'load'");
  template <std::size_t Bytes>
    requires(detail::kernel::Offers<Rights, BpfHelper::skb_pull_data>)
  constexpr typename PacketView<access, Bytes, Interval{}>::Checked pull() const
      EBPFXX_REFUSE("packet-bounds", "pulls %0 bytes, the verifier follows packets up to byte 65535; pull fewer",
                    Bytes);

  /// A copy of the header `offset` bytes into the packet, linear or not; nothing when the packet ends before it does
  /// (bpf_skb_load_bytes).
  template <PacketHeader Header>
  constexpr Copied<Header, SkbPacket> load(std::uint32_t offset) const {
    alignas(std::uint64_t) std::array<std::uint8_t, sizeof(Header)> bytes;
    if (!on_device()) bytes.fill(0);  // the kernel does so itself where it has nothing to copy
    const bool whole = copy_to(bytes, offset);
    return Copied<Header, SkbPacket>(*this, offset, whole, std::bit_cast<Header>(bytes));
  }
  template <PacketHeader Header, BoundedNumber Offset>
    requires(Interval{0, 0xffffffff}.contains(Offset::interval))
  constexpr Copied<Header, SkbPacket> load(Offset offset) const {
    return load<Header>(static_cast<std::uint32_t>(offset.value()));
  }

  /// Copies the bytes at `offset`, linear or not, up to the end of the packet, and returns how many
  /// bytes that are. Behind them `bytes` is zero.
  template <std::size_t Size>
    requires(std::has_single_bit(Size))
  constexpr std::uint32_t load_some(std::uint32_t offset, std::array<std::uint8_t, Size>& bytes) const {
    return detail::context::load_some(
        length(), offset, bytes,
        [this](std::span<std::uint8_t> part, std::uint32_t from) { return copy_to(part, from); });
  }

  /// Puts `header` `offset` bytes into the packet, linear or not; false, and nothing changes, when the packet ends
  /// before it does (bpf_skb_store_bytes). Checksums stay as they are. What was taken from the packet before is stale.
  template <PacketHeader Header>
    requires(detail::kernel::Offers<Rights, BpfHelper::skb_store_bytes>)
  EBPFXX_ANNOTATE(EBPFXX_ABI_WRITES_CHECKSUM)
  [[nodiscard]] constexpr bool store(std::uint32_t offset, const Header& header) const {
    if (on_device()) return call_helper<BpfHelper::skb_store_bytes>(raw(), offset, &header, sizeof(Header), 0) == 0;
    context_->memory.move(0);
    return context_->memory.write(offset, detail::packet::bytes_of(header));
  }
  template <PacketHeader Header>
  constexpr bool store(std::uint32_t offset, const Header& header) const
      EBPFXX_REFUSE("packet-write",
                    "stores %0 bytes in a packet that this hook only reads; use a hook that may write, as Lwt::Xmit",
                    sizeof(Header));

#define EBPFXX_SKB_FIELD(name, Type, member, in_test_run)                                              \
  constexpr Type name() const                                                                          \
    requires(Rights::readable.has(SkbField::name))                                                     \
  {                                                                                                    \
    if (on_device()) return detail::context::decode_field<Type>(raw()->member);                        \
    return detail::context::decode_field<Type>(context_->member);                                      \
  }                                                                                                    \
  constexpr Type name() const EBPFXX_REFUSE(                                                           \
      "context-field", "reads '" #name "', which this hook does not give; see the hook's 'readable'"); \
  constexpr void set_##name(std::uint32_t number) const                                                \
    requires(Rights::writable.has(SkbField::name))                                                     \
  {                                                                                                    \
    const auto kept = detail::context::kept_of(SkbField::name, number);                                \
    if (!kept) return;                                                                                 \
    if (on_device())                                                                                   \
      raw()->member = *kept;                                                                           \
    else                                                                                               \
      context_->member = *kept;                                                                        \
  }                                                                                                    \
  constexpr void set_##name(std::uint32_t number) const EBPFXX_REFUSE(                                 \
      "context-field",                                                                                 \
      "writes '" #name "', which this hook does not let a program change; see the hook's 'writable'");
#include <ebpfxx/context/skb_fields.inc>
#undef EBPFXX_SKB_FIELD

  /// A number of the control buffer, which is the program's own while the packet is on this hook.
  template <std::size_t Index>
    requires(Index < skb_control_size && Rights::readable.has(SkbField::control))
  constexpr std::uint32_t control() const {
    if (on_device()) return raw()->cb[Index];
    return context_->cb[Index];
  }
  template <std::size_t Index>
  constexpr std::uint32_t control() const
      EBPFXX_REFUSE("context-field", "reads number %0 of the control buffer, of which this hook gives %1, from 0",
                    Index, Rights::readable.has(SkbField::control) ? skb_control_size : 0);
  /// Writes a number of the control buffer; `Index` is below 5.
  template <std::size_t Index>
    requires(Index < skb_control_size && Rights::writable.has(SkbField::control))
  constexpr void set_control(std::uint32_t number) const {
    if (on_device())
      raw()->cb[Index] = number;
    else
      context_->cb[Index] = number;
  }
  template <std::size_t Index>
  constexpr void set_control(std::uint32_t number) const
      EBPFXX_REFUSE("context-field",
                    "writes number %0 of the control buffer, of which this hook lets programs change %1, from 0", Index,
                    Rights::writable.has(SkbField::control) ? skb_control_size : 0);

  /// The number of the packet's socket, which no other one has had since boot; 0 when it has none, as what another
  /// machine has sent (bpf_get_socket_cookie).
  constexpr std::uint64_t socket_cookie() const
    requires(detail::kernel::Offers<Rights, BpfHelper::get_socket_cookie>)
  {
    if (!on_device()) return context_->socket_cookie;
    return call_helper<BpfHelper::get_socket_cookie>(raw());
  }
  constexpr std::uint64_t socket_cookie() const
      EBPFXX_REFUSE("helper-hook",
                    "asks for the packet's socket, which this hook does not tell; use a hook that does, as Tc::Egress");

  /// The user that the packet's socket belongs to, as the namespace of the socket numbers it; the overflow user, 65534,
  /// when it has none (bpf_get_socket_uid).
  constexpr std::uint32_t socket_uid() const
    requires(detail::kernel::Offers<Rights, BpfHelper::get_socket_uid>)
  {
    if (!on_device()) return context_->socket_uid;
    return call_helper<BpfHelper::get_socket_uid>(raw());
  }
  constexpr std::uint32_t socket_uid() const
      EBPFXX_REFUSE("helper-hook",
                    "asks for the packet's socket, which this hook does not tell; use a hook that does, as Tc::Egress");

 private:
  constexpr bool copy_to(std::span<std::uint8_t> bytes, std::uint32_t offset) const {
    if (!on_device()) return context_->memory.read(offset, bytes);
    return call_helper<BpfHelper::skb_load_bytes>(raw(), offset, bytes.data(),
                                                  static_cast<std::uint32_t>(bytes.size())) == 0;
  }

 protected:
  __sk_buff* raw() const { return reinterpret_cast<__sk_buff*>(context_); }

  constexpr detail::packet::Cursor<access> cursor() const {
    if (on_device())
      return {reinterpret_cast<std::uint8_t*>(static_cast<std::uintptr_t>(raw()->data)),
              reinterpret_cast<std::uint8_t*>(static_cast<std::uintptr_t>(raw()->data_end))};
    return {context_->memory.data, context_->memory.data_end};
  }

  constexpr SkbContext& context() const { return *context_; }

 private:
  SkbContext* context_;
};

}  // namespace ebpfxx
