#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <type_traits>

#include <ebpfxx/detail/fixed_string.hpp>

namespace ebpfxx::detail {

/// Arguments of `print` as numbers of 32 or 64 bits, which is what printf's conversions take.
template <class Argument>
constexpr auto print_number(const Argument& argument) {
  if constexpr (requires { argument.value(); })
    return print_number(argument.value());
  else if constexpr (std::is_enum_v<Argument>)
    return print_number(static_cast<std::underlying_type_t<Argument>>(argument));
  else if constexpr (std::signed_integral<Argument>)
    return static_cast<std::conditional_t<sizeof(Argument) == 8, long long, int>>(argument);
  else
    return static_cast<std::conditional_t<sizeof(Argument) == 8, unsigned long long, unsigned>>(argument);
}

template <class Argument>
concept Printable = std::integral<Argument> || std::is_enum_v<Argument> || requires(const Argument& argument) {
  { argument.value() } -> std::integral;
} || requires(const Argument& argument) { requires std::is_enum_v<decltype(argument.value())>; };

/// The first of the types that cannot be printed; void when all can.
template <class... Arguments>
struct NotPrintable {
  using type = void;
};
template <class First, class... Others>
struct NotPrintable<First, Others...> {
  using type = typename std::conditional_t<Printable<First>, NotPrintable<Others...>, std::type_identity<First>>::type;
};
template <class... Arguments>
using FirstNotPrintable = std::decay_t<typename NotPrintable<Arguments...>::type>;

template <class Number>
consteval std::string_view conversion(bool hexadecimal) {
  if (sizeof(Number) == 8) return hexadecimal ? "%llx" : std::is_signed_v<Number> ? "%lld" : "%llu";
  return hexadecimal ? "%x" : std::is_signed_v<Number> ? "%d" : "%u";
}

/// How many `{}` and `{:x}` are in `text`.
constexpr std::size_t count_placeholders(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text.substr(i).starts_with("{}") || text.substr(i).starts_with("{:x}")) ++count;
  return count;
}

/// `Text` for printf: `{}` and `{:x}` become the conversions of the numbers, `%` becomes `%%`.
template <FixedString Text, class... Numbers>
struct PrintFormat {
  static constexpr std::size_t capacity = 2 * sizeof(Text.text) + 4 * sizeof...(Numbers);

  struct Translated {
    std::array<char, capacity> text{};
    std::size_t size = 0;

    constexpr void append(std::string_view piece) {
      for (char character : piece) text[size++] = character;
    }
  };

  static consteval Translated translate() {
    constexpr std::array<std::string_view, sizeof...(Numbers) + 1> decimal{conversion<Numbers>(false)...};
    constexpr std::array<std::string_view, sizeof...(Numbers) + 1> hexadecimal{conversion<Numbers>(true)...};
    Translated result;
    std::size_t argument = 0;
    for (std::string_view rest = Text.view(); !rest.empty();) {
      const bool plain = rest.starts_with("{}");
      const bool hex = rest.starts_with("{:x}");
      if (plain || hex)
        result.append(plain ? decimal[argument++] : hexadecimal[argument++]);
      else if (rest.front() == '%')
        result.append("%%");
      else
        result.append(rest.substr(0, 1));
      rest.remove_prefix(plain ? 2 : hex ? 4 : 1);
    }
    return result;
  }

  /// Zero-terminated; `sizeof(text)` is what bpf_trace_printk takes as the format's size.
  static constexpr auto text = [] {
    constexpr Translated translated = translate();
    std::array<char, translated.size + 1> exact{};
    for (std::size_t i = 0; i < translated.size; ++i) exact[i] = translated.text[i];
    return exact;
  }();
};

/// The line that printf would write.
template <class Format, class... Numbers>
std::string formatted(Numbers... numbers) {
  std::array<char, 512> line{};
  std::snprintf(line.data(), line.size(), Format::text.data(), numbers...);
  return line.data();
}

}  // namespace ebpfxx::detail
