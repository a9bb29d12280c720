#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include <ebpfxx/detail/extremes.hpp>
#include <ebpfxx/native_interface.hpp>

namespace ebpfxx {

/// The bytes by which a packet may grow.
struct PacketMargins {
  std::size_t headroom = 0;  ///< in front of it
  std::size_t tailroom = 0;  ///< behind it
};

/// The bytes of a packet outside the kernel: the linear part, which views see, and the rest, which is in fragments
/// of its own and is seen by copies only. In constant evaluation the rest follows the linear part in memory. Copies are
/// not inlined, since g++ 12 would warn of overflows that cannot be.
struct PacketMemory {
  /// The first byte of the linear part.
  std::uint8_t* data = nullptr;
  /// The byte behind it.
  std::uint8_t* data_end = nullptr;
  /// The first byte behind the linear part, which only helpers reach.
  std::uint8_t* rest = nullptr;
  /// The byte behind it.
  std::uint8_t* rest_end = nullptr;
  std::size_t metadata = 0;    ///< bytes that are right before `data`
  PacketMargins margins = {};  ///< in front of the metadata, and behind the linear part

  /// All of `bytes`: the metadata, and then the packet, of which the first `linear` bytes are the linear part.
  static constexpr PacketMemory of(std::span<std::uint8_t> bytes, std::size_t linear, std::size_t metadata = 0) {
    metadata = detail::least(metadata, bytes.size());
    std::uint8_t* const start = bytes.data() + metadata;
    std::uint8_t* const end = bytes.data() + bytes.size();
    std::uint8_t* const middle = start + detail::least(linear, bytes.size() - metadata);
    return {start, middle, middle, end, metadata};
  }

  /// Bytes that a program can read without a helper.
  constexpr std::size_t linear_size() const { return static_cast<std::size_t>(data_end - data); }
  /// Bytes that only helpers reach.
  constexpr std::size_t rest_size() const { return static_cast<std::size_t>(rest_end - rest); }
  /// Bytes of the whole packet.
  constexpr std::size_t size() const { return linear_size() + rest_size(); }

  /// Copies the bytes at `offset`; false, and nothing is copied, where the packet ends before they do.
  [[gnu::noinline]] constexpr bool read(std::size_t offset, std::span<std::uint8_t> bytes) const {
    if (!holds(offset, bytes.size())) return false;
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = *at(offset + i);
    return true;
  }

  /// Puts `bytes` at `offset`; false, and nothing changes, where the packet ends before they do.
  [[gnu::noinline]] constexpr bool write(std::size_t offset, std::span<const std::uint8_t> bytes) const {
    if (!holds(offset, bytes.size())) return false;
    for (std::size_t i = 0; i < bytes.size(); ++i) *at(offset + i) = bytes[i];
    return true;
  }

  /// What a helper does that may move the packet: the first `linear` bytes, or as many as there are, become the linear
  /// part. A native run puts them in new memory, so that AddressSanitizer sees whoever still uses the old.
  constexpr void move(std::size_t linear) {
    linear = detail::clamped(linear, linear_size(), size());
    if (runs_natively()) return native_interface::current->move_packet(*this, linear);
    const std::size_t more = linear - linear_size();
    data_end += more;
    rest += more;
  }

  /// Moves the edges: there are `bytes` of metadata from now on, and the linear part has `front` more bytes before the
  /// first and `back` more behind the last (fewer, where negative). New bytes are zero. The caller has made sure of
  /// their headroom and tailroom, and that no rest follows where the end moves.
  constexpr void reshape(std::size_t bytes, std::ptrdiff_t front, std::ptrdiff_t back) {
    margins.headroom += metadata - bytes - static_cast<std::size_t>(front);
    margins.tailroom -= static_cast<std::size_t>(back);
    if (runs_natively()) return native_interface::current->reshape_packet(*this, bytes, front, back);
    const std::size_t kept = detail::least(metadata, bytes);
    std::uint8_t* const start = data - front;
    if (front >= 0)
      for (std::size_t i = kept; i > 0; --i) *(start - i) = *(data - i);
    else
      for (std::size_t i = 1; i <= kept; ++i) *(start - i) = *(data - i);
    for (std::uint8_t* byte = start - bytes; byte != start - kept; ++byte) *byte = 0;
    for (std::uint8_t* byte = start; byte < data; ++byte) *byte = 0;
    for (std::ptrdiff_t i = 0; i < back; ++i) data_end[i] = 0;
    data = start;
    data_end += back;
    metadata = bytes;
    if (rest_size() == 0) rest = rest_end = data_end;
  }

 private:
  static constexpr bool runs_natively() {
    return !__builtin_is_constant_evaluated() && native_interface::current != nullptr;
  }
  constexpr bool holds(std::size_t offset, std::size_t bytes) const {
    return offset <= size() && size() - offset >= bytes;
  }
  constexpr std::uint8_t* at(std::size_t offset) const {
    return offset < linear_size() ? data + offset : rest + (offset - linear_size());
  }
};

/// The bytes of a packet in an object, with the headroom and tailroom that a hook gives. Reads as an array does.
template <std::size_t Size, PacketMargins Margins>
class StoredPacket {
 public:
  /// Bytes that are kept, headroom and tailroom included.
  static constexpr std::size_t capacity = Margins.headroom + Size + Margins.tailroom;

  /// A packet of these bytes.
  constexpr explicit StoredPacket(const std::array<std::uint8_t, Size>& bytes) {
    for (std::size_t i = 0; i < Size; ++i) storage_[Margins.headroom + i] = bytes[i];
  }

  /// The packet's bytes, without headroom and tailroom.
  constexpr std::size_t size() const { return size_; }
  /// The packet's first byte.
  constexpr const std::uint8_t* data() const { return storage_.data() + start_; }
  constexpr const std::uint8_t* begin() const { return data(); }
  constexpr const std::uint8_t* end() const { return data() + size_; }
  constexpr std::uint8_t operator[](std::size_t index) const { return *(data() + index); }

  /// The metadata that is before the packet.
  constexpr std::span<const std::uint8_t> metadata() const { return {data() - metadata_, metadata_}; }

  /// The bytes to run a program on.
  constexpr std::span<std::uint8_t> span() { return {storage_.data() + start_, size_}; }

  /// Takes over where the packet begins and ends after a run.
  constexpr void settle(const PacketMemory& memory) {
    start_ = static_cast<std::size_t>(memory.data - storage_.data());
    size_ = memory.size();
    metadata_ = memory.metadata;
  }

  template <std::size_t Bytes>
  friend constexpr bool operator==(const StoredPacket& packet, const std::array<std::uint8_t, Bytes>& bytes) {
    if (packet.size() != Bytes) return false;
    for (std::size_t i = 0; i < Bytes; ++i)
      if (packet[i] != bytes[i]) return false;
    return true;
  }

 private:
  std::array<std::uint8_t, capacity> storage_{};
  std::size_t start_ = Margins.headroom;
  std::size_t size_ = Size;
  std::size_t metadata_ = 0;
};

}  // namespace ebpfxx
