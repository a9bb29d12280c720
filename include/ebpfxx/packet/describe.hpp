#pragma once

#include <string_view>
#include <type_traits>

#include <ebpfxx/packet/cursor.hpp>

namespace ebpfxx {

/// How the number in a field is written.
enum class Notation { Decimal, Hexadecimal };

/// A named part of a header: a data member, or an accessor for what is smaller than a byte.
template <class Member>
struct Field {
  std::string_view name;
  Member member;
  Notation notation;

  /// The part's value in `header`.
  template <class Header>
  constexpr auto of(const Header& header) const {
    if constexpr (std::is_member_function_pointer_v<Member>)
      return (header.*member)();
    else
      return header.*member;
  }
};

template <class Member>
constexpr Field<Member> field(std::string_view name, Member member, Notation notation = Notation::Decimal) {
  return {name, member, notation};
}

/// What a header is called, and all of its fields in their order on the wire.
template <class ForEachField>
struct Description {
  std::string_view name;
  ForEachField for_each_field;  ///< a function that calls another one with each field
};

// A closure holds the fields: a std::tuple of them costs every source that includes the headers a tenth of a second.
template <class... Fields>
constexpr auto describe(std::string_view name, Fields... fields) {
  auto for_each_field = [fields...](auto visit) { (visit(fields), ...); };
  return Description<decltype(for_each_field)>{name, for_each_field};
}

struct NoDescription {};

/// The description of a header, beside its type:
///
///     template <>
///     inline constexpr auto description<Udp> = describe("udp", field("source", &Udp::source), ...);
template <class Header>
inline constexpr NoDescription description{};

/// A header that also says what it is called and which fields it has. An aggregate in which every bit means something,
/// so that it is written as `Tcp{.destination = 8080}` and that equal packets have equal bytes.
template <class Header>
concept Protocol =
    PacketHeader<Header> && std::is_aggregate_v<Header> && std::has_unique_object_representations_v<Header> &&
    !std::is_same_v<decltype(description<Header>), const NoDescription>;

}  // namespace ebpfxx
