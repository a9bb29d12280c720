#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <ebpfxx/packet/place.hpp>

/// Lists of options: each with a kind and a length, behind the fixed part of a header.
///
/// How they are written is told by the first bytes of an option, a PacketHeader named by `Header::Option`, with
/// `Kind` and `kind()`; `size()`, in bytes and whole; `most` and `most_bytes`, how many options and bytes a list is
/// read for; and, where some options are only one byte, `ends(kind)` and `stands_alone(kind)` of that byte.
namespace ebpfxx {

namespace detail {

/// Whether some options consist of their kind alone.
template <class Start>
concept HasShortOptions = requires {
  { Start::ends(typename Start::Kind{}) } -> std::same_as<bool>;
};

template <class Kind>
struct KindByte {
  Kind kind;
};

}  // namespace detail

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

/// An option of a list. All of it stands in the list; whether it is in the packet is asked with `as`.
template <class Start, class Place>
class ListedOption {
 public:
  using Kind = typename Start::Kind;

  /// An option of `size` bytes at `place`.
  constexpr ListedOption(Place place, Kind kind, std::uint32_t size) : place_(place), kind_(kind), size_(size) {}

  constexpr Kind kind() const { return kind_; }

  /// In bytes, with kind and length.
  constexpr std::uint32_t size() const { return size_; }

  /// This option as `Option`, if it is one, as long as it is to be, and in the packet.
  template <PacketHeader Option>
  constexpr auto as() const {
    if (kind_ != Option::kind || !fits<Option>()) return place_.template nothing<Option>();
    return place_.template parse<Option>();
  }

  /// What stands `Offset` bytes into this option, if the option is long enough, and it is in the packet.
  template <PacketHeader Element, std::size_t Offset>
  constexpr auto at() const {
    const auto place = place_.template behind<Offset>();
    if (size_ < Offset + sizeof(Element)) return place.template nothing<Element>();
    return place.template parse<Element>();
  }

  /// What stands `Offset` bytes into this option, for walks in the library, which heed `size`.
  template <std::size_t Offset>
  constexpr auto behind() const {
    return place_.template behind<Offset>();
  }

 private:
  template <class Option>
  constexpr bool fits() const {
    if constexpr (requires { requires Option::has_more; })
      return size_ >= sizeof(Option);
    else
      return size_ == sizeof(Option);
  }

  Place place_;
  Kind kind_;
  std::uint32_t size_;
};

/// The options of a header, one after the other, up to the first that lies about its length.
template <class Start, class Place>
class OptionList {
 public:
  using Kind = typename Start::Kind;

  /// What an iteration over the list is compared with.
  struct End {};

  /// Visits one option after the other, up to the first that lies about its length.
  class Iterator {
   public:
    /// Starts with the first option of a list of `length` bytes.
    constexpr Iterator(Place list, std::uint32_t length) : list_(list), length_(length) { look(); }

    constexpr ListedOption<Start, Place> operator*() const { return {here_, kind_, size_}; }

    constexpr Iterator& operator++() {
      // The verifier knows as much after each option as after any other, and so soon has seen it all.
      offset_ = static_cast<std::uint32_t>(detail::forgotten16(offset_ + size_) & mask);
      ++count_;
      look();
      return *this;
    }

    friend constexpr bool operator==(const Iterator& iterator, End) { return !iterator.there_; }

   private:
    static constexpr std::uint64_t mask = std::bit_ceil(Start::most_bytes + 1) - 1;

    constexpr void look() {
      there_ = false;
      if (count_ >= Start::most || offset_ >= length_) return;
      here_ = list_.moved(offset_);
      there_ = is_short() || is_long();
    }

    constexpr bool is_short() {
      if constexpr (detail::HasShortOptions<Start>) {
        const auto first = here_.template parse<detail::KindByte<Kind>>();
        if (!first) return false;
        kind_ = first->kind;
        size_ = 1;
        return Start::stands_alone(kind_);
      }
      return false;
    }

    constexpr bool is_long() {
      if constexpr (detail::HasShortOptions<Start>)
        if (Start::ends(kind_)) return false;
      const auto start = here_.template parse<Start>();
      if (!start) return false;
      kind_ = start->kind();
      size_ = start->size();
      return size_ >= sizeof(Start) && size_ <= length_ - offset_;
    }

    Place list_;
    Place here_ = list_;
    std::uint32_t length_;
    std::uint32_t offset_ = 0;
    std::uint32_t count_ = 0;
    Kind kind_{};
    std::uint32_t size_ = 0;
    bool there_ = false;
  };

  /// A list of `length` bytes at `place`.
  constexpr OptionList(Place place, std::uint32_t length) : place_(place), length_(length) {}

  constexpr Iterator begin() const { return Iterator(place_, length_); }
  constexpr End end() const { return {}; }

  /// The first option of the kind of `Option`, if it is as long as it is to be, and in the packet.
  template <PacketHeader Option>
  constexpr auto find() const {
    for (const auto option : *this)
      if (option.kind() == Option::kind) return option.template as<Option>();
    return place_.template nothing<Option>();
  }

 private:
  Place place_;
  std::uint32_t length_;
};

namespace detail {

/// The options behind the fixed part of a header that was found.
template <class Found>
constexpr auto options_of(const Found& found) {
  using Header = std::remove_cvref_t<decltype(*found)>;
  using Start = typename Header::Option;
  constexpr std::size_t reach = sizeof(Header) + std::bit_ceil(Start::most_bytes + 1) - 1;
  const auto place = place_of<reach>(found).moved(sizeof(Header));
  return OptionList<Start, std::remove_cv_t<decltype(place)>>(place,
                                                              static_cast<std::uint32_t>(found->options_length()));
}

}  // namespace detail
}  // namespace ebpfxx
