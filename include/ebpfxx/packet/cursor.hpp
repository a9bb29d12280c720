#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>

#include <ebpfxx/detail/device.hpp>

namespace ebpfxx {

/// What a hook lets a program do with the bytes of a packet.
enum class Access { ReadOnly, ReadWrite };

/// A description of bytes in a packet: no alignment, no padding, no pointers.
template <class Header>
concept PacketHeader = std::is_trivially_copyable_v<Header> && alignof(Header) == 1;

namespace detail {

/// A place in a packet and the packet's end. In the kernel both are packet pointers, and `reaches` is the one
/// comparison that the verifier learns bounds from (kernel/bpf/verifier.c, find_good_pkt_pointers). Elsewhere no
/// pointer leaves the packet: a place behind the end is null.
template <Access A>
struct Cursor {
  using Byte = std::conditional_t<A == Access::ReadWrite, std::uint8_t, const std::uint8_t>;

  Byte* position;
  Byte* end;

  /// Whether `bytes` bytes stand here.
  constexpr bool reaches(std::size_t bytes) const {
    if (on_device()) return position + bytes <= end;
    return position != nullptr && static_cast<std::size_t>(end - position) >= bytes;
  }

  constexpr Cursor advanced(std::size_t bytes) const {
    if (on_device() || reaches(bytes)) return {position + bytes, end};
    return {nullptr, nullptr};
  }
};

/// The header at `position` by value. Only for constant evaluation, where bytes cannot be looked at as a header.
template <PacketHeader Header>
constexpr Header copy_header(const std::uint8_t* position) {
  std::array<std::uint8_t, sizeof(Header)> bytes{};
  for (std::size_t i = 0; i < sizeof(Header); ++i) bytes[i] = position[i];
  return std::bit_cast<Header>(bytes);
}

template <PacketHeader Header>
constexpr void write_header(std::uint8_t* position, const Header& header) {
  const auto bytes = std::bit_cast<std::array<std::uint8_t, sizeof(Header)>>(header);
  for (std::size_t i = 0; i < sizeof(Header); ++i) position[i] = bytes[i];
}

/// What `->` gives on a header: the packet's own bytes; in constant evaluation a copy that is written back.
template <PacketHeader Header, Access A>
class HeaderAccess {
  using Seen = std::conditional_t<A == Access::ReadWrite, Header, const Header>;

 public:
  constexpr explicit HeaderAccess(typename Cursor<A>::Byte* position) : position_(position), none_{} {
    if (std::is_constant_evaluated()) std::construct_at(&copy_, copy_header<Header>(position));
  }
  HeaderAccess(const HeaderAccess&) = delete;
  HeaderAccess& operator=(const HeaderAccess&) = delete;
  constexpr ~HeaderAccess() {
    if constexpr (A == Access::ReadWrite)
      if (std::is_constant_evaluated()) write_header(position_, copy_);
  }

  constexpr Seen* operator->() {
    if (std::is_constant_evaluated()) return &copy_;
    return reinterpret_cast<Seen*>(position_);
  }

 private:
  typename Cursor<A>::Byte* position_;
  union {
    Header copy_;
    std::uint8_t none_;
  };
};

}  // namespace detail
}  // namespace ebpfxx
