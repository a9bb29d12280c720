#pragma once

#include <cerrno>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string>

namespace ebpfxx::detail::os {

/// Where a tracefs is mounted, or nothing.
inline std::optional<std::string> trace_folder() {
  std::ifstream mounts("/proc/self/mounts");
  std::string source, folder, type, rest;
  while (mounts >> source >> folder >> type && std::getline(mounts, rest))
    if (type == "tracefs") return folder;
  return std::nullopt;
}

/// The number by which perf_event_open(2) knows the tracepoint; nothing, and a positive errno, when it cannot be read.
inline std::optional<std::uint64_t> tracepoint_number(const std::string& folder, const std::string& tracepoint,
                                                      int& error) {
  errno = 0;
  std::ifstream file(folder + "/events/" + tracepoint + "/id");
  std::uint64_t number = 0;
  if (file >> number) return number;
  error = errno != 0 ? errno : EIO;
  return std::nullopt;
}

}  // namespace ebpfxx::detail::os
