#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include <ebpfxx/hook/socket_filter.hpp>
#include <ebpfxx/kernel/enumerator.hpp>
#include <ebpfxx/kernel/text.hpp>
#include <ebpfxx/net/flow.hpp>
#include <ebpfxx/net/ipv4_address.hpp>
#include <ebpfxx/net/ipv6_address.hpp>
#include <ebpfxx/net/mac_address.hpp>
#include <ebpfxx/net/prefix.hpp>
#include <ebpfxx/number/big_endian.hpp>
#include <ebpfxx/number/big_endian24.hpp>
#include <ebpfxx/number/decimal.hpp>
#include <ebpfxx/packet/describe_text.hpp>
#include <ebpfxx/packet/host_name.hpp>

/// Values as text: `to_text(value)` returns it, and `stream << value` writes it. <ebpfxx/text/format.hpp> and
/// <ebpfxx/text/fmt.hpp> teach the same to std::format and to {fmt}. `Type::from_text(text)` reads it back, and
/// `from_text<Enumeration>(text)` an enumerator.
namespace ebpfxx {

namespace detail {

/// An enumeration of this library's own. Those of `ebpfxx::kernel` are the kernel's.
template <class Type>
concept LibraryEnumeration = std::is_enum_v<Type> && kernel::type_spelling<Type>().starts_with("ebpfxx::") &&
                             !kernel::type_spelling<Type>().starts_with("ebpfxx::kernel::");

}  // namespace detail

/// Returns the number in decimal digits, or the name of an enumerator.
template <NetworkNumber T>
std::string to_text(const BigEndian<T>& number) {
  return detail::packet::value_text(number.value(), FieldNotation::Decimal);
}
inline std::string to_text(const BigEndian24& number) { return std::to_string(number.value()); }

template <std::size_t N>
std::string to_text(const Text<N>& text) {
  return std::string(text.view());
}

template <std::size_t Room>
std::string to_text(const HostName<Room>& name) {
  return std::string(name.view());
}

/// Returns the enumerator's name, as "Drop", "tcp"; the number where it has none.
template <detail::LibraryEnumeration Enumeration>
std::string to_text(Enumeration value) {
  if constexpr (requires { name_of(value); })
    return detail::packet::value_text(value, FieldNotation::Decimal);
  else
    return detail::kernel::enumerator_text(value);
}

/// Returns the enumerator that `to_text` writes so, as from_text<Xdp::Verdict>("Drop"), or nothing. A number that a
/// protocol may carry and that has no name here is read as it is written, as from_text<IpProtocol>("253").
template <detail::LibraryEnumeration Enumeration>
constexpr std::optional<Enumeration> from_text(std::string_view text) {
  if constexpr (requires(Enumeration value) { name_of(value); }) {
    using Number = std::underlying_type_t<Enumeration>;
    static_assert(sizeof(Number) <= sizeof(std::uint16_t), "all numbers are asked for their name");
    if (text.empty()) return std::nullopt;
    for (std::uint32_t number = 0; number <= std::numeric_limits<Number>::max(); ++number)
      if (const auto value = static_cast<Enumeration>(number); name_of(value) == text) return value;
    const std::optional<Number> number = detail::number::from_decimal<Number>(text);
    if (!number || !name_of(static_cast<Enumeration>(*number)).empty()) return std::nullopt;
    return static_cast<Enumeration>(*number);
  } else {
    return detail::kernel::enumerator_named<Enumeration>(text);
  }
}

/// Returns "All", "Drop", "20 bytes".
inline std::string to_text(SocketFilter::Keep keep) {
  if (keep == SocketFilter::Keep::All) return "All";
  if (keep == SocketFilter::Keep::Drop) return "Drop";
  return std::to_string(keep.bytes()) + (keep.bytes() == 1 ? " byte" : " bytes");
}

/// Returns the verdict that `to_text` writes so, or nothing.
template <std::same_as<SocketFilter::Keep> Keep>
std::optional<Keep> from_text(std::string_view text) {
  if (text == "All") return Keep::All;
  if (text == "Drop") return Keep::Drop;
  const auto bytes = detail::number::from_decimal<std::uint32_t>(text.substr(0, text.find(' ')));
  return bytes && to_text(Keep(*bytes)) == text ? std::optional(Keep(*bytes)) : std::nullopt;
}

namespace detail {

/// A value that has a text: those above, addresses, prefixes and described headers, and an application's type with a
/// `to_text` beside it.
template <class Value>
concept HasText = (std::is_class_v<Value> || std::is_enum_v<Value>) && requires(const Value& value) {
  { to_text(value) } -> std::convertible_to<std::string>;
};

}  // namespace detail

/// Writes the value's text. The stream is complete where this is used, so that `<ostream>` is not needed here.
template <class Traits, detail::HasText Value>
std::basic_ostream<char, Traits>& operator<<(std::basic_ostream<char, Traits>& stream, const Value& value) {
  return stream << to_text(value);
}

}  // namespace ebpfxx
