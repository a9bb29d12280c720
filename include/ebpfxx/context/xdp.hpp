#pragma once

#include <linux/bpf.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include <ebpfxx/context/context_fields.hpp>
#include <ebpfxx/context/load_some.hpp>
#include <ebpfxx/context/memory.hpp>
#include <ebpfxx/detail/extremes.hpp>
#include <ebpfxx/kernel/helper.hpp>
#include <ebpfxx/packet/copied.hpp>
#include <ebpfxx/packet/parsed.hpp>
#include <ebpfxx/packet/start.hpp>

namespace ebpfxx {

/// The fields beside the bytes that some XDP hook lets a program see.
enum class XdpField {
#define EBPFXX_XDP_FIELD(name, Type, member) name,
#include <ebpfxx/context/xdp_fields.inc>
#undef EBPFXX_XDP_FIELD
};

/// A set of xdp_md's fields.
using XdpFields = ContextFields<XdpField>;

/// A frame that a driver has received, outside the kernel: its bytes, and the fields beside them as struct xdp_md has
/// them.
struct XdpContext {
  PacketMemory memory = {};    ///< the packet
  std::uint32_t linear = 0;    ///< how many of the bytes are linear when the program starts; 0: all
  std::uint32_t metadata = 0;  ///< how many of the bytes, in front, are metadata and no packet
#define EBPFXX_XDP_FIELD(name, Type, member) std::uint32_t member = 0;
#include <ebpfxx/context/xdp_fields.inc>
#undef EBPFXX_XDP_FIELD
  std::uint32_t redirected_ifindex = 0;  ///< where the last `redirect` sent the packet; 0: nowhere
};

/// What becomes of a frame (enum xdp_action).
enum class XdpVerdict {
  Aborted = XDP_ABORTED,  ///< drop, and report an error to the tracepoint xdp:xdp_exception
  Drop = XDP_DROP,
  Pass = XDP_PASS,          ///< to the kernel's network stack
  Tx = XDP_TX,              ///< out of the interface it came in by
  Redirect = XDP_REDIRECT,  ///< where a `redirect` before has said
};

/// The frame that an XDP hook hands to a program, from its Ethernet header on, as a handle: copies stand for the same
/// frame.
///
/// `Rights` says what the hook allows: its `program_type`, which decides on helpers; what packets `start` with; the set
/// `readable` of context fields; and whether frames may have `fragments`. In a program each readable field is a member
/// function of its name, as `packet.ingress_ifindex()`.
template <class Rights>
class XdpPacket {
  static constexpr PacketAccess access = PacketAccess::ReadWrite;
  static constexpr std::size_t smallest_frame = 14;  ///< ETH_HLEN: what adjusting leaves at least
  static constexpr std::size_t most_metadata = 32;   ///< bytes; Linux 6.1's limit

 public:
  using Context = XdpContext;
  using Raw = xdp_md;

  static constexpr bpf_prog_type program_type = Rights::program_type;

  /// Whether frames may have fragments, which views do not see.
  static constexpr bool fragments = Rights::fragments;

  /// What the bytes start with.
  static constexpr PacketStart start = Rights::start;

  /// By how much a packet may grow outside the kernel. In front as with a driver that gives the 256 bytes of
  /// XDP_PACKET_HEADROOM, of which the kernel keeps 40 to itself; behind, drivers differ.
  static constexpr PacketMargins margins{.headroom = 216, .tailroom = 128};

  constexpr explicit XdpPacket(XdpContext* context) : context_(context) {}

  /// The packet as the kernel hands it over. Device only.
  explicit XdpPacket(xdp_md* context) : context_(reinterpret_cast<XdpContext*>(context)) {}

  /// The context for a run outside the kernel on these bytes, of which the first `context.metadata` are metadata.
  /// Around them there are `margins`.
  static constexpr XdpContext context_of(std::span<std::uint8_t> bytes, XdpContext context = {}) {
    context.memory = PacketMemory::of(bytes, context.linear == 0 ? bytes.size() : context.linear, context.metadata);
    context.memory.margins = {margins.headroom - detail::least(margins.headroom, context.memory.metadata),
                              margins.tailroom};
    return context;
  }

  /// What the kernel's helpers take as their context.
  constexpr Context* raw_context() const { return context_; }

  /// The linear part of the frame; none of its bytes is proven. All of it unless the hook takes fragments.
  constexpr auto bytes() const { return PacketView<access, 0, Interval{}>(cursor()); }

