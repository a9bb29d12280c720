#pragma once

#include <concepts>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <ebpfxx/net/relation.hpp>
#include <ebpfxx/packet/packet_view.hpp>
#include <ebpfxx/packet/transport_bounds.hpp>

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

namespace detail::packet {

template <class Header>
using LengthOf = decltype(std::declval<const Header&>().header_length());

/// In packet/options.hpp.
template <class Found>
constexpr auto options_of(const Found& found);

}  // namespace detail::packet

/// The header that `parse` or `next` found, or nothing: when the packet ends before it does, when its bytes cannot be
/// one, or when the header in front does not say that it follows. Test it before use.
///
/// `->` reads the packet's own bytes, and writes them where the hook allows it.
template <PacketHeader Header, PacketAccess A, Interval Offset>
class EBPFXX_ANNOTATE(EBPFXX_ABI_TESTED, "packet-bounds", "may reach past the end of the packet here")
    [[nodiscard]] Parsed {
 public:
  constexpr explicit Parsed(detail::packet::Cursor<A> cursor)
      : cursor_(cursor), proven_(cursor.reaches(sizeof(Header)) && is_plausible_at(cursor)) {}

  /// One that asks nothing of the bytes, but that they are there.
  static constexpr Parsed unchecked(detail::packet::Cursor<A> cursor) {
    return Parsed(cursor, cursor.reaches(sizeof(Header)));
  }

  /// One whose position is known better.
  template <Interval Narrower>
    requires(Narrower != Offset && Offset.contains(Narrower))
  // NOLINTNEXTLINE(google-explicit-constructor): nothing is lost
  constexpr Parsed(const Parsed<Header, A, Narrower>& other)
      : cursor_(other.cursor()), proven_(static_cast<bool>(other)) {}

  /// Nothing.
  constexpr Parsed() : cursor_{nullptr, nullptr}, proven_(false) {}

  constexpr explicit operator bool() const { return proven_; }
  constexpr bool operator==(std::nullptr_t) const
      EBPFXX_REFUSE_USE("conversion", "compares a header with a pointer; test it, as 'if (header)' or '!header'");
  constexpr bool operator!=(std::nullptr_t) const
      EBPFXX_REFUSE_USE("conversion", "compares a header with a pointer; test it, as 'if (header)' or '!header'");

  constexpr auto operator->() const { return detail::packet::HeaderAccess<Header, A>(cursor_.position); }

  /// A copy of the header, constant so that nobody changes it for the packet's: `->` writes fields, `bytes().write` a
  /// whole header.
  constexpr const Header operator*() const {
    return *detail::packet::HeaderAccess<Header, A>(cursor_.position).operator->();
  }

  /// Where it starts, for walks in the library.
  constexpr detail::packet::Cursor<A> cursor() const { return cursor_; }

  /// The packet from the start of this header, which is proven.
  constexpr auto bytes() const { return PacketView<A, sizeof(Header), Offset>(cursor_); }

  /// The header behind this one: if this one was found, says that a `Next` follows, and that it starts here; if all of
  /// the `Next` is in the packet, and its bytes can be one. Looks at the bytes of the packet as they are now: of a VLAN
  /// tag that the kernel keeps beside them it knows nothing.
  template <PacketHeader Next>
    requires HasNext<Header> && Announces<Header, Next>
  EBPFXX_ANNOTATE(EBPFXX_ABI_TAKEN_FROM)
  constexpr auto next() const {
    return behind<Next>([](const Header& header) { return announces<Next>(header) && header.has_next(); });
  }
  template <class Next>
  constexpr Parsed<Next, A, Offset> next() const
      EBPFXX_REFUSE("next-header", "asks for '%0' behind '%1', which never announces it; take it by 'payload<%0>()'",
                    static_cast<Next*>(nullptr), static_cast<Header*>(nullptr));

  /// The same without looking at what this one says that follows.
  template <PacketHeader Next>
    requires HasNext<Header>
  EBPFXX_ANNOTATE(EBPFXX_ABI_TAKEN_FROM)
  constexpr auto payload() const {
    return behind<Next>([](const Header& header) { return header.has_next(); });
  }

  /// The bytes behind this header as a `Next`, if they are in the packet, whatever they are and this one says: for
  /// headers that are yet to be written.
  template <PacketHeader Next>
    requires HasNext<Header>
  EBPFXX_ANNOTATE(EBPFXX_ABI_TAKEN_FROM)
  constexpr auto unchecked() const {
    return proven_ ? Behind<Next>::unchecked(cursor_behind()) : Behind<Next>(cursor_, false);
  }

  /// The transport header that this header leads to, and the flow of the packet; see FoundTransport.
  template <TransportBounds Bounds = TransportBounds{}>
    requires detail::packet::leads_to_transport<Header>
  constexpr auto transport() const {
    return detail::protocol::transport_behind<Bounds>(*this);
  }

  /// The options behind the fixed part of this header, for a range-based `for`; each says first whether it
  /// could be read, see ListedOption.
  constexpr auto options() const
    requires HasOptions<Header>
  {
    return detail::packet::options_of(*this);
  }

  /// The first option of its kind, if this header was found and its list has it; or whether that could not be told, see
  /// Searched.
  template <OptionOf<Header> Option>
  EBPFXX_ANNOTATE(EBPFXX_ABI_TAKEN_FROM)
  constexpr auto option() const {
    using Found = decltype(options().template find<Option>());
    return proven_ ? options().template find<Option>() : Found({}, false);
  }
  template <class Option>
  constexpr Parsed<Option, A, Offset> option() const
      EBPFXX_REFUSE("packet-bounds", "asks for an option that this header does not have; name one of its own");

  /// A part of this header, if this one was found, says that it has it, and all of it is in the packet.
  template <PartOf<Header> Part>
  EBPFXX_ANNOTATE(EBPFXX_ABI_TAKEN_FROM)
  constexpr auto part() const {
    using Distance = decltype(Part::offset_in(std::declval<const Header&>()));
    using Result = Parsed<Part, A, detail::packet::offset_behind<Offset, Distance>>;
    if (!proven_) return Result();
    detail::packet::HeaderAccess<Header, A> header(cursor_.position);
    if (!Part::is_in(*header.operator->())) return Result();
    return Result(cursor_.advanced(
        Part::offset_in(*header.operator->()).template shown<detail::packet::offset_limit<Offset, Distance>>()));
  }
  template <class Part>
  constexpr Parsed<Part, A, Offset> part() const
      EBPFXX_REFUSE("packet-bounds", "asks for a part that this header does not have; name one of its own");

 private:
  template <PacketHeader, PacketAccess, Interval>
  friend class Parsed;

  /// What follows this header. `Self` puts off the question how long it is: not every header says so.
  template <class Next, class Self = Header>
  using Behind = Parsed<Next, A, detail::packet::offset_behind<Offset, detail::packet::LengthOf<Self>>>;

  constexpr Parsed(detail::packet::Cursor<A> cursor, bool proven) : cursor_(cursor), proven_(proven) {}

  static constexpr bool is_plausible_at(detail::packet::Cursor<A> cursor) {
    return can_be<Header>(*detail::packet::HeaderAccess<Header, A>(cursor.position).operator->());
  }

  constexpr auto access() const { return detail::packet::HeaderAccess<Header, A>(cursor_.position); }

  /// What is not there has a cursor too, the same as if it were there: the verifier does not see that a null pointer
  /// which a choice mixes in is never used.
  template <class Next, class Condition>
  constexpr auto behind(Condition condition) const {
    if (!proven_) return Behind<Next>(cursor_, false);
    const detail::packet::Cursor<A> cursor = cursor_behind();
    if (!condition(*access().operator->())) return Behind<Next>(cursor, false);
    return Behind<Next>(cursor);
  }

  constexpr detail::packet::Cursor<A> cursor_behind() const {
    constexpr WideInteger limit = detail::packet::offset_limit<Offset, detail::packet::LengthOf<Header>>;
    return cursor_.advanced(access()->header_length().template shown<limit>());
  }

  detail::packet::Cursor<A> cursor_;
  bool proven_;
};

}  // namespace ebpfxx
