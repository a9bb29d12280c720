#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include <ebpfxx/packet/copied.hpp>
#include <ebpfxx/packet/parsed.hpp>

/// Positions in a packet for walks whose steps are known only at run time: from option to option, from extension header
/// to extension header. There is one for the linear part and one for copies, spelled alike, so that a walk is written
/// once.
namespace ebpfxx::detail::packet {

/// One byte, if it is there.
struct ByteThere {
  std::uint8_t value;
  bool there;
};

/// The bytes from a position on, to be read one by one.
template <class Position>
struct LinearWindow {
  static constexpr bool is_copy = false;
  Position position;

  /// The loop that this is in bounds `index`.
  constexpr ByteThere operator[](std::size_t index) const {
    const auto byte = position.moved(opaque(index)).template parse<std::uint8_t>();
    return byte ? ByteThere{*byte, true} : ByteThere{0, false};
  }
};
template <std::size_t Size>
struct CopiedWindow {
  static constexpr bool is_copy = true;
  const std::array<char, Size>& bytes;
  std::uint32_t count;

  constexpr ByteThere operator[](std::size_t index) const {
    return {static_cast<std::uint8_t>(bytes[index]), index < count};
  }
};

/// A position in the linear part, within `Reach`. Whoever moves it sees to that, in a way that the verifier sees too.
template <PacketAccess A, Interval Reach>
struct LinearPosition {
  Cursor<A> cursor;

  template <PacketHeader Header>
  constexpr auto parse() const {
    return Parsed<Header, A, Reach>(cursor);
  }
  template <PacketHeader Header>
  static constexpr auto nothing() {
    return Parsed<Header, A, Reach>();
  }

  constexpr LinearPosition moved(std::uint64_t bytes) const { return {cursor.advanced(bytes)}; }

  /// The next `Size` bytes, or as many of them as there are. Copies of them are in `copies`, from where they may be
  /// moved to the front: there is no stack for two arrays of names.
  template <std::size_t Size>
  constexpr auto window(std::array<char, Size>&) const {
    using Longer = LinearPosition<A, detail::number::hull::sum(Reach, Interval{0, Size})>;
    return LinearWindow<Longer>{Longer{cursor}};
  }

  template <std::size_t Bytes>
  constexpr auto behind() const {
    return LinearPosition<A, detail::number::hull::sum(Reach, Interval{Bytes, Bytes})>{cursor.advanced(Bytes)};
  }
};

/// A position in any part of a packet.
template <class Packet>
struct CopiedPosition {
  Packet packet;
  std::uint32_t offset;

  template <PacketHeader Header>
  constexpr auto parse() const {
    return packet.template load<Header>(offset);
  }
  template <PacketHeader Header>
  constexpr auto nothing() const {
    return Copied<Header, Packet>(packet, offset, false, Header{});
  }

  template <std::size_t Size>
  constexpr auto window(std::array<char, Size>& copies) const {
    using Bytes = std::array<std::uint8_t, Size>;
    if (on_device()) return CopiedWindow<Size>{copies, packet.load_some(offset, reinterpret_cast<Bytes&>(copies))};
    Bytes bytes{};
    const std::uint32_t count = packet.load_some(offset, bytes);
    copies = std::bit_cast<std::array<char, Size>>(bytes);
    return CopiedWindow<Size>{copies, count};
  }

  constexpr CopiedPosition moved(std::uint64_t bytes) const {
    return {packet, static_cast<std::uint32_t>(offset + bytes)};
  }

  template <std::size_t Bytes>
  constexpr CopiedPosition behind() const {
    return moved(Bytes);
  }
};

/// Where `header` starts; the position may move `Bytes` bytes on.
template <std::size_t Bytes, PacketHeader Header, PacketAccess A, Interval Offset>
constexpr auto position_of(const Parsed<Header, A, Offset>& header) {
  return LinearPosition<A, detail::number::hull::sum(Offset, Interval{0, Bytes})>{header.cursor()};
}
template <std::size_t, PacketHeader Header, class Packet>
constexpr auto position_of(const Copied<Header, Packet>& header) {
  return CopiedPosition<Packet>{header.packet(), header.offset()};
}

/// A found header, as a view or as a copy.
template <class Found, class Header>
concept FoundHeader = requires(const Found& found) {
  position_of<0>(found);
  { *found } -> std::convertible_to<Header>;
};

}  // namespace ebpfxx::detail::packet
