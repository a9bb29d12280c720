#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <ebpfxx/detail/extremes.hpp>
#include <ebpfxx/number/bounded.hpp>
#include <ebpfxx/packet/cursor.hpp>

namespace ebpfxx {

/// Enough bytes are proven to read as many as are needed.
template <std::size_t Needed, std::size_t Proven>
concept ProvenFor = Needed <= Proven;

/// The hook lets programs write to packets.
template <PacketAccess A>
concept Writable = A == PacketAccess::ReadWrite;

/// The verifier follows packet offsets up to here (MAX_PACKET_OFF in include/linux/bpf_verifier.h).
inline constexpr std::uint64_t max_packet_offset = 0xffff;

/// The last of the bytes can be part of a packet: the verifier follows packets up to byte 65,535.
template <Interval Offset, std::uint64_t Bytes>
concept WithinPacket = Offset.high + Bytes <= max_packet_offset;

namespace detail::packet {

template <class Number>
concept IsOffset = Interval{0, max_packet_offset}.contains(Number::interval);

/// The upper bound of `Number`, added to `Offset`, that a mask may show to the verifier: at most half of the offsets
/// that the verifier follows, so that the other half is left for the bytes read there.
template <Interval Offset, class Number>
inline constexpr WideInteger offset_limit =
    detail::greatest<WideInteger>(Number::interval.high, max_packet_offset / 2 - Offset.high);

/// `Offset` and `Number` more bytes, as the verifier sees them.
template <Interval Offset, class Number>
inline constexpr Interval offset_behind = detail::number::hull::sum(
    Offset, {Number::interval.low, Number::template shown_high<offset_limit<Offset, Number>>});

}  // namespace detail::packet

template <PacketHeader Header, PacketAccess A, Interval Offset>
class Parsed;

/// Packet bytes that start `Offset` bytes into the packet, of which the first `Proven` are known to be readable.
///
/// Only `require` raises `Proven`: it holds the one comparison with the end of the packet, and so the one branch that
/// the kernel's verifier has to understand.
template <PacketAccess A, std::size_t Proven, Interval Offset>
class PacketView {
 public:
  constexpr explicit PacketView(detail::packet::Cursor<A> cursor) : cursor_(cursor) {}

  /// A view of `Proven` bytes or nothing, to be tested before use.
  class EBPFXX_ANNOTATE(EBPFXX_ABI_TESTED, "packet-bounds", "may reach past the end of the packet here")
      [[nodiscard]] Checked {
   public:
    /// `proven`: the packet is long enough for the view.
    constexpr Checked(PacketView view, bool proven) : view_(view), proven_(proven) {}
    constexpr explicit operator bool() const { return proven_; }
    constexpr const PacketView operator*() const { return view_; }
    constexpr const PacketView* operator->() const { return &view_; }

   private:
    PacketView view_;
    bool proven_;
  };

  /// These bytes, if there are at least `Bytes` of them.
  template <std::size_t Bytes>
    requires WithinPacket<Offset, Bytes>
  constexpr auto require() const {
    using Longer = PacketView<A, Bytes, Offset>;
    return typename Longer::Checked(Longer(cursor_), cursor_.reaches(Bytes));
  }
  template <std::size_t Bytes>
  constexpr typename PacketView<A, Bytes, Offset>::Checked require() const EBPFXX_REFUSE(
      "packet-bounds",
      "asks for %0 bytes at an offset of up to %1, the verifier follows packets up to byte 65535; bound the offset",
      Bytes, Offset.high);

  /// A copy of the header `At` bytes from here, constant as `write` is what changes the packet.
  template <PacketHeader Header, std::size_t At = 0>
    requires ProvenFor<At + sizeof(Header), Proven>
  constexpr const Header at() const {
    return *detail::packet::HeaderAccess<Header, A>(cursor_.position + At).operator->();
  }
  template <PacketHeader Header, std::size_t At = 0>
  constexpr const Header at() const
      EBPFXX_REFUSE("packet-bounds",
                    "reads %0 bytes at offset %1, %2 bytes are proven; require %3 bytes before reading them",
                    sizeof(Header), At, Proven, At + sizeof(Header));

  /// Writes a header `At` bytes from here.
  template <std::size_t At = 0, PacketHeader Header>
    requires Writable<A> && ProvenFor<At + sizeof(Header), Proven>
  EBPFXX_ANNOTATE(EBPFXX_ABI_WRITES_CHECKSUM)
  constexpr void write(const Header& header) const {
    *detail::packet::HeaderAccess<Header, A>(cursor_.position + At).operator->() = header;
  }
  template <std::size_t At = 0, PacketHeader Header>
    requires Writable<A>
  constexpr void write(const Header& header) const
      EBPFXX_REFUSE("packet-bounds",
                    "writes %0 bytes at offset %1, %2 bytes are proven; require %3 bytes before writing them",
                    sizeof(Header), At, Proven, At + sizeof(Header));
  template <std::size_t At = 0, PacketHeader Header>
    requires(!Writable<A>)
  constexpr void write(const Header& header) const
      EBPFXX_REFUSE("packet-write",
                    "writes %0 bytes to a packet that this hook only reads; use a hook that may write, as Lwt::Xmit",
                    sizeof(Header));

  /// What follows the next `Bytes` bytes.
  template <std::size_t Bytes>
  constexpr auto skip() const {
    constexpr std::size_t left = Proven > Bytes ? Proven - Bytes : 0;
    return PacketView<A, left, detail::number::hull::sum(Offset, Interval{Bytes, Bytes})>(cursor_.advanced(Bytes));
  }

  /// What follows the next `bytes` bytes; of it is proven what surely was before.
  template <BoundedNumber Bytes>
    requires(detail::packet::IsOffset<Bytes>)
  constexpr auto skip(Bytes bytes) const {
    constexpr std::size_t left = Bytes::interval.high < Proven ? Proven - Bytes::interval.high : 0;
    return PacketView<A, left, detail::packet::offset_behind<Offset, Bytes>>(
        cursor_.advanced(bytes.template shown<detail::packet::offset_limit<Offset, Bytes>>()));
  }
  template <BoundedNumber Bytes>
  constexpr PacketView skip(Bytes bytes) const
      EBPFXX_REFUSE("packet-bounds", "skips %0 to %1 bytes, a packet has 0 to 65535; bound the number first",
                    detail::number::bounds<Bytes>.low, detail::number::bounds<Bytes>.high);

  /// The header that starts here, if all of it is in the packet, and its bytes can be one.
  template <PacketHeader Header>
    requires WithinPacket<Offset, sizeof(Header)>
  constexpr Parsed<Header, A, Offset> parse() const {
    return Parsed<Header, A, Offset>(cursor_);
  }
  template <PacketHeader Header>
  constexpr Parsed<Header, A, Offset> parse() const EBPFXX_REFUSE(
      "packet-bounds",
      "parses %0 bytes at an offset of up to %1, the verifier follows packets up to byte 65535; bound the offset",
      sizeof(Header), Offset.high);

  /// The bytes that start here as a `Header`, if they are in the packet, whatever they are: for headers that are yet to
  /// be written, as behind `change_head`.
  template <PacketHeader Header>
    requires WithinPacket<Offset, sizeof(Header)>
  constexpr auto unchecked() const {
    return Parsed<Header, A, Offset>::unchecked(cursor_);
  }

 private:
  detail::packet::Cursor<A> cursor_;
};

}  // namespace ebpfxx
