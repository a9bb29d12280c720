#pragma once

#include <string_view>
#include <type_traits>

#include <ebpfxx/packet/cursor.hpp>

namespace ebpfxx {

/// How the number in a field is written.
enum class FieldNotation { Decimal, Hexadecimal };

/// A named part of a header: a data member, or an accessor for what is smaller than a byte.
template <class Member>
struct HeaderField {
  /// `part`: a pointer to a data member or to an accessor.
  constexpr HeaderField(std::string_view field_name, Member part, FieldNotation written = FieldNotation::Decimal)
      : name(field_name), member(part), notation(written) {}

  std::string_view name;
  Member member;           ///< a pointer to a data member or to an accessor
  FieldNotation notation;  ///< of numbers

  /// The part's value in `header`.
  template <class Header>
  constexpr auto of(const Header& header) const {
    if constexpr (std::is_member_function_pointer_v<Member>)
      return (header.*member)();
    else
      return header.*member;
  }
};

/// What a header is called, and all of its fields in their order on the wire.
template <class ForEachField>
struct HeaderDescription {
  std::string_view name;
  ForEachField for_each_field;  ///< a function that calls another one with each field
};

// A closure holds the fields: a std::tuple of them costs every source that includes the headers a tenth of a second.
/// Describes a header by its name and its fields, in their order on the wire.
template <class... Fields>
constexpr auto describe_header(std::string_view name, Fields... fields) {
  auto for_each_field = [fields...](auto visit) { (visit(fields), ...); };
  return HeaderDescription<decltype(for_each_field)>{name, for_each_field};
}

namespace detail::packet {
struct NoDescription {};
}  // namespace detail::packet

/// The description of a header, beside its type:
///
///     template <>
///     inline constexpr auto header_description<Udp> = describe_header("udp", HeaderField("source", &Udp::source),
///     ...);
template <class Header>
inline constexpr detail::packet::NoDescription header_description{};

/// A header that also says what it is called and which fields it has. An aggregate in which every bit means something,
/// so that it is written as `Tcp{.destination = 8080}` and that equal packets have equal bytes.
template <class Header>
concept DescribedHeader =
    PacketHeader<Header> && std::is_aggregate_v<Header> && std::has_unique_object_representations_v<Header> &&
    !std::is_same_v<decltype(header_description<Header>), const detail::packet::NoDescription>;

}  // namespace ebpfxx
