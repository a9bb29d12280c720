#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include <ebpfxx/detail/shared.hpp>
#include <ebpfxx/runtime/detail/backing/map_backing.hpp>
#include <ebpfxx/runtime/detail/backing/record_source.hpp>
#include <ebpfxx/runtime/handle/log_line.hpp>

namespace ebpfxx {

namespace detail::log {
class LogFormats;
}

namespace detail::handle {

/// The line that a record of the log stands for. Throws Error (EBADMSG) if it is none.
LogLine line_of(const log::LogFormats& formats, const backing::RecordSource& source, std::span<const std::byte> record);

}  // namespace detail::handle

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
  LogHandle(detail::Shared<detail::backing::RecordSource> source, detail::Shared<detail::backing::MapBacking> dropped,
            detail::Shared<const detail::log::LogFormats> formats)
      : source_(std::move(source)), dropped_(std::move(dropped)), formats_(std::move(formats)) {}

  /// The ELF symbol of the variable, or the path where the log is pinned; natively empty unless the application embeds
  /// an object that has it.
  std::string name() const;
  /// The descriptor of the ring buffer (bpf(2)); natively -1. It polls as readable while there are lines.
  int fd() const;
  /// The kernel's number for the ring buffer; see MapHandle::id.
  std::uint32_t id() const;

  /// Calls `callback` with the lines that are there, oldest first, and says how many there were. Stops behind the line
  /// for which it returns false. Throws Error (EBADMSG) for a record that no `log` wrote, and goes on behind it the
  /// next time.
  template <TakesLogLines Callback>
  std::size_t consume(Callback callback) const {
    return detail::backing::consume_records(*source_, [&](std::span<const std::byte> record) {
      return detail::backing::call_with_record(callback, detail::handle::line_of(*formats_, *source_, record));
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
  std::uint64_t dropped() const;

  /// Gives the log a name in a BPF file system, and its count of drops the same with "_dropped" behind it, for
  /// `open_log` in another process. Throws Error, and then nothing is pinned.
  void pin(const std::string& path) const;

 private:
  detail::Shared<detail::backing::RecordSource> source_;
  detail::Shared<detail::backing::MapBacking> dropped_;
  detail::Shared<const detail::log::LogFormats> formats_;
};

}  // namespace ebpfxx
