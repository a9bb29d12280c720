#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <ebpfxx/abi.hpp>
#include <ebpfxx/explain/elf_file.hpp>
#include <ebpfxx/net/ipv4_address.hpp>
#include <ebpfxx/net/ipv6_address.hpp>
#include <ebpfxx/net/mac_address.hpp>
#include <ebpfxx/runtime/detail/backing/value_transfer.hpp>
#include <ebpfxx/runtime/handle/log_line.hpp>

namespace ebpfxx::detail::log {

/// A format of the log, read back from its entry (`detail::log::LogFormat`).
class ReadLogFormat {
 public:
  /// Nothing when that is no entry.
  static std::optional<ReadLogFormat> of(std::string_view entry) {
    const std::size_t level_tab = entry.rfind('\t');
    const std::size_t arguments_tab =
        level_tab == entry.npos || level_tab == 0 ? entry.npos : entry.rfind('\t', level_tab - 1);
    ReadLogFormat format;
    if (arguments_tab == entry.npos || arguments_tab < text_begin || level_tab + 2 != entry.size()) return std::nullopt;
    const char* const id = entry.data();
    const char* const id_end = id + text_begin - 1;
    if (std::from_chars(id, id_end, format.id_, 16).ptr != id_end) return std::nullopt;
    format.level_ = static_cast<LogLevel>(entry.back() - '0');
    format.text_ = entry.substr(text_begin, arguments_tab - text_begin);
    format.arguments_ = entry.substr(arguments_tab + 1, level_tab - arguments_tab - 1);
    return format;
  }

  std::uint64_t id() const { return id_; }
  LogLevel level() const { return level_; }

  /// How many words the arguments take.
  std::size_t words() const {
    std::size_t words = 0;
    for (std::size_t at = 1; at < arguments_.size(); at += 2) words += static_cast<std::size_t>(arguments_[at] - '0');
    return words;
  }

  /// The text with the arguments in it, of which `words` holds as many as `words()` says.
  std::string filled_in(std::span<const std::uint64_t> words) const {
    std::string result;
    std::size_t argument = 0;
    for (std::string_view rest = text_; !rest.empty();) {
      const bool hexadecimal = rest.starts_with("{:x}");
      if ((hexadecimal || rest.starts_with("{}")) && argument + 1 < arguments_.size()) {
        const auto size = static_cast<std::size_t>(arguments_[argument + 1] - '0');
        result += argument_text(arguments_[argument], words.first(size), hexadecimal);
        words = words.subspan(size);
        argument += 2;
        rest.remove_prefix(hexadecimal ? 4 : 2);
      } else {
        result += rest.front();
        rest.remove_prefix(1);
      }
    }
    return result;
  }

 private:
  static constexpr std::size_t text_begin = 17;  ///< behind the id and a space

  static std::string argument_text(char letter, std::span<const std::uint64_t> words, bool hexadecimal) {
    switch (letter) {
      case '4':
        return to_text(backing::value_from<Ipv4Address>(words.data()));
      case '6':
        return to_text(backing::value_from<Ipv6Address>(words.data()));
      case 'm':
        return to_text(backing::value_from<MacAddress>(words.data()));
      case 's': {
        const std::string_view text(reinterpret_cast<const char*>(words.data()), words.size_bytes());
        return std::string(text.substr(0, text.find('\0')));
      }
      case 'i':
        return hexadecimal ? number(words[0], 16) : number(static_cast<std::int64_t>(words[0]), 10);
      default:
        return number(words[0], hexadecimal ? 16 : 10);
    }
  }

  template <class Number>
  static std::string number(Number value, int base) {
    char digits[24];
    return std::string(digits, std::to_chars(digits, digits + sizeof digits, value, base).ptr);
  }

  std::uint64_t id_ = 0;
  LogLevel level_ = LogLevel::Off;
  std::string text_;
  std::string arguments_;  ///< a letter and a digit each
};

/// The formats that a reader of logs knows.
class LogFormats {
 public:
  LogFormats() = default;

  /// Those of a BPF object; none when it has none.
  explicit LogFormats(const explain::ElfFile& object) {
    const explain::ElfSection* section = object.section(abi::log_section);
    if (section == nullptr) return;
    std::string_view rest(reinterpret_cast<const char*>(section->bytes.data()), section->bytes.size());
    while (!rest.empty()) {
      const std::string_view entry = rest.substr(0, rest.find('\0'));
      add(entry);
      rest.remove_prefix(std::min(rest.size(), entry.size() + 1));
    }
  }

  void add(std::string_view entry) {
    if (auto format = ReadLogFormat::of(entry)) formats_.insert_or_assign(format->id(), std::move(*format));
  }

  /// The line that a record stands for; nothing if the record is too short for what it says. A format that is not known
  /// gives a line that says so.
  std::optional<LogLine> line_of(std::span<const std::byte> record) const {
    constexpr std::size_t head = 2;  // the format's id and the time
    if (record.size() < head * sizeof(std::uint64_t) || record.size() % sizeof(std::uint64_t) != 0) return std::nullopt;
    std::vector<std::uint64_t> words(record.size() / sizeof(std::uint64_t));
    std::memcpy(words.data(), record.data(), record.size());
    const std::span<const std::uint64_t> arguments = std::span(words).subspan(head);
    const std::chrono::nanoseconds time(static_cast<std::int64_t>(words[1]));
    const auto found = formats_.find(words[0]);
    if (found == formats_.end()) return LogLine{LogLevel::Error, time, unknown(words[0], arguments.size())};
    if (found->second.words() != arguments.size()) return std::nullopt;
    return LogLine{found->second.level(), time, found->second.filled_in(arguments)};
  }

 private:
  static std::string unknown(std::uint64_t id, std::size_t words) {
    char text[128];
    std::snprintf(text, sizeof text,
                  "a line with %zu words of arguments, whose format %016llx this object does not have", words,
                  static_cast<unsigned long long>(id));
    return text;
  }

  std::map<std::uint64_t, ReadLogFormat> formats_;
};

}  // namespace ebpfxx::detail::log
