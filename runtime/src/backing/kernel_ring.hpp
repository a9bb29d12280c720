#pragma once

#include <linux/bpf.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include <ebpfxx/error.hpp>
#include <ebpfxx/runtime/detail/backing/record_source.hpp>

#include "mapped_memory.hpp"

namespace ebpfxx::detail::backing {

/// Reads a ring buffer of the kernel through its memory (kernel/bpf/ringbuf.c): a page with the position up to which
/// the reader has read, a page with the one up to which programs have reserved, and the records, mapped twice in a row
/// so that none is ever in two pieces.
///
/// libbpf's reader calls a C function for each record, which an exception must not leave, and has no place to stop at
/// but the end.
class KernelRing final : public RecordSource {
 public:
  /// `size` is that of the map; the descriptor is somebody else's.
  KernelRing(int fd, std::string name, std::size_t size)
      : fd_(fd),
        name_(std::move(name)),
        size_(size),
        reader_(fd, 0, page(), PROT_READ | PROT_WRITE, "ring buffer " + name_),
        programs_(fd, page(), page() + 2 * size, PROT_READ, "ring buffer " + name_) {}

  std::string name() const override { return name_; }
  int fd() const override { return fd_; }

  std::optional<std::span<const std::byte>> front() override {
    while (true) {
      const std::uint64_t read = load(reader_.begin());
      if (read == load(programs_.begin())) return std::nullopt;
      const std::byte* header = programs_.begin() + page() + (read & (size_ - 1));
      const std::uint32_t word = std::atomic_ref(*reinterpret_cast<std::uint32_t*>(const_cast<std::byte*>(header)))
                                     .load(std::memory_order_acquire);
      if ((word & BPF_RINGBUF_BUSY_BIT) != 0) return std::nullopt;
      const std::uint32_t length = word & ~std::uint32_t{BPF_RINGBUF_DISCARD_BIT};
      next_ = read + (BPF_RINGBUF_HDR_SZ + std::uint64_t{length} + 7) / 8 * 8;
      if ((word & BPF_RINGBUF_DISCARD_BIT) == 0) return std::span(header + BPF_RINGBUF_HDR_SZ, length);
      pop();
    }
  }

  void pop() override { position(reader_.begin()).store(next_, std::memory_order_release); }

  void wait(std::chrono::milliseconds longest) override {
    pollfd waiting{fd_, POLLIN, 0};
    const auto most = std::min<std::chrono::milliseconds::rep>(longest.count(), std::numeric_limits<int>::max());
    if (::poll(&waiting, 1, longest.count() < 0 ? -1 : static_cast<int>(most)) < 0 && errno != EINTR)
      throw Error(errno, {.attempt = "wait for ring buffer " + name_, .name = name_});
  }

 private:
  static std::size_t page() { return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)); }

  // An atomic load only reads, also where the type wants to write.
  static std::atomic_ref<std::uint64_t> position(std::byte* place) {
    return std::atomic_ref(*reinterpret_cast<std::uint64_t*>(place));
  }
  static std::uint64_t load(std::byte* place) { return position(place).load(std::memory_order_acquire); }

  int fd_;
  std::string name_;
  std::uint64_t size_;
  MappedMemory reader_, programs_;
  std::uint64_t next_ = 0;  ///< where the record behind the front one starts
};

}  // namespace ebpfxx::detail::backing
