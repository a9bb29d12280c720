#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace ebpfxx {

/// Up to N - 1 characters, and zeros behind them: a name as the kernel keeps it, fit for keys and values of maps.
template <std::size_t N>
struct Text {
  char characters[N] = {};  ///< zero-terminated, unless all are used

  /// Returns the text, or nothing where it has more than N - 1 characters or a zero among them.
  static constexpr std::optional<Text> from_text(std::string_view text) {
    if (text.size() >= N || text.find('\0') != std::string_view::npos) return std::nullopt;
    Text result;
    for (std::size_t i = 0; i < text.size(); ++i) result.characters[i] = text[i];
    return result;
  }

  /// Up to the first zero.
  constexpr std::string_view view() const {
    std::size_t size = 0;
    while (size < N && characters[size] != '\0') ++size;
    return {characters, size};
  }

  friend constexpr bool operator==(const Text&, const Text&) = default;
  friend constexpr auto operator<=>(const Text&, const Text&) = default;
  friend constexpr bool operator==(const Text& left, std::string_view right) { return left.view() == right; }
};

}  // namespace ebpfxx
