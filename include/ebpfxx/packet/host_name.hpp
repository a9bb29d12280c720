#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string_view>

#include <ebpfxx/detail/device.hpp>
#include <ebpfxx/packet/place.hpp>

namespace ebpfxx {

namespace detail {

constexpr char lower_case(std::uint8_t byte) {
  return static_cast<char>(byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte);
}

}  // namespace detail

/// The name of a host in lower case, as "www.example.org", with zeros behind: at most `Room` - 2 characters. A key for
/// maps, too.
template <std::size_t Room = 64>
struct HostName {
  static_assert(std::has_single_bit(Room) && Room >= 8 && Room <= 256);

  std::array<char, Room> characters{};  ///< the name, and zeros behind it

  constexpr HostName() = default;

  /// A constant; one that is too long does not compile.
  template <std::size_t Size>
  // NOLINTNEXTLINE(google-explicit-constructor): names are compared with literals
  consteval HostName(const char (&name)[Size]) {
    if (Size - 1 > Room - 2) throw std::length_error("this name is too long");
    for (std::size_t i = 0; i < Size - 1; ++i) characters[i] = detail::lower_case(static_cast<std::uint8_t>(name[i]));
  }

  /// Returns the name in lower case, or nothing where it has more than `Room` - 2 characters or a zero among them.
  static constexpr std::optional<HostName> from_text(std::string_view text) {
    if (text.size() > Room - 2 || text.find('\0') != std::string_view::npos) return std::nullopt;
    HostName name;
    for (std::size_t i = 0; i < text.size(); ++i)
      name.characters[i] = detail::lower_case(static_cast<std::uint8_t>(text[i]));
    return name;
  }

  /// For the application.
  constexpr std::string_view view() const { return {characters.data(), std::string_view(characters.data()).size()}; }

  friend constexpr bool operator==(const HostName& left, const HostName& right) {
    using Words = std::array<std::uint64_t, Room / 8>;
    const auto ours = std::bit_cast<Words>(left.characters), theirs = std::bit_cast<Words>(right.characters);
    for (std::size_t i = 0; i < ours.size(); ++i)
      if (ours[i] != theirs[i]) return false;
    return true;
  }
};

/// A value that was read from a packet, or nothing when the packet ends before it does, or has something else there.
/// Test it before use.
template <class Value>
class EBPFXX_ANNOTATE(EBPFXX_ABI_TESTED, "packet-bounds", "may be nothing here") [[nodiscard]] FoundValue {
 public:
  constexpr FoundValue() = default;
  /// One that was found.
  constexpr explicit FoundValue(const Value& value) : value_(value), found_(true) {}

  constexpr explicit operator bool() const { return found_; }
  constexpr const Value& operator*() const { return value_; }
  constexpr const Value* operator->() const { return &value_; }

 private:
  Value value_{};
  bool found_ = false;
};

}  // namespace ebpfxx
