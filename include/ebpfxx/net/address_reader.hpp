#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string_view>

namespace ebpfxx::detail::net {

/// Reads the text of an address from its front, piece by piece.
class AddressReader {
 public:
  constexpr explicit AddressReader(std::string_view text) : rest_(text) {}

  constexpr std::string_view rest() const { return rest_; }
  constexpr bool at_end() const { return rest_.empty(); }

  /// Whether `expected` is here; then it is read.
  constexpr bool take(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }

  /// A number of one to `most_digits` digits; decimal ones without a leading zero, which some programs read as octal.
  constexpr std::optional<std::uint32_t> decimal(std::size_t most_digits) {
    const bool zero_first = rest_.starts_with('0');
    const Number number = read(10, most_digits);
    if (number.digits == 0 || (zero_first && number.digits > 1)) return std::nullopt;
    return number.value;
  }
  constexpr std::optional<std::uint32_t> hexadecimal(std::size_t fewest_digits, std::size_t most_digits) {
    const Number number = read(16, most_digits);
    if (number.digits < fewest_digits) return std::nullopt;
    return number.value;
  }

 private:
  struct Number {
    std::uint32_t value = 0;
    std::size_t digits = 0;
  };

  constexpr Number read(std::uint32_t base, std::size_t most_digits) {
    Number number;
    while (!rest_.empty() && number.digits < most_digits) {
      const std::uint32_t digit = value_of(rest_.front());
      if (digit >= base) break;
      number.value = number.value * base + digit;
      ++number.digits;
      rest_.remove_prefix(1);
    }
    return number;
  }

  static constexpr std::uint32_t value_of(char character) {
    if (character >= '0' && character <= '9') return static_cast<std::uint32_t>(character - '0');
    if (character >= 'a' && character <= 'f') return static_cast<std::uint32_t>(character - 'a' + 10);
    if (character >= 'A' && character <= 'F') return static_cast<std::uint32_t>(character - 'A' + 10);
    return UINT32_MAX;
  }

  std::string_view rest_;
};

/// Whether `text` is what `from_text` of the class reads.
template <class Read, std::size_t Size>
constexpr bool reads(const char (&text)[Size]) {
  return Read::from_text(std::string_view(text, Size - 1)).has_value();
}

/// The constructor from a constant text of a class that has `from_text`; `fault` says what is wrong with any other
/// text.
#define EBPFXX_READ_CONSTANT(Class, fault)                                                           \
  template <std::size_t Size>                                                                        \
  consteval Class(const char(&text)[Size]) EBPFXX_WHERE(::ebpfxx::detail::net::reads<Class>(text)) { \
    const std::optional<Class> read = from_text(std::string_view(text, Size - 1));                   \
    if (!read) throw std::invalid_argument(fault);                                                   \
    *this = *read;                                                                                   \
  }                                                                                                  \
  EBPFXX_REFUSE_OTHERS(Class, fault)

#if defined(__clang__)
#define EBPFXX_REFUSE_OTHERS(Class, fault)                                                               \
  template <std::size_t Size>                                                                            \
  constexpr Class(const char(&text)[Size]) EBPFXX_WHERE(!::ebpfxx::detail::net::reads<Class>(text))      \
      EBPFXX_REFUSE("conversion", fault);                                                                \
  template <std::size_t Size>                                                                            \
  constexpr Class(const char(&text)[Size])                                                               \
      EBPFXX_REFUSE_RUN_TIME(text, "conversion",                                                         \
                             "makes one of a text that is not constant; read it in the application, by " \
                             "'" #Class "::from_text'");
#else
#define EBPFXX_REFUSE_OTHERS(Class, fault)
#endif

}  // namespace ebpfxx::detail::net
