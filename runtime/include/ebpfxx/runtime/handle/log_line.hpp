#pragma once

#include <chrono>
#include <string>

#include <ebpfxx/log/level.hpp>

namespace ebpfxx {

/// A line of the log as the application reads it.
struct LogLine {
  LogLevel level;                 ///< how much it matters
  std::chrono::nanoseconds time;  ///< since boot, without suspension (CLOCK_MONOTONIC)
  std::string text;               ///< with the arguments in place of the placeholders
};

/// "[  123.456789] info: dropped 8080 from 10.0.0.1", the time in seconds.
std::string to_text(const LogLine& line);

}  // namespace ebpfxx
