#pragma once

#include <linux/bpf.h>

#include <cstdint>

#include <ebpfxx/detail/device.hpp>
#include <ebpfxx/kernel/helper.hpp>
#include <ebpfxx/native_interface.hpp>

namespace ebpfxx {

/// Whether a record wakes an application that waits in `poll`. A wake-up costs microseconds, a record tens of
/// nanoseconds.
enum class WakeUp : std::uint64_t {
  Adaptive = 0,              ///< if the application had read everything before this record
  Never = BPF_RB_NO_WAKEUP,  ///< the application looks by itself, or waits for another record that wakes it
  Always = BPF_RB_FORCE_WAKEUP,
};

namespace detail::map {

/// Copies `size` bytes into a ring buffer as a record (bpf_ringbuf_output). Returns false when the buffer is full.
inline bool output_to_ring(const native_interface::MapDescription& ring, const void* record, std::uint64_t size,
                           WakeUp wake_up) {
  if (on_device())
    return call_helper<BpfHelper::ringbuf_output>(ring.variable, record, size, static_cast<std::uint64_t>(wake_up)) ==
           0;
  return native_interface::execution().output_record(ring, record, size);
}

}  // namespace detail::map

}  // namespace ebpfxx
