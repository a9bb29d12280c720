#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include <ebpfxx/abi.hpp>
#include <ebpfxx/detail/fixed_string.hpp>
#include <ebpfxx/detail/print_format.hpp>
#include <ebpfxx/log/level.hpp>
#include <ebpfxx/net/ipv4_address.hpp>
#include <ebpfxx/net/ipv6_address.hpp>
#include <ebpfxx/net/mac_address.hpp>

namespace ebpfxx::detail::log {

/// What `log` takes besides numbers is in a record as its bytes, filled up with zeros to words of 8; `letter` says
/// in the format what they are.
template <class Argument>
struct LogBytes {
  static constexpr char letter = '\0';
};
template <>
struct LogBytes<Ipv4Address> {
  static constexpr char letter = '4';
};
template <>
struct LogBytes<Ipv6Address> {
  static constexpr char letter = '6';
};
template <>
struct LogBytes<MacAddress> {
  static constexpr char letter = 'm';
};
/// Text that ends with a zero or with the array, as a task's name: the letter and the number of words.
template <std::size_t Size>
  requires(Size > 0 && Size <= 9 * sizeof(std::uint64_t))
struct LogBytes<std::array<char, Size>> {
  static constexpr char letter = 's';
};

template <class Argument>
concept Loggable = LogBytes<Argument>::letter != '\0' || Printable<Argument>;

/// The number that stands for an argument, sign-extended to a word: 'i' when it is signed, 'u' when not.
template <Printable Argument>
using LogNumber = decltype(print_number(std::declval<const Argument&>()));

template <Loggable Argument>
constexpr std::size_t log_words() {
  if constexpr (LogBytes<Argument>::letter != '\0')
    return (sizeof(Argument) + 7) / 8;
  else
    return 1;
}

template <Loggable Argument>
constexpr char log_letter() {
  if constexpr (LogBytes<Argument>::letter != '\0')
    return LogBytes<Argument>::letter;
  else
    return std::is_signed_v<LogNumber<Argument>> ? 'i' : 'u';
}

/// The first of the types that cannot be logged.
template <class... Arguments>
struct NotLoggable {
  using type = void;
};
template <class First, class... Others>
struct NotLoggable<First, Others...> {
  using type = typename std::conditional_t<Loggable<First>, NotLoggable<Others...>, std::type_identity<First>>::type;
};
template <class... Arguments>
using FirstNotLoggable = std::decay_t<typename NotLoggable<Arguments...>::type>;

/// FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv.
constexpr std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char character : text) hash = (hash ^ static_cast<std::uint8_t>(character)) * 0x100000001b3;
  return hash;
}

/// What a line of the log looks like. Its entry is in the object's section `.ebpfxx.log` and, after the format's id
/// in 16 hexadecimal digits, holds the text, a tab, each argument's letter and number of words, a tab, and the level:
///
///     00c0ffee00c0ffee dropped {} from {}\tu141\t3
///
/// The id is the hash of all that follows it.
template <LogLevel Importance, FixedString Text, class... Arguments>
struct LogFormat {
  static constexpr std::size_t words = (0 + ... + log_words<Arguments>());

 private:
  static constexpr std::size_t id_digits = 16;
  static constexpr std::size_t size = id_digits + 1 + Text.view().size() + 1 + 2 * sizeof...(Arguments) + 2;

  static consteval std::array<char, size + 1> make_entry() {
    std::array<char, size + 1> entry{};
    std::size_t at = id_digits;
    entry[at++] = ' ';
    for (const char character : Text.view()) entry[at++] = character;
    entry[at++] = '\t';
    ((entry[at++] = log_letter<Arguments>(), entry[at++] = static_cast<char>('0' + log_words<Arguments>())), ...);
    entry[at++] = '\t';
    entry[at++] = static_cast<char>('0' + static_cast<int>(Importance));
    std::uint64_t rest = fnv1a({entry.data() + id_digits + 1, size - id_digits - 1});
    for (std::size_t digit = id_digits; digit-- > 0; rest >>= 4) entry[digit] = "0123456789abcdef"[rest & 15];
    return entry;
  }

 public:
  /// Zero-terminated. No program refers to it; ebpfxx-cc keeps the section.
#if defined(__EBPFXX_DEVICE__)
  [[gnu::section(EBPFXX_ABI_LOG_SECTION)]]
#endif
  static constexpr std::array<char, size + 1> entry = make_entry();

  static constexpr std::uint64_t id = fnv1a({entry.data() + id_digits + 1, size - id_digits - 1});
};

}  // namespace ebpfxx::detail::log
