#pragma once

#include <sys/mman.h>

#include <cerrno>
#include <cstddef>
#include <string>

#include <ebpfxx/error.hpp>

namespace ebpfxx::detail::backing {

/// Memory that a map shares with this process.
class MappedMemory {
 public:
  /// Throws Error when the kernel does not share it.
  MappedMemory(int fd, std::size_t offset, std::size_t size, int protection, const std::string& label)
      : begin_(::mmap(nullptr, size, protection, MAP_SHARED, fd, static_cast<off_t>(offset))), size_(size) {
    if (begin_ == MAP_FAILED) throw Error(errno, {.attempt = "map " + label + " into the process"});
  }
  MappedMemory(const MappedMemory&) = delete;
  MappedMemory& operator=(const MappedMemory&) = delete;
  ~MappedMemory() { ::munmap(begin_, size_); }

  std::byte* begin() const { return static_cast<std::byte*>(begin_); }

 private:
  void* begin_;
  std::size_t size_;
};

}  // namespace ebpfxx::detail::backing
