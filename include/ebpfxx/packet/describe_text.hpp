#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include <ebpfxx/number/big_endian.hpp>
#include <ebpfxx/packet/describe.hpp>

namespace ebpfxx {

namespace detail::packet {

/// `0x` and all digits of the type, or decimal.
template <std::unsigned_integral Number>
std::string number_text(Number number, FieldNotation notation) {
  constexpr std::size_t hexadecimal_digits = 2 * sizeof(Number);
  char digits[3 * sizeof(Number)];
  const int base = notation == FieldNotation::Hexadecimal ? 16 : 10;
  const std::string_view text(digits, std::to_chars(digits, digits + sizeof(digits), number, base).ptr);
  if (notation == FieldNotation::Decimal) return std::string(text);
  return "0x" + std::string(hexadecimal_digits - text.size(), '0') + std::string(text);
}

/// An enumerator by its name, and a number without one as a number; an address as addresses are written.
template <class Value>
std::string value_text(const Value& value, FieldNotation notation) {
  if constexpr (std::unsigned_integral<Value>) {
    return number_text(value, notation);
  } else if constexpr (std::is_enum_v<Value>) {
    const std::string_view name = name_of(value);
    return name.empty() ? number_text(static_cast<std::underlying_type_t<Value>>(value), notation) : std::string(name);
  } else if constexpr (requires { typename BigEndian<typename Value::value_type>; }) {
    return value_text(value.value(), notation);
  } else {
    return to_text(value);
  }
}

}  // namespace detail::packet

/// A header for people to read, as "udp: source 53, destination 40000, length 8, checksum 0x1a2b". A flag is named
/// where it is set.
template <DescribedHeader Header>
std::string to_text(const Header& header) {
  std::string text(header_description<Header>.name);
  std::string_view separator = ": ";
  header_description<Header>.for_each_field([&](const auto& field) {
    const auto value = field.of(header);
    if constexpr (std::same_as<decltype(value), const bool>) {
      if (!value) return;
      text.append(separator).append(field.name);
    } else {
      text.append(separator).append(field.name).append(" ").append(detail::packet::value_text(value, field.notation));
    }
    separator = ", ";
  });
  return text;
}

}  // namespace ebpfxx
