#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

#include <ebpfxx/log/level.hpp>

namespace ebpfxx {

/// A line of the log as the application reads it.
struct LogLine {
  LogLevel level;
  std::chrono::nanoseconds time;  ///< since boot, without suspension (CLOCK_MONOTONIC)
  std::string text;
};

/// "[  123.456789] info: dropped 8080 from 10.0.0.1", the time in seconds.
inline std::string to_text(const LogLine& line) {
  char time[32];
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(line.time).count();
  std::snprintf(time, sizeof time, "[%5lld.%06lld] ", static_cast<long long>(microseconds / 1000000),
                static_cast<long long>(microseconds % 1000000));
  return std::string(time).append(name_of(line.level)).append(": ").append(line.text);
}

}  // namespace ebpfxx
