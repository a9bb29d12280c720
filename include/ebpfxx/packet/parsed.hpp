#pragma once

#include <concepts>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <ebpfxx/packet/packet_view.hpp>

namespace ebpfxx {

/// A header that says how long it is and whether another one follows it.
template <class Header>
concept HasNext = requires(const Header& header) {
  header.header_length().value();
  { header.has_next() } -> std::same_as<bool>;
};

/// A part of a header that is there only where the header says so, at an offset that the header tells.
template <class Part, class Header>
concept PartOf = PacketHeader<Part> && requires(const Header& header) {
  { Part::is_in(header) } -> std::same_as<bool>;
  Part::offset_in(header).value();
};

/// A header that says what its options look like, and how many bytes of them follow its fixed part.
template <class Header>
concept HasOptions = requires(const Header& header) {
  typename Header::Option::Kind;
  { header.options_length() } -> std::same_as<std::uint64_t>;
};

/// An option with a kind of its own among the options of a header.
template <class Option, class Header>
concept OptionOf = PacketHeader<Option> && HasOptions<Header> &&
                   std::same_as<std::remove_cvref_t<decltype(Option::kind)>, typename Header::Option::Kind>;

namespace detail {

/// In packet/options.hpp.
template <class Found>
constexpr auto options_of(const Found& found);

}  // namespace detail

/// The header that `parse` found, or nothing when the packet ends before it does. Test it before use.
///
/// `->` reads the packet's own bytes, and writes them where the hook allows it.
template <PacketHeader Header, Access A, Interval Offset>
class EBPFXX_ANNOTATE(EBPFXX_ABI_TESTED, "packet-bounds", "may reach past the end of the packet here")
    [[nodiscard]] Parsed {
 public:
  constexpr explicit Parsed(detail::Cursor<A> cursor) : cursor_(cursor), proven_(cursor.reaches(sizeof(Header))) {}

  /// One whose place is known better.
  template <Interval Narrower>
    requires(Narrower != Offset && Offset.contains(Narrower))
  // NOLINTNEXTLINE(google-explicit-constructor): nothing is lost
  constexpr Parsed(const Parsed<Header, A, Narrower>& other)
      : cursor_(other.cursor()), proven_(static_cast<bool>(other)) {}

  /// Nothing.
  constexpr Parsed() : cursor_{nullptr, nullptr}, proven_(false) {}

  constexpr explicit operator bool() const { return proven_; }

  constexpr auto operator->() const { return detail::HeaderAccess<Header, A>(cursor_.position); }

  /// A copy of the header, constant so that nobody changes it for the packet's: `->` writes fields, `bytes().write` a
  /// whole header.
  constexpr const Header operator*() const { return *detail::HeaderAccess<Header, A>(cursor_.position).operator->(); }

  /// Where it starts, for walks in the library.
  constexpr detail::Cursor<A> cursor() const { return cursor_; }

  /// The packet from the start of this header, which is proven.
  constexpr auto bytes() const { return PacketView<A, sizeof(Header), Offset>(cursor_); }

  /// The header behind this one, if this one was found, says that there is one, and all of it is in the packet. Does
  /// not look at which protocol this one names.
  template <PacketHeader Next>
    requires HasNext<Header>
  EBPFXX_ANNOTATE(EBPFXX_ABI_TAKEN_FROM)
  constexpr auto next() const {
    using Length = decltype(std::declval<const Header&>().header_length());
    using Result = Parsed<Next, A, detail::offset_behind<Offset, Length>>;
    if (!proven_) return Result();
    detail::HeaderAccess<Header, A> header(cursor_.position);
    if (!header->has_next()) return Result();
    return Result(cursor_.advanced(header->header_length().template shown<detail::offset_limit<Offset, Length>>()));
  }

  /// The options behind the fixed part of this header, for a range-based `for`. A list that lies about its length ends
  /// where it begins to.
  constexpr auto options() const
    requires HasOptions<Header>
  {
    return detail::options_of(*this);
  }

  /// The first option of its kind, if this header was found and its list has it, as long as it is to be.
  template <OptionOf<Header> Option>
  EBPFXX_ANNOTATE(EBPFXX_ABI_TAKEN_FROM)
  constexpr auto option() const {
    return proven_ ? options().template find<Option>() : decltype(options().template find<Option>())();
  }
  template <class Option>
  constexpr Parsed<Option, A, Offset> option() const
      EBPFXX_REFUSE("packet-bounds", "asks for an option that this header does not have; name one of its own");

  /// A part of this header, if this one was found, says that it has it, and all of it is in the packet.
  template <PartOf<Header> Part>
  EBPFXX_ANNOTATE(EBPFXX_ABI_TAKEN_FROM)
  constexpr auto part() const {
    using Distance = decltype(Part::offset_in(std::declval<const Header&>()));
    using Result = Parsed<Part, A, detail::offset_behind<Offset, Distance>>;
    if (!proven_) return Result();
    detail::HeaderAccess<Header, A> header(cursor_.position);
    if (!Part::is_in(*header.operator->())) return Result();
    return Result(cursor_.advanced(
        Part::offset_in(*header.operator->()).template shown<detail::offset_limit<Offset, Distance>>()));
  }
  template <class Part>
  constexpr Parsed<Part, A, Offset> part() const
      EBPFXX_REFUSE("packet-bounds", "asks for a part that this header does not have; name one of its own");

 private:
  detail::Cursor<A> cursor_;
  bool proven_;
};

}  // namespace ebpfxx
