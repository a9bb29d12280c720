#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <type_traits>

namespace ebpfxx::detail::backing {

/// A ring buffer from the reader's side, as bytes, wherever it is kept: in the kernel, or in this process for a native
/// run. One reader at a time.
class RecordSource {
 public:
  RecordSource() = default;
  RecordSource(const RecordSource&) = delete;
  RecordSource& operator=(const RecordSource&) = delete;
  virtual ~RecordSource();

  /// The ELF symbol of the variable; may be empty in a native run.
  virtual std::string name() const = 0;
  /// The descriptor of the map (bpf(2)), or -1.
  virtual int fd() const = 0;

  /// The oldest record that is not taken, aligned to 8 bytes; nothing when there is none, or a program is still writing
  /// it.
  virtual std::optional<std::span<const std::byte>> front() = 0;
  /// Takes the record that `front` gave, and releases its bytes.
  virtual void pop() = 0;
  /// Waits until there may be a record; a negative time is for ever. Ends early by a signal.
  virtual void wait(std::chrono::milliseconds longest) = 0;

  /// "ring buffer events", for messages.
  std::string label() const;
};

/// Throws Error (EBADMSG): a record of `size` bytes is none of the application's.
[[noreturn]] void fail_foreign_record(const RecordSource& source, std::size_t size, std::optional<std::uint64_t> tag);

/// Takes the front record at the end of its scope.
class TakenRecord {
 public:
  explicit TakenRecord(RecordSource& source) : source_(source) {}
  TakenRecord(const TakenRecord&) = delete;
  TakenRecord& operator=(const TakenRecord&) = delete;
  ~TakenRecord() { source_.pop(); }

 private:
  RecordSource& source_;
};

/// Calls `body` with the bytes of each record that is there, oldest first, until it returns false; says how many it
/// took. A record is taken when `body` returns or throws.
template <class Body>
std::size_t consume_records(RecordSource& source, Body body) {
  std::size_t count = 0;
  for (bool going_on = true; going_on; ++count) {
    const std::optional<std::span<const std::byte>> bytes = source.front();
    if (!bytes) break;
    const TakenRecord taken(source);
    going_on = body(*bytes);
  }
  return count;
}

/// Calls `callback` with a record; whether to go on, which one that returns nothing always does.
template <class Callback, class Record>
bool call_with_record(Callback& callback, const Record& record) {
  if constexpr (std::is_void_v<std::invoke_result_t<Callback&, const Record&>>) {
    callback(record);
    return true;
  } else {
    return static_cast<bool>(callback(record));
  }
}

}  // namespace ebpfxx::detail::backing
