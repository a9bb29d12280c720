#pragma once

#include <cstdint>

#include <ebpfxx/detail/device.hpp>
#include <ebpfxx/kernel/helper.hpp>
#include <ebpfxx/native_interface.hpp>

namespace ebpfxx {

/// Nanoseconds since boot, without the time that the machine was suspended (bpf_ktime_get_ns, CLOCK_MONOTONIC).
/// Natively what the run's clock was set to; 0 in constant evaluation.
constexpr std::uint64_t monotonic_time() {
  if (__builtin_is_constant_evaluated()) return 0;
  if (on_device()) return call_helper<BpfHelper::ktime_get_ns>();
  return native_interface::execution().clock();
}

}  // namespace ebpfxx
