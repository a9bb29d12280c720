#include <chrono>
#include <cstdio>
#include <optional>
#include <string>

#include <ebpfxx/error.hpp>
#include <ebpfxx/runtime/detail/backing/map_access.hpp>
#include <ebpfxx/runtime/detail/os/pinning.hpp>
#include <ebpfxx/runtime/handle/log.hpp>

#include "log_formats.hpp"

namespace ebpfxx {

std::string to_text(const LogLine& line) {
  char time[32];
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(line.time).count();
  std::snprintf(time, sizeof time, "[%5lld.%06lld] ", static_cast<long long>(microseconds / 1000000),
                static_cast<long long>(microseconds % 1000000));
  return std::string(time).append(name_of(line.level)).append(": ").append(line.text);
}

LogLine detail::handle::line_of(const log::LogFormats& formats, const backing::RecordSource& source,
                                std::span<const std::byte> record) {
  std::optional<LogLine> line = formats.line_of(record);
  if (!line)
    throw Error(EBADMSG, {.attempt = "read " + source.label(),
                          .name = source.name(),
                          .reason = "it holds a record of " + std::to_string(record.size()) +
                                    " bytes, which is no line of the log"});
  return *std::move(line);
}

std::string LogHandle::name() const { return source_->name(); }
int LogHandle::fd() const { return source_->fd(); }
std::uint32_t LogHandle::id() const { return detail::os::map_id(fd(), source_->label()); }
std::uint64_t LogHandle::dropped() const { return detail::backing::sum_of_counter(*dropped_); }

void LogHandle::pin(const std::string& path) const {
  detail::os::pin_ring(fd(), dropped_->fd(), source_->label(), {}, path);
}

}  // namespace ebpfxx
