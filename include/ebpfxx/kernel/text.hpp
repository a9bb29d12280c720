#pragma once

#include <cstddef>
#include <iosfwd>
#include <string_view>

namespace ebpfxx {

/// Up to N - 1 characters, and zeros behind them: a name as the kernel keeps it, fit for keys and values of maps.
template <std::size_t N>
struct Text {
  char characters[N] = {};

  constexpr std::string_view view() const {
    std::size_t size = 0;
    while (size < N && characters[size] != '\0') ++size;
    return {characters, size};
  }

  friend constexpr bool operator==(const Text&, const Text&) = default;
  friend constexpr auto operator<=>(const Text&, const Text&) = default;
  friend constexpr bool operator==(const Text& left, std::string_view right) { return left.view() == right; }

  friend std::ostream& operator<<(std::ostream& stream, const Text& text) { return stream << text.view(); }
};

}  // namespace ebpfxx
