#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <utility>

namespace ebpfxx::detail {

/// Owns a file descriptor.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int number) : number_(number) {}
  FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~FileDescriptor() {
    if (number_ >= 0) ::close(number_);
  }

  /// A second descriptor for what `number` refers to; not `valid()` when there is none to be had.
  static FileDescriptor duplicate(int number) { return FileDescriptor(::fcntl(number, F_DUPFD_CLOEXEC, 0)); }

  int number() const { return number_; }
  bool valid() const { return number_ >= 0; }

 private:
  int number_ = -1;
};

}  // namespace ebpfxx::detail
