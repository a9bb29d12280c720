#pragma once

#include <type_traits>

#include <ebpfxx/packet/packet_view.hpp>

namespace ebpfxx {

/// A header that says how long it is and whether another one follows it.
template <class Header>
concept HasNext = requires(const Header& header) {
  header.header_length().value();
  { header.has_next() } -> std::same_as<bool>;
};

/// The header that `parse` found, or nothing when the packet ends before it does. Test it before use.
///
/// `->` reads the packet's own bytes, and writes them where the hook allows it.
template <PacketHeader Header, Access A, Interval Offset>
class EBPFXX_ANNOTATE(EBPFXX_ABI_TESTED, "packet-bounds", "may reach past the end of the packet here")
    [[nodiscard]] Parsed {
 public:
  constexpr explicit Parsed(detail::Cursor<A> cursor) : cursor_(cursor), proven_(cursor.reaches(sizeof(Header))) {}

  /// Nothing.
  constexpr Parsed() : cursor_{nullptr, nullptr}, proven_(false) {}

  constexpr explicit operator bool() const { return proven_; }

  constexpr auto operator->() const { return detail::HeaderAccess<Header, A>(cursor_.position); }

  /// A copy of the header.
  constexpr Header operator*() const { return *detail::HeaderAccess<Header, A>(cursor_.position).operator->(); }

  /// The packet from the start of this header, which is proven.
  constexpr auto bytes() const { return PacketView<A, sizeof(Header), Offset>(cursor_); }

  /// The header behind this one, if this one says that there is one and all of it is in the packet. Does not look at
  /// which protocol this one names.
  template <PacketHeader Next>
    requires HasNext<Header>
  constexpr auto next() const {
    using Length = decltype(std::declval<const Header&>().header_length());
    using Result = Parsed<Next, A, detail::offset_behind<Offset, Length>>;
    detail::HeaderAccess<Header, A> header(cursor_.position);
    if (!header->has_next()) return Result();
    return Result(cursor_.advanced(header->header_length().template shown<detail::offset_limit<Offset, Length>>()));
  }

 private:
  detail::Cursor<A> cursor_;
  bool proven_;
};

}  // namespace ebpfxx
