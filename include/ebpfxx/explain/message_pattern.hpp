#pragma once

#include <charconv>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace ebpfxx::explain {

/// What is in a message where its pattern has "{name}", by name.
using MessageValues = std::map<std::string, std::string, std::less<>>;

/// A value as a number, decimal or with 0x in front; nothing if it is none, or from 2^62 on, so that the sum of two is
/// always a number.
inline std::optional<long long> number_of(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const bool hexadecimal = text.starts_with("0x");
  if (hexadecimal) text.remove_prefix(2);
  unsigned long long number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, hexadecimal ? 16 : 10);
  constexpr unsigned long long limit = 1ULL << 62;
  if (error != std::errc() || end != text.data() + text.size() || number >= limit) return std::nullopt;
  const long long value = static_cast<long long>(number);
  return negative ? -value : value;
}

namespace detail {

inline std::optional<MessageValues> match_one(std::string_view pattern, std::string_view text) {
  MessageValues values;
  while (!pattern.empty()) {
    std::size_t open = pattern.find('{');
    if (!text.starts_with(pattern.substr(0, open))) return std::nullopt;
    if (open == std::string_view::npos) break;
    text.remove_prefix(open);
    std::size_t close = pattern.find('}', open);
    std::string_view name = pattern.substr(open + 1, close - open - 1);
    pattern.remove_prefix(close + 1);
    std::string_view literal = pattern.substr(0, pattern.find('{'));
    std::size_t end = literal.empty() ? text.size() : text.find(literal);
    if (end == std::string_view::npos) return std::nullopt;
    values.emplace(name, text.substr(0, end));
    text.remove_prefix(end);
  }
  return values;
}

inline std::string formatted(std::string_view value, std::string_view form) {
  std::string text(value);
  if (form.starts_with("bytes")) text += value == "1" ? " byte" : " bytes";
  if (form == "bytes are") text += value == "1" ? " is" : " are";
  return text;
}

}  // namespace detail

/// Whether a message begins as one of the alternatives of a pattern, between which '|' is, and what it has at
/// their "{name}"s. A name takes as little as possible, one at the end all of the rest.
inline std::optional<MessageValues> match_message(std::string_view pattern, std::string_view text) {
  while (true) {
    std::size_t bar = pattern.find('|');
    if (auto values = detail::match_one(pattern.substr(0, bar), text)) return values;
    if (bar == std::string_view::npos) return std::nullopt;
    pattern.remove_prefix(bar + 1);
  }
}

/// The text with the values put in: "{size}" as it is, "{size:bytes}" as "4 bytes", "{size:bytes are}" as "1 byte is".
/// A name without a value stays empty; "{}" is the text's own.
inline std::string fill_in(std::string_view text, const MessageValues& values) {
  std::string filled;
  while (true) {
    std::size_t open = text.find('{');
    filled += text.substr(0, open);
    if (open == std::string_view::npos) return filled;
    std::size_t close = text.find('}', open);
    std::string_view name = text.substr(open + 1, close - open - 1);
    text.remove_prefix(close + 1);
    if (name.empty()) filled += "{}";
    std::size_t colon = name.find(':');
    std::string_view form = colon == std::string_view::npos ? std::string_view() : name.substr(colon + 1);
    auto value = values.find(name.substr(0, colon));
    filled += detail::formatted(value == values.end() ? std::string_view() : value->second, form);
  }
}

}  // namespace ebpfxx::explain
