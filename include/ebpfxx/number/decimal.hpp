#pragma once

#include <limits>
#include <optional>
#include <string_view>

namespace ebpfxx::detail::number {

/// Returns the number that `text` says in decimal digits, without a sign or leading zeros; nothing where it says
/// something else, or a number above `greatest`.
template <class Number>
constexpr std::optional<Number> from_decimal(std::string_view text,
                                             Number greatest = std::numeric_limits<Number>::max()) {
  if (text.empty() || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  Number number = 0;
  for (const char character : text) {
    if (character < '0' || character > '9') return std::nullopt;
    const auto digit = static_cast<Number>(character - '0');
    if (digit > greatest || number > (greatest - digit) / 10) return std::nullopt;
    number = static_cast<Number>(number * 10 + digit);
  }
  return number;
}

}  // namespace ebpfxx::detail::number
