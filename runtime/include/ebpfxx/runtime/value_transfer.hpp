#pragma once

#include <bpf/libbpf.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstring>
#include <utility>
#include <vector>

#include <ebpfxx/error.hpp>
#include <ebpfxx/runtime/per_cpu_values.hpp>

namespace ebpfxx::detail {

/// The CPUs the kernel may ever have, which is how many values a per-CPU map keeps (/sys/devices/system/cpu/possible).
inline std::size_t possible_cpus() {
  static const int count = libbpf_num_possible_cpus();
  if (count < 0) throw Error(-count, {.attempt = "count the possible CPUs"});
  return static_cast<std::size_t>(count);
}

/// How a value crosses the border to the kernel: as it is, or once per CPU, each rounded up to 8 bytes
/// (bpf_percpu_array_copy in the kernel's kernel/bpf/arraymap.c).
template <class Value, bool PerCpu>
struct ValueTransfer {
  using type = Value;
  static std::size_t size() { return sizeof(Value); }
  static type read(const std::byte* bytes) {
    std::array<std::byte, sizeof(Value)> copy;
    std::memcpy(copy.data(), bytes, sizeof copy);
    return std::bit_cast<Value>(copy);
  }
  static void write(std::byte* bytes, const type& value) { std::memcpy(bytes, &value, sizeof value); }
};

template <class Value>
struct ValueTransfer<Value, true> {
  using type = PerCpuValues<Value>;
  static constexpr std::size_t stride = (sizeof(Value) + 7) / 8 * 8;

  static std::size_t size() { return stride * possible_cpus(); }
  static type read(const std::byte* bytes) {
    std::vector<Value> values(possible_cpus());
    for (std::size_t cpu = 0; cpu < values.size(); ++cpu)
      std::memcpy(&values[cpu], bytes + cpu * stride, sizeof(Value));
    return type(std::move(values));
  }
  /// CPUs that `value` says nothing about get zeros.
  static void write(std::byte* bytes, const type& value) {
    std::memset(bytes, 0, size());
    for (std::size_t cpu = 0; cpu < value.size() && cpu < possible_cpus(); ++cpu)
      std::memcpy(bytes + cpu * stride, &value[cpu], sizeof(Value));
  }
};

}  // namespace ebpfxx::detail
