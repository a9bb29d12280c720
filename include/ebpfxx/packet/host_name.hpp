#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <type_traits>
#include <utility>

#include <ebpfxx/detail/device.hpp>
#include <ebpfxx/packet/position.hpp>

namespace ebpfxx {

namespace detail::packet {

constexpr char lower_case(std::uint8_t byte) {
  return static_cast<char>(byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte);
}

inline std::uint64_t word_of(const char* characters) {
  std::uint64_t word;
  __builtin_memcpy(&word, characters, sizeof(word));
  return word;
}

/// Ones in the first `count` bytes of a word in memory, zeros in the others. Without a branch, of which the verifier
/// would follow both ways for each word.
inline std::uint64_t first_bytes(std::int64_t count) {
  const std::uint64_t all = opaque(static_cast<std::uint64_t>((7 - count) >> 63));
  const std::uint64_t none = opaque(static_cast<std::uint64_t>((count - 1) >> 63));
  const std::uint64_t some = (std::uint64_t{1} << 8 * (count & 7)) - 1;
  return (some & ~none) | all;
}

/// Zeros behind the first `length` characters, where the characters were copied there with what follows them.
template <class Window, std::size_t Bytes>
constexpr void clear_behind(std::array<char, Bytes>& characters, std::int64_t length) {
  if constexpr (!Window::is_copy) return;
  if (!on_device()) {
    for (std::size_t i = 0; i < Bytes; ++i)
      if (static_cast<std::int64_t>(i) >= length) characters[i] = 0;
    return;
  }
  for (std::size_t i = 0; i < Bytes; i += sizeof(std::uint64_t)) {
    const std::uint64_t word = word_of(&characters[i]) & first_bytes(length - static_cast<std::int64_t>(i));
    __builtin_memcpy(&characters[i], &word, sizeof(word));
  }
}

}  // namespace detail::packet

/// The name of a host in lower case, as "www.example.org", with zeros behind: at most `Bytes` - 2 characters, of which
/// DNS allows 253. A key for maps, too.
template <std::size_t Bytes = 256>
struct HostName {
  static_assert(std::has_single_bit(Bytes) && Bytes >= 8 && Bytes <= 256);

  std::array<char, Bytes> characters{};  ///< the name, and zeros behind it

  constexpr HostName() = default;

  /// A constant; one that is too long does not compile.
  template <std::size_t Size>
  // NOLINTNEXTLINE(google-explicit-constructor): names are compared with literals
  consteval HostName(const char (&name)[Size]) {
    if (Size - 1 > Bytes - 2) throw std::length_error("this name is too long");
    for (std::size_t i = 0; i < Size - 1; ++i)
      characters[i] = detail::packet::lower_case(static_cast<std::uint8_t>(name[i]));
  }

  /// Returns the name in lower case, or nothing where it has more than `Bytes` - 2 characters or a zero among them.
  static constexpr std::optional<HostName> from_text(std::string_view text) {
    if (text.size() > Bytes - 2 || text.find('\0') != std::string_view::npos) return std::nullopt;
    HostName name;
    for (std::size_t i = 0; i < text.size(); ++i)
      name.characters[i] = detail::packet::lower_case(static_cast<std::uint8_t>(text[i]));
    return name;
  }

  /// For the application.
  constexpr std::string_view view() const { return {characters.data(), std::string_view(characters.data()).size()}; }

  friend constexpr bool operator==(const HostName& left, const HostName& right) {
    if (!on_device()) return left.characters == right.characters;
    return left.equals(right, std::make_index_sequence<Bytes / sizeof(std::uint64_t)>());
  }

 private:
  /// Word by word, each at an offset that is known, so that a literal need not be put on the stack; and with one test,
  /// as the verifier would follow both ways of one for each word.
  template <std::size_t... Indexes>
  bool equals(const HostName& other, std::index_sequence<Indexes...>) const {
    return detail::opaque(((word_at<Indexes>() ^ other.word_at<Indexes>()) | ...)) == 0;
  }

  template <std::size_t Index>
  std::uint64_t word_at() const {
    return detail::packet::word_of(&characters[Index * sizeof(std::uint64_t)]);
  }
};

/// What came of reading a value from a packet.
enum class ReadOutcome : std::uint8_t { Found, None, CouldNotTell };

/// A value that was read from a packet; or nothing, where the packet has none; or no answer, where there may be one
/// that could not be read. Ask first whether it could not, then test it before use:
///
///     auto question = read_question(dns);
///     if (question.could_not_tell()) return Drop;
///     if (!question) return Pass;
template <class Value>
class EBPFXX_ANNOTATE(EBPFXX_ABI_TESTED, "packet-bounds", "may be nothing here") [[nodiscard]] FoundValue {
 public:
  /// One that `read` writes, with what came of it: a value may be too long to be copied.
  template <class Read>
    requires std::is_invocable_r_v<ReadOutcome, Read, Value&>
  constexpr explicit FoundValue(const Read& read) : outcome_(read(value_)) {}

  /// Whether the packet may have such a value, which is too long, not as it is to be, or behind the packet's end.
  EBPFXX_ANNOTATE(EBPFXX_ABI_ASKED_FIRST, "could-not-tell", "may be of a packet that could not be read")
  [[nodiscard]] constexpr bool could_not_tell() const { return outcome_ == ReadOutcome::CouldNotTell; }

  constexpr explicit operator bool() const { return outcome_ == ReadOutcome::Found; }
  constexpr const Value& operator*() const { return value_; }
  constexpr const Value* operator->() const { return &value_; }

 private:
  Value value_{};
  ReadOutcome outcome_;
};

}  // namespace ebpfxx
