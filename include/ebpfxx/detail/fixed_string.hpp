#pragma once

#include <cstddef>
#include <string_view>

namespace ebpfxx {

/// A string literal as a template argument: `print<"{}">`. `text` is zero-terminated.
template <std::size_t N>
struct FixedString {
  char text[N];  ///< zero-terminated

  // NOLINTNEXTLINE(google-explicit-constructor): a literal is to convert by itself
  consteval FixedString(const char (&literal)[N]) {
    for (std::size_t i = 0; i < N; ++i) text[i] = literal[i];
  }

  /// Empty, to be filled in.
  consteval FixedString() : text{} {}

  /// Without the zero.
  constexpr std::string_view view() const { return {text, N - 1}; }
};

/// Returns the texts one after the other, as for the name or section of a hook that is a template.
template <std::size_t... Sizes>
consteval auto concatenate(const FixedString<Sizes>&... parts) {
  FixedString<(Sizes + ... + 1) - sizeof...(Sizes)> whole;
  std::size_t size = 0;
  const auto append = [&](std::string_view part) {
    for (const char character : part) whole.text[size++] = character;
  };
  (append(parts.view()), ...);
  return whole;
}

}  // namespace ebpfxx
