#pragma once

#include <cstddef>
#include <cstdint>

#include <ebpfxx/packet/parsed.hpp>

namespace ebpfxx {

/// A copy of the header that `load` found, or nothing: when the packet ends before it does, or its bytes cannot be one.
/// Test it before use.
///
/// It is spelled like Parsed, and unlike it reaches the part of a packet that is not linear, and outlives what moves
/// the packet. Nobody sees changes to it; `store` puts them back.
template <PacketHeader Header, class Packet>
class EBPFXX_ANNOTATE(EBPFXX_ABI_TESTED, "packet-bounds", "may reach past the end of the packet here")
    [[nodiscard]] Copied {
 public:
  /// `proven`: all of the header's bytes were there.
  constexpr Copied(Packet packet, std::uint32_t offset, bool proven, const Header& header)
      : packet_(packet), offset_(offset), proven_(proven && can_be(header)), header_(header) {}

  constexpr explicit operator bool() const { return proven_; }

  constexpr const Header* operator->() const { return &header_; }
  constexpr const Header& operator*() const { return header_; }

  /// Where it is in the packet, in bytes from where the hook's data starts.
  constexpr std::uint32_t offset() const { return offset_; }

  /// The packet that it is in.
  constexpr Packet packet() const { return packet_; }

  /// A copy of the header behind this one: if this one was found, says that a `Next` follows, and that it starts here;
  /// if all of the `Next` is in the packet, and its bytes can be one.
  template <PacketHeader Next>
    requires HasNext<Header> && Announces<Header, Next>
  EBPFXX_ANNOTATE(EBPFXX_ABI_TAKEN_FROM)
  constexpr auto next() const {
    return proven_ && announces<Next>(header_) ? payload<Next>() : nothing<Next>();
  }
  template <class Next>
  constexpr Copied<Next, Packet> next() const
      EBPFXX_REFUSE("next-header", "asks for '%0' behind '%1', which never announces it; take it by 'payload<%0>()'",
                    static_cast<Next*>(nullptr), static_cast<Header*>(nullptr));

  /// The same without looking at what this one says that follows.
  template <PacketHeader Next>
    requires HasNext<Header>
  EBPFXX_ANNOTATE(EBPFXX_ABI_TAKEN_FROM)
  constexpr auto payload() const {
    if (!proven_ || !header_.has_next()) return nothing<Next>();
    return packet_.template load<Next>(offset_ + static_cast<std::uint32_t>(header_.header_length().value()));
  }

  /// The transport header, linear or not, that this header leads to, and the flow of the packet; see FoundTransport.
  template <TransportBounds Bounds = TransportBounds{}>
    requires detail::packet::leads_to_transport<Header>
  constexpr auto transport() const {
    return detail::protocol::transport_behind<Bounds>(*this);
  }

  /// Copies of the options behind the fixed part of this header, for a range-based `for`; each says first
  /// whether it could be read, see ListedOption.
  constexpr auto options() const
    requires HasOptions<Header>
  {
    return detail::packet::options_of(*this);
  }

  /// A copy of the first option of its kind, if this header was found and its list has it; or whether that could not be
  /// told, see Searched.
  template <OptionOf<Header> Option>
  EBPFXX_ANNOTATE(EBPFXX_ABI_TAKEN_FROM)
  constexpr auto option() const {
    using Found = decltype(options().template find<Option>());
    return proven_ ? options().template find<Option>() : Found(nothing<Option>(), false);
  }
  template <class Option>
  constexpr Copied<Option, Packet> option() const
      EBPFXX_REFUSE("packet-bounds", "asks for an option that this header does not have; name one of its own");

  /// A copy of a part of this header, if this one was found, says that it has it, and all of it is in the packet.
  template <PartOf<Header> Part>
  EBPFXX_ANNOTATE(EBPFXX_ABI_TAKEN_FROM)
  constexpr auto part() const {
    if (!proven_ || !Part::is_in(header_)) return nothing<Part>();
    return packet_.template load<Part>(offset_ + static_cast<std::uint32_t>(Part::offset_in(header_).value()));
  }
  template <class Part>
  constexpr Copied<Part, Packet> part() const
      EBPFXX_REFUSE("packet-bounds", "asks for a part that this header does not have; name one of its own");

 private:
  template <class Other>
  constexpr Copied<Other, Packet> nothing() const {
    return Copied<Other, Packet>(packet_, offset_, false, Other{});
  }

  Packet packet_;
  std::uint32_t offset_;
  bool proven_;
  alignas(std::uint64_t) Header header_;  // copied by words, also on the stack
};

}  // namespace ebpfxx
