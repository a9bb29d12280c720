#pragma once

#include <cerrno>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include <ebpfxx/error.hpp>
#include <ebpfxx/log/buffer.hpp>
#include <ebpfxx/runtime/log_formats.hpp>
#include <ebpfxx/runtime/map_backing.hpp>
#include <ebpfxx/runtime/per_cpu_handle.hpp>
#include <ebpfxx/runtime/pinning.hpp>
#include <ebpfxx/runtime/record_source.hpp>

namespace ebpfxx {

/// What a callback for lines of the log returns: nothing, or whether to go on.
template <class Callback>
concept TakesLogLines = std::invocable<Callback&, const LogLine&>;

/// The log from the application's side: of a loaded Object, of a Native, or of what another process has pinned. One
/// reader at a time: handles of one Object share the place up to which was read, and so do processes that share a
/// pinned log.
///
///     object[log_lines].poll(1s, [](const LogLine& line) { std::puts(to_text(line).c_str()); });
class LogHandle {
 public:
  LogHandle(std::shared_ptr<detail::RecordSource> source, std::shared_ptr<detail::MapBacking> dropped,
            std::shared_ptr<const detail::LogFormats> formats)
      : source_(std::move(source)), dropped_(std::move(dropped)), formats_(std::move(formats)) {}

  /// The descriptor of the ring buffer (bpf(2)); natively -1. It polls as readable while there are lines.
  int fd() const { return source_->descriptor(); }

  /// Calls `callback` with the lines that are there, oldest first, and says how many there were. Stops behind the line
  /// for which it returns false. Throws Error (EBADMSG) for a record that no `log` wrote, and goes on behind it the
  /// next time.
  template <TakesLogLines Callback>
  std::size_t consume(Callback callback) const {
    return detail::consume_records(*source_, [&](std::span<const std::byte> record) {
      const std::optional<LogLine> line = formats_->line_of(record);
      if (!line)
        throw Error(EBADMSG, {.attempt = "read " + source_->label(),
                              .name = source_->name(),
                              .reason = "it holds a record of " + std::to_string(record.size()) +
                                        " bytes, which is no line of the log"});
      return detail::call_with_record(callback, *line);
    });
  }

  /// The same, but waits for a first line if there is none: for `longest`, for ever if that is negative, until a signal
  /// arrives. 0 when there was none.
  template <TakesLogLines Callback>
  std::size_t poll(std::chrono::milliseconds longest, Callback callback) const {
    if (!source_->front()) source_->wait(longest);
    return consume(std::move(callback));
  }

  /// How many lines found no room so far, on all CPUs.
  std::uint64_t dropped() const { return PerCpuHandle<std::uint64_t>(dropped_).sum(); }

  /// Gives the log a name in a BPF file system, and its count of drops the same with "_dropped" behind it, for
  /// `open_log` in another process. Throws Error, and then nothing is pinned.
  void pin(const std::string& path) const {
    detail::pin_object(source_->descriptor(), source_->label(), path);
    try {
      detail::pin_object(dropped_->descriptor(), "the drops of " + source_->label(), detail::dropped_path(path));
    } catch (...) {
      unpin(path);
      throw;
    }
  }

 private:
  std::shared_ptr<detail::RecordSource> source_;
  std::shared_ptr<detail::MapBacking> dropped_;
  std::shared_ptr<const detail::LogFormats> formats_;
};

}  // namespace ebpfxx
