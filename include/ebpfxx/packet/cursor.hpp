#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <ebpfxx/detail/device.hpp>

namespace ebpfxx {

/// What a hook lets a program do with the bytes of a packet.
enum class PacketAccess { ReadOnly, ReadWrite };

namespace detail::packet {
/// Whether a type is a packet to build, whose own bytes are not those of the packet.
template <class>
inline constexpr bool is_stack = false;
}  // namespace detail::packet

/// A description of bytes in a packet: no alignment, no padding, no pointers.
template <class Header>
concept PacketHeader =
    std::is_trivially_copyable_v<Header> && alignof(Header) == 1 && !detail::packet::is_stack<Header>;

namespace detail::packet {

/// A position in a packet and the packet's end. In the kernel both are packet pointers, and `reaches` is the only
/// comparison from which the verifier learns bounds (kernel/bpf/verifier.c, find_good_pkt_pointers). Elsewhere no
/// pointer leaves the packet: a position behind the end is null.
template <PacketAccess A>
struct Cursor {
  using Byte = std::conditional_t<A == PacketAccess::ReadWrite, std::uint8_t, const std::uint8_t>;

  Byte* position;
  Byte* end;

  /// Returns whether the packet has `bytes` bytes from here on.
  constexpr bool reaches(std::size_t bytes) const {
    if (on_device()) return position + bytes <= end;
    return position != nullptr && static_cast<std::size_t>(end - position) >= bytes;
  }

  constexpr Cursor advanced(std::size_t bytes) const {
    if (on_device() || reaches(bytes)) return {position + bytes, end};
    return {nullptr, nullptr};
  }
};

/// The bytes of a header. Only for constant evaluation and where copies cost nothing.
template <PacketHeader Header>
constexpr std::array<std::uint8_t, sizeof(Header)> bytes_of(const Header& header) {
  return std::bit_cast<std::array<std::uint8_t, sizeof(Header)>>(header);
}

/// The header at `position` by value. Only for constant evaluation, where bytes cannot be looked at as a header.
template <PacketHeader Header>
constexpr Header copy_header(const std::uint8_t* position) {
  std::array<std::uint8_t, sizeof(Header)> bytes{};
  for (std::size_t i = 0; i < sizeof(Header); ++i) bytes[i] = position[i];
  return std::bit_cast<Header>(bytes);
}

template <PacketHeader Header>
constexpr void write_header(std::uint8_t* position, const Header& header) {
  const auto bytes = bytes_of(header);
  for (std::size_t i = 0; i < sizeof(Header); ++i) position[i] = bytes[i];
}

/// What `->` gives on a header: the packet's own bytes; in constant evaluation a copy. What was changed in the copy is
/// written back at the end of the full expression, and only that: the other side of `ip->ttl = ip->ttl - 1` has a copy
/// too.
template <PacketHeader Header, PacketAccess A>
class EBPFXX_ANNOTATE(EBPFXX_ABI_HEADER_ACCESS) HeaderAccess {
  using Seen = std::conditional_t<A == PacketAccess::ReadWrite, Header, const Header>;

 public:
  constexpr explicit HeaderAccess(typename Cursor<A>::Byte* position)
      : position_(position), copies_(__builtin_is_constant_evaluated() ? Copies(position) : Copies()) {}
  HeaderAccess(const HeaderAccess&) = delete;
  HeaderAccess& operator=(const HeaderAccess&) = delete;
  constexpr ~HeaderAccess() {
    if constexpr (A == PacketAccess::ReadWrite)
      if (__builtin_is_constant_evaluated()) write_back();
  }

  constexpr Seen* operator->() {
    if (__builtin_is_constant_evaluated()) return &copies_.both.current;
    return reinterpret_cast<Seen*>(position_);
  }

 private:
  struct Both {
    Header current;
    Header before;
  };
  union Copies {
    constexpr Copies() : none{} {}
    constexpr explicit Copies(const std::uint8_t* position)
        : both{copy_header<Header>(position), copy_header<Header>(position)} {}
    Both both;
    std::uint8_t none;
  };

  constexpr void write_back() const {
    const auto current = bytes_of(copies_.both.current);
    const auto before = bytes_of(copies_.both.before);
    for (std::size_t i = 0; i < sizeof(Header); ++i)
      if (current[i] != before[i]) position_[i] = current[i];
  }

  typename Cursor<A>::Byte* position_;
  Copies copies_;
};

}  // namespace detail::packet
}  // namespace ebpfxx
