#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace ebpfxx::detail {

/// A ring buffer from the reader's side, as bytes, wherever it is kept: in the kernel, or in this process for a native
/// run. One reader at a time.
class RecordSource {
 public:
  RecordSource() = default;
  RecordSource(const RecordSource&) = delete;
  RecordSource& operator=(const RecordSource&) = delete;
  virtual ~RecordSource() = default;

  /// The ELF symbol of the variable; may be empty in a native run.
  virtual std::string name() const = 0;
  /// The descriptor of the map (bpf(2)), or -1.
  virtual int descriptor() const = 0;

  /// The oldest record that is not taken, aligned to 8 bytes; nothing when there is none, or a program is still writing
  /// it.
  virtual std::optional<std::span<const std::byte>> front() = 0;
  /// Takes the record that `front` gave, and gives its room to programs.
  virtual void pop() = 0;
  /// Waits until there may be a record; a negative time is for ever. Ends early by a signal.
  virtual void wait(std::chrono::milliseconds longest) = 0;

  /// "ring buffer events", for messages.
  std::string label() const {
    const std::string own = name();
    return own.empty() ? "a native ring buffer" : "ring buffer " + own;
  }
};

}  // namespace ebpfxx::detail
