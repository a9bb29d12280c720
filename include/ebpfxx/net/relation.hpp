#pragma once

#include <concepts>
#include <type_traits>
#include <utility>

/// Which header says that which other one follows it, and which bytes can be a header. `next`, the walks over runs of
/// headers, packets to build and packets as text ask here.
///
/// A header that names what follows it by a number returns that number from `next_type()`. A header that is named by
/// such numbers has its `numbers_of`. Headers that go by something else have a `relation` of their own.
namespace ebpfxx {

/// The numbers that announce a header. A packet to build gets the first one.
template <auto First, auto... Others>
struct TypeNumbers {
  /// Of the field: EtherType, IpProtocol.
  using type = decltype(First);
  /// What builders write.
  static constexpr type first = First;

  /// Whether the number announces the header.
  static constexpr bool has(type number) { return number == First || ((number == Others) || ...); }
};

/// No number announces the header.
struct NoNumbers {};

/// The numbers of `Type` (EtherType, IpProtocol) that announce a `Header`:
///
///     template <>
///     inline constexpr auto numbers_of<EtherType, Vlan> = TypeNumbers<EtherType::Vlan, EtherType::ProviderBridging>{};
///
/// A header with one number has it as a constant, `ether_type` or `ip_protocol`, and needs no more.
template <class Type, class Header>
inline constexpr NoNumbers numbers_of{};

/// A type field of this type announces the header by at least one number.
template <class Type, class Header>
concept HasNumbers = !std::same_as<decltype(numbers_of<Type, Header>), const NoNumbers>;

/// No type field leads from one header to the other.
struct Unrelated {};

/// When a `Previous` says that a `Next` follows it: if its `next_type()` is one of these numbers, or if this predicate
/// holds of it. Unrelated where it never says so.
template <class Previous, class Next>
inline constexpr Unrelated relation{};
template <class Previous, class Next>
  requires HasNumbers<decltype(std::declval<const Previous&>().next_type()), Next>
inline constexpr auto relation<Previous, Next> =
    numbers_of<decltype(std::declval<const Previous&>().next_type()), Next>;

/// Whether a `Previous` may say that a `Next` follows it.
template <class Previous, class Next>
concept Announces = !std::same_as<decltype(relation<Previous, Next>), const Unrelated>;

/// Whether `previous` says that a `Next` follows it.
template <class Next, class Previous>
  requires Announces<Previous, Next>
constexpr bool announces(const Previous& previous) {
  if constexpr (requires { relation<Previous, Next>.first; })
    return relation<Previous, Next>.has(previous.next_type());
  else
    return relation<Previous, Next>(previous);
}

/// Whether these bytes can be a `Header` at all, as by their version. A header whose bytes tell has `is_plausible()`.
template <class Header>
constexpr bool can_be(const Header& header) {
  if constexpr (requires { header.is_plausible(); })
    return header.is_plausible();
  else
    return true;
}

}  // namespace ebpfxx
