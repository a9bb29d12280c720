#pragma once

#include <cstdint>

#include <ebpfxx/detail/device.hpp>
#include <ebpfxx/kernel/helper.hpp>
#include <ebpfxx/native_interface.hpp>

namespace ebpfxx {

/// One of all 32-bit numbers by chance, good enough for samples and not for secrets (bpf_get_prandom_u32). Natively the
/// next one of the Native's `random`; 0 in constant evaluation.
constexpr std::uint32_t random_number() {
  if (__builtin_is_constant_evaluated()) return 0;
  if (on_device()) return call_helper<BpfHelper::get_prandom_u32>();
  return native_interface::execution().random();
}

}  // namespace ebpfxx