  /// The header at the start of the frame, if all of it is in the linear part.
  template <PacketHeader Header>
  constexpr auto parse() const {
    return bytes().template parse<Header>();
  }

  /// The transport header of the frame, in its linear part, and the flow that it belongs to; see FoundTransport.
  template <TransportBounds Bounds = TransportBounds{}>
  constexpr auto transport() const {
    return detail::protocol::transport_in<Bounds>(*this);
  }

  /// The bytes at the start of the packet as a `Header`, if they are in the linear part, whatever they are: for headers
  /// that are yet to be written, as behind a call that made the packet longer.
  template <PacketHeader Header>
  constexpr auto unchecked() const {
    return bytes().template unchecked<Header>();
  }

  /// How many bytes the frame has, its fragments included (bpf_xdp_get_buff_len where the hook takes them).
  constexpr std::uint32_t length() const {
    if (!on_device()) return static_cast<std::uint32_t>(context_->memory.size());
    if constexpr (Rights::fragments) {
      return static_cast<std::uint32_t>(call_helper<BpfHelper::xdp_get_buff_len>(raw()));
    } else {
      // Opaque, as the verifier takes the difference of pointers in 64 bits only.
      const std::uint64_t size = detail::opaque(std::uint64_t{raw()->data_end} - std::uint64_t{raw()->data});
      if (size > UINT32_MAX) __builtin_unreachable();  // a sum of lengths need not cut off what is not there
      return static_cast<std::uint32_t>(size);
    }
  }

  /// Bytes that are before the frame, which an XDP program hands on: to `Tc::Ingress` of the same interface. None of
  /// them is proven. There are none until `adjust_metadata` has added some.
  constexpr auto metadata() const {
    using Bytes = detail::packet::Cursor<access>;
    if (on_device()) return PacketView<access, 0, Interval{}>(Bytes{address(raw()->data_meta), address(raw()->data)});
    std::uint8_t* const end = context_->memory.data;
    return PacketView<access, 0, Interval{}>(Bytes{end - context_->memory.metadata, end});
  }

  /// Moves the start of the frame by `delta` bytes (bpf_xdp_adjust_head): a negative `delta` prepends bytes whose
  /// content is not defined, a positive one removes bytes. Metadata moves along, and stays right in front of the frame.
  /// Returns false, and changes nothing, when the headroom is too small or fewer than 14 bytes would be left. What was
  /// taken from the packet before is stale in every case.
  [[nodiscard]] constexpr bool adjust_head(std::int32_t delta) const {
    if (on_device()) return call_helper<BpfHelper::xdp_adjust_head>(raw(), delta) == 0;
    PacketMemory& memory = context_->memory;
    memory.move(0);
    const std::int64_t left = static_cast<std::int64_t>(memory.linear_size()) - delta;
    if (-std::int64_t{delta} > static_cast<std::int64_t>(memory.margins.headroom) ||
        left < std::int64_t{smallest_frame})
      return false;
    memory.reshape(memory.metadata, -std::ptrdiff_t{delta}, 0);
    return true;
  }

  /// Moves the end of the frame by `delta` bytes (bpf_xdp_adjust_tail): a positive `delta` appends zeros, a negative
  /// one cuts bytes off. Returns false, and changes nothing, when the tailroom is too small, when fewer than 14 bytes
  /// would be left, or when a frame with fragments would grow. What was taken from the packet before is stale in every
  /// case.
  [[nodiscard]] constexpr bool adjust_tail(std::int32_t delta) const {
    if (on_device()) return call_helper<BpfHelper::xdp_adjust_tail>(raw(), delta) == 0;
    PacketMemory& memory = context_->memory;
    memory.move(0);
    const std::int64_t left = static_cast<std::int64_t>(memory.size()) + delta;
    if (delta > 0 && (memory.rest_size() > 0 || delta > static_cast<std::int64_t>(memory.margins.tailroom)))
      return false;
    if (left < std::int64_t{smallest_frame}) return false;
    const std::int64_t of_rest = detail::greatest(std::int64_t{delta}, -static_cast<std::int64_t>(memory.rest_size()));
    if (delta < 0) memory.rest_end += of_rest;
    memory.reshape(memory.metadata, 0, delta < 0 ? static_cast<std::ptrdiff_t>(delta - of_rest) : delta);
    return true;
  }

