#pragma once

#include <cstdint>
#include <string_view>

#include <ebpfxx/config.hpp>

namespace ebpfxx {

/// How much a line of the log matters; `Off` is none at all.
enum class LogLevel : std::uint8_t { Off, Error, Warning, Info, Debug };

constexpr std::string_view name_of(LogLevel level) {
  constexpr std::string_view names[] = {"off", "error", "warning", "info", "debug"};
  const auto index = static_cast<std::size_t>(level);
  return index < std::size(names) ? names[index] : std::string_view();
}

/// Lines that matter less are not written: `object[log_level] = LogLevel::Debug` before `load`. The verifier then drops
/// their code.
inline constexpr Config<LogLevel> log_level = LogLevel::Info;

}  // namespace ebpfxx
