#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <ebpfxx/packet/position.hpp>
#include <ebpfxx/packet/searched.hpp>

/// Lists of options: each with a kind and a length, behind the fixed part of a header.
///
/// How they are written is told by the first bytes of an option, a PacketHeader named by `Header::Option`, with
/// `Kind` and `kind()`; `size()`, in bytes and whole; `most` and `most_bytes`, how many options and bytes a list is
/// read for; where some options are only one byte, `ends(kind)` and `stands_alone(kind)` of that byte; and
/// `to_end_of_packet`, where the packet's end or padding ends the list.
namespace ebpfxx {

namespace detail::packet {

/// Whether some options consist of their kind alone.
template <class Start>
concept HasShortOptions = requires {
  { Start::ends(typename Start::Kind{}) } -> std::same_as<bool>;
};

/// Whether nothing but the packet says where the list ends.
template <class Start>
concept EndsWithPacket = requires { requires Start::to_end_of_packet; };

template <class Kind>
struct KindByte {
  Kind kind;
};

/// The kind of an option. The verifier forgets its value, and an answer of `==` comes without a branch, so that a loop
/// that counts options of several kinds stays one path, in place of one for each number that its counts may have.
template <class Kind>
class ForgottenKind {
 public:
  constexpr explicit ForgottenKind(Kind kind) : kind_(kind) {}

  // NOLINTNEXTLINE(google-explicit-constructor): it is the kind
  constexpr operator Kind() const { return static_cast<Kind>(bits()); }

  friend constexpr bool operator==(ForgottenKind left, Kind right) {
    // Of numbers of 16 bits only 0 has a sign behind itself.
    return (opaque((left.bits() ^ static_cast<std::uint64_t>(right)) - 1) >> 63) != 0;
  }
  // Else each of two could be the one that is converted.
  friend constexpr bool operator==(ForgottenKind left, ForgottenKind right) { return left == static_cast<Kind>(right); }

 private:
  constexpr std::uint64_t bits() const { return forgotten16(static_cast<std::uint64_t>(kind_)); }

  Kind kind_;
};

/// What is next in a list of options.
enum class NextInList : std::uint8_t { Option, End, CouldNotTell };

}  // namespace detail::packet

/// How an option of IPv4 (RFC 791, section 3.1) or TCP (RFC 9293, section 3.1) starts; End and NoOperation are of the
/// first byte alone.
template <class OptionKind>
struct KindAndLength {
  using Kind = OptionKind;
  static constexpr std::uint32_t most = 12;  ///< options that a program looks at
  static constexpr std::uint32_t most_bytes = 40;

  Kind option_kind{};       ///< what the option is
  std::uint8_t length = 0;  ///< bytes, this start included

  static constexpr bool ends(Kind kind) { return kind == Kind::End; }
  static constexpr bool stands_alone(Kind kind) { return kind == Kind::NoOperation; }

  constexpr Kind kind() const { return option_kind; }

  /// In bytes.
  constexpr std::uint32_t size() const { return length; }
};

template <class Start, class Position>
class OptionList;

/// An option of a list, all of which is in the list; or, at most once and at the end, that the list goes on in a
/// way that could not be read. Ask for that first:
///
///     for (auto option : tcp.options()) {
///       if (option.could_not_tell()) return Drop;
///       if (option.kind() == TcpOptionKind::FastOpen) ...
///
/// Whether an option is in the packet is asked with `as`.
template <class Start, class Position>
class EBPFXX_ANNOTATE(EBPFXX_ABI_TESTED, "packet-bounds", "may be no option") ListedOption {
 public:
  using Kind = typename Start::Kind;

  /// An option of `size` bytes at `position`; or none, where it could not be told.
  constexpr ListedOption(Position position, Kind kind, std::uint32_t size, bool could_not_tell)
      : position_(position), kind_(kind), size_(size), could_not_tell_(could_not_tell) {}

  /// Whether here are more options than a program looks at, one whose length cannot be, or the packet's end.
  EBPFXX_ANNOTATE(EBPFXX_ABI_ASKED_FIRST, "could-not-tell", "may be options that could not be read")
  [[nodiscard]] constexpr bool could_not_tell() const { return could_not_tell_; }

  /// What the option is, as a `Kind`; counts of options of several kinds are summed up of what `==` says.
  constexpr detail::packet::ForgottenKind<Kind> kind() const { return detail::packet::ForgottenKind<Kind>(kind_); }

  /// In bytes, with kind and length. The verifier forgets the value, so that it merges the states of a loop that sums
  /// them up.
  constexpr std::uint32_t size() const { return static_cast<std::uint32_t>(detail::forgotten16(size_)); }

  /// This option as `Option`, if it is one, as long as it is to be, and in the packet.
  template <PacketHeader Option>
  constexpr auto as() const {
    if (!is<Option>() || !fits<Option>()) return position_.template nothing<Option>();
    return position_.template parse<Option>();
  }

  /// What is `Offset` bytes into this option, if the option is long enough, and it is in the packet.
  template <PacketHeader Element, std::size_t Offset>
  constexpr auto at() const {
    const auto position = position_.template behind<Offset>();
    if (size_ < Offset + sizeof(Element)) return position.template nothing<Element>();
    return position.template parse<Element>();
  }

