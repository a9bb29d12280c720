#pragma once

#include <functional>
#include <string_view>
#include <tuple>
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
    return std::invoke(member, header);
  }
};

template <class Member>
constexpr Field<Member> field(std::string_view name, Member member, Notation notation = Notation::Decimal) {
  return {name, member, notation};
}

/// What a header is called, and all of its fields in their order on the wire.
template <class... Fields>
struct Description {
  std::string_view name;
  std::tuple<Fields...> fields;

  /// Calls `visit` with each field.
  template <class Visit>
  constexpr void for_each_field(Visit visit) const {
    std::apply([&](const auto&... field) { (visit(field), ...); }, fields);
  }
};

template <class... Fields>
constexpr Description<Fields...> describe(std::string_view name, Fields... fields) {
  return {name, {fields...}};
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
