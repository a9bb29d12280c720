#pragma once

#include <linux/bpf.h>

#include <cstddef>
#include <cstdint>

#include <ebpfxx/map/map.hpp>
#include <ebpfxx/map/ring_buffer_output.hpp>

namespace ebpfxx {

/// The ring buffer of 256 KiB for the lines of the log. A record has the format's id, the time since boot in
/// nanoseconds, and the arguments in words of 8 bytes, all in host byte order. When the buffer is full, records are
/// dropped and counted per CPU.
class EBPFXX_ANNOTATE(EBPFXX_ABI_MAP) LogBuffer {
 public:
  /// The capacity of the ring buffer that log lines travel through.
  static constexpr std::size_t bytes = 256 * 1024;

  LogBuffer() = default;
  LogBuffer(const LogBuffer&) = delete;
  LogBuffer& operator=(const LogBuffer&) = delete;

  /// Sends a record of `size` bytes on its way, or counts it as dropped.
  void write(const void* record, std::uint64_t size) const {
    if (!detail::map::output_to_ring({this, BPF_MAP_TYPE_RINGBUF, 0, 0, bytes}, record, size, WakeUp::Adaptive))
      dropped.update([](std::uint64_t& count) { count += 1; });
  }

  /// Lines that were lost because the ring buffer was full, for each CPU.
  static inline PerCpu<std::uint64_t> dropped;

#if defined(__EBPFXX_DEVICE__)
 private:
  int (*type)[BPF_MAP_TYPE_RINGBUF] = nullptr;
  char (*max_entries)[bytes] = nullptr;
#endif
};

/// Where `log` writes to: `object[log_lines]` reads it.
inline LogBuffer log_lines;

}  // namespace ebpfxx
