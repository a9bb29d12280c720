#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include <ebpfxx/detail/device.hpp>
#include <ebpfxx/kernel/clock.hpp>
#include <ebpfxx/log/buffer.hpp>
#include <ebpfxx/log/format.hpp>
#include <ebpfxx/native_interface.hpp>

namespace ebpfxx {

namespace detail::log {

template <class Argument>
void put_in_log(const Argument& argument, std::uint64_t* words) {
  if constexpr (LogBytes<Argument>::letter != '\0')
    __builtin_memcpy(words, &argument, sizeof argument);
  else
    *words = static_cast<std::uint64_t>(print_number(argument));
}

}  // namespace detail::log

/// Writes a line to the application's log, when `log_level` lets it through:
///
///     log<LogLevel::Info, "dropped {} from {}">(tcp->destination, ip->source);
///     object[log_lines].poll(1s, [](const LogLine& line) { std::puts(to_text(line).c_str()); });   // in the
///     application
///
/// `{}` prints a number in decimal, `{:x}` in hexadecimal; addresses and texts as themselves. Arguments are integers,
/// enumerators, big-endian fields, addresses, Configs, Globals, and arrays of up to 72 characters. The text stays in
/// the object; what is sent is the hash of text, types and level, the time and the arguments, as numbers. Natively the
/// line goes to the log of the run; in constant evaluation nowhere.
template <LogLevel Importance, FixedString Text, detail::log::Loggable... Arguments>
  requires(Importance != LogLevel::Off && detail::count_placeholders(Text.view()) == sizeof...(Arguments))
constexpr void log(const Arguments&... arguments) {
  if (__builtin_is_constant_evaluated()) return;
  if (log_level.value() < Importance) return;
  using Format = detail::log::LogFormat<Importance, Text, Arguments...>;
  if (!on_device()) native_interface::execution().log_format(Format::entry.data());
  static_cast<void>(&Format::entry);
  std::array<std::uint64_t, 2 + Format::words> record{Format::id, monotonic_time()};
  [[maybe_unused]] std::uint64_t* words = record.data() + 2;
  ((detail::log::put_in_log(arguments, words), words += detail::log::log_words<Arguments>()), ...);
  log_lines.write(record.data(), sizeof record);
}
template <LogLevel Importance, FixedString Text, class... Arguments>
constexpr void log(const Arguments&... arguments)
    EBPFXX_REFUSE("print",
                  "logs '%0', which has no form in a log; give integers, enumerators, big-endian fields, addresses or "
                  "arrays of characters",
                  static_cast<detail::log::FirstNotLoggable<Arguments...>*>(nullptr));
template <LogLevel Importance, FixedString Text, detail::log::Loggable... Arguments>
  requires(detail::count_placeholders(Text.view()) != sizeof...(Arguments))
constexpr void log(const Arguments&... arguments)
    EBPFXX_REFUSE("print", "arguments: %0, placeholders in the text: %1; write one '{}' for each argument",
                  sizeof...(Arguments), detail::count_placeholders(Text.view()));
template <LogLevel Importance, FixedString Text, detail::log::Loggable... Arguments>
  requires(Importance == LogLevel::Off && detail::count_placeholders(Text.view()) == sizeof...(Arguments))
constexpr void log(const Arguments&... arguments)
    EBPFXX_REFUSE("print", "logs at LogLevel::Off, which is for log_level; name how much the line matters");

}  // namespace ebpfxx