  /// Moves the start of the metadata by `delta` bytes (bpf_xdp_adjust_meta): a negative `delta` prepends bytes whose
  /// content is not defined, a positive one removes bytes. Returns false, and changes nothing, when the headroom is too
  /// small, or when the metadata would have more than 32 bytes or a size that is no multiple of 4. What was taken from
  /// the packet before is stale in every case.
  [[nodiscard]] constexpr bool adjust_metadata(std::int32_t delta) const {
    if (on_device()) return call_helper<BpfHelper::xdp_adjust_meta>(raw(), delta) == 0;
    PacketMemory& memory = context_->memory;
    memory.move(0);
    const std::int64_t bytes = static_cast<std::int64_t>(memory.metadata) - delta;
    if (bytes < 0 || bytes > std::int64_t{most_metadata} || bytes % 4 != 0) return false;
    if (-std::int64_t{delta} > static_cast<std::int64_t>(memory.margins.headroom)) return false;
    memory.reshape(static_cast<std::size_t>(bytes), 0, 0);
    return true;
  }

  /// A copy of the header `offset` bytes into the frame, linear or not; nothing when the frame ends before it does
  /// (bpf_xdp_load_bytes).
  template <PacketHeader Header>
  constexpr Copied<Header, XdpPacket> load(std::uint32_t offset) const {
    alignas(std::uint64_t) std::array<std::uint8_t, sizeof(Header)> bytes;
    bytes.fill(0);  // the kernel leaves it alone where it has nothing to copy
    const bool whole = copy_to(bytes, offset);
    return Copied<Header, XdpPacket>(*this, offset, whole, std::bit_cast<Header>(bytes));
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

  /// Puts `header` `offset` bytes into the frame, linear or not; false, and nothing changes, when the frame ends before
  /// it does (bpf_xdp_store_bytes). Checksums stay as they are.
  template <PacketHeader Header>
  EBPFXX_ANNOTATE(EBPFXX_ABI_WRITES_CHECKSUM)
  [[nodiscard]] constexpr bool store(std::uint32_t offset, const Header& header) const {
    if (on_device()) return call_helper<BpfHelper::xdp_store_bytes>(raw(), offset, &header, sizeof(Header)) == 0;
    return context_->memory.write(offset, detail::packet::bytes_of(header));
  }

  template <std::size_t Bytes>
  constexpr typename PacketView<access, Bytes, Interval{}>::Checked pull() const
      EBPFXX_REFUSE("helper-hook", "pulls bytes into the linear part, which this hook cannot; copy them with 'load'");

  /// The verdict that sends the frame out of another interface, by index, in the same network namespace
  /// (bpf_redirect).
  [[nodiscard]] constexpr XdpVerdict redirect(std::uint32_t ifindex) const {
    if (on_device()) return static_cast<XdpVerdict>(call_helper<BpfHelper::redirect>(ifindex, 0U));
    context_->redirected_ifindex = ifindex;
    return XdpVerdict::Redirect;
  }

#define EBPFXX_XDP_FIELD(name, Type, member)       \
  constexpr Type name() const                      \
    requires(Rights::readable.has(XdpField::name)) \
  {                                                \
    if (on_device()) return raw()->member;         \
    return context_->member;                       \
  }                                                \
  constexpr Type name() const EBPFXX_REFUSE(       \
      "context-field", "reads '" #name "', which this hook does not give; see the hook's 'readable'");
#include <ebpfxx/context/xdp_fields.inc>
#undef EBPFXX_XDP_FIELD

 private:
  constexpr bool copy_to(std::span<std::uint8_t> bytes, std::uint32_t offset) const {
    if (!on_device()) return context_->memory.read(offset, bytes);
    return call_helper<BpfHelper::xdp_load_bytes>(raw(), offset, bytes.data(),
                                                  static_cast<std::uint32_t>(bytes.size())) == 0;
  }

  xdp_md* raw() const { return reinterpret_cast<xdp_md*>(context_); }

  static std::uint8_t* address(std::uint32_t field) {
    return reinterpret_cast<std::uint8_t*>(static_cast<std::uintptr_t>(field));
  }

  constexpr detail::packet::Cursor<access> cursor() const {
    if (on_device()) return {address(raw()->data), address(raw()->data_end)};
    return {context_->memory.data, context_->memory.data_end};
  }

  XdpContext* context_;
};

}  // namespace ebpfxx