  /// What is `Offset` bytes into this option, for walks in the library, which heed `size`.
  template <std::size_t Offset>
  constexpr auto behind() const {
    return position_.template behind<Offset>();
  }

 private:
  friend class OptionList<Start, Position>;

  template <class Option>
  constexpr bool is() const {
    return kind_ == Option::kind;
  }

  template <class Option>
  constexpr bool fits() const {
    if constexpr (requires { requires Option::has_more; })
      return size_ >= sizeof(Option);
    else
      return size_ == sizeof(Option);
  }

  Position position_;
  Kind kind_;
  std::uint32_t size_;
  bool could_not_tell_;
};

/// The options of a header, one after the other; behind the last that can be read, whether the list goes on.
template <class Start, class Position>
class OptionList {
 public:
  using Kind = typename Start::Kind;

  /// What an iteration over the list is compared with.
  struct End {};

  /// Visits one option after the other, and at last whether the list goes on.
  class Iterator {
   public:
    /// Starts with the first option of a list of `length` bytes.
    constexpr Iterator(Position list, std::uint32_t length) : list_(list), length_(length) {}

    constexpr ListedOption<Start, Position> operator*() const {
      return {here_, kind_, size_, next_ == detail::packet::NextInList::CouldNotTell};
    }

    constexpr Iterator& operator++() {
      // The verifier knows as much after each option as after any other, and so soon has seen it all.
      offset_ = static_cast<std::uint32_t>(detail::forgotten16(offset_ + size_) & mask);
      ++count_;
      return *this;
    }

    /// Reads what is next. Not `++`, as a loop has that twice: before its first round, and behind each.
    friend constexpr bool operator==(Iterator& iterator, End) {
      iterator.next_ = iterator.look();
      return iterator.next_ == detail::packet::NextInList::End;
    }
    /// g++ 12 asks of a temporary whether a range has an end.
    friend constexpr bool operator==(Iterator&& iterator, End end) { return iterator == end; }

   private:
    static constexpr std::uint64_t mask = std::bit_ceil(Start::most_bytes + 1) - 1;

    constexpr detail::packet::NextInList look() {
      using enum detail::packet::NextInList;
      if (count_ > Start::most || offset_ >= length_) return End;
      const detail::packet::NextInList next = read();
      if (next == CouldNotTell || (next == Option && count_ == Start::most)) {
        count_ = Start::most;
        return CouldNotTell;
      }
      return next;
    }

    constexpr detail::packet::NextInList read() {
      using enum detail::packet::NextInList;
      here_ = list_.moved(offset_);
      if constexpr (detail::packet::HasShortOptions<Start>) {
        const auto first = here_.template parse<detail::packet::KindByte<Kind>>();
        if (!first) return CouldNotTell;
        kind_ = first->kind;
        size_ = 1;
        if (Start::stands_alone(kind_)) return Option;
        if (Start::ends(kind_)) return End;
      }
      const auto start = here_.template parse<Start>();
      if (!start) return detail::packet::EndsWithPacket<Start> ? End : CouldNotTell;
      kind_ = start->kind();
      size_ = start->size();
      if (detail::packet::EndsWithPacket<Start> && size_ == 0) return End;
      return size_ >= sizeof(Start) && size_ <= length_ - offset_ ? Option : CouldNotTell;
    }

    Position list_;
    std::uint32_t length_;
    std::uint32_t offset_ = 0;
    std::uint32_t count_ = 0;

    // What is next, as the comparison with the end has read it.
    Position here_ = list_;
    Kind kind_{};
    std::uint32_t size_ = 0;
    detail::packet::NextInList next_{};
  };

  /// A list of `length` bytes at `position`.
  constexpr OptionList(Position position, std::uint32_t length) : position_(position), length_(length) {}

  constexpr Iterator begin() const { return Iterator(position_, length_); }
  constexpr End end() const { return {}; }

  /// The first option of the kind of `Option`. Could not be told where it is not as long as it is to be, or not in the
  /// packet, and where the list in front of it could not be read.
  template <PacketHeader Option>
  constexpr auto find() const {
    for (const auto option : *this) {
      if (option.could_not_tell()) return Searched(position_.template nothing<Option>(), true);
      if (!option.template is<Option>()) continue;
      const auto found = option.template as<Option>();
      return Searched(found, !found);
    }
    return Searched(position_.template nothing<Option>(), false);
  }

 private:
  Position position_;
  std::uint32_t length_;
};

namespace detail::packet {

/// The options behind the fixed part of a header that was found.
template <class Found>
constexpr auto options_of(const Found& found) {
  using Header = std::remove_cvref_t<decltype(*found)>;
  using Start = typename Header::Option;
  constexpr std::size_t reach = sizeof(Header) + std::bit_ceil(Start::most_bytes + 1) - 1;
  const auto position = position_of<reach>(found).moved(sizeof(Header));
  return OptionList<Start, std::remove_cv_t<decltype(position)>>(position,
                                                                 static_cast<std::uint32_t>(found->options_length()));
}

}  // namespace detail::packet
}  // namespace ebpfxx
