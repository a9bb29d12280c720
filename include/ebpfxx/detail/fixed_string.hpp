#pragma once

#include <cstddef>
#include <string_view>

namespace ebpfxx {

/// A string literal as a template argument: `print<"{}">`. `text` is zero-terminated.
template <std::size_t N>
struct FixedString {
  char text[N];

  // NOLINTNEXTLINE(google-explicit-constructor): a literal is to convert by itself
  consteval FixedString(const char (&literal)[N]) {
    for (std::size_t i = 0; i < N; ++i) text[i] = literal[i];
  }

  constexpr std::string_view view() const { return {text, N - 1}; }
};

}  // namespace ebpfxx
