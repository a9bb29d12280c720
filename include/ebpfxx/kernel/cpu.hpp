#pragma once

#include <cstdint>

#include <ebpfxx/detail/device.hpp>
#include <ebpfxx/kernel/helper.hpp>
#include <ebpfxx/native_interface.hpp>

namespace ebpfxx {

/// The number of the CPU that the program runs on (bpf_get_smp_processor_id). Natively what the Native's `cpu` says; 0
/// in constant evaluation.
constexpr std::uint32_t current_cpu() {
  if (__builtin_is_constant_evaluated()) return 0;
  if (on_device()) return call_helper<BpfHelper::get_smp_processor_id>();
  return native_interface::execution().cpu();
}

}  // namespace ebpfxx
