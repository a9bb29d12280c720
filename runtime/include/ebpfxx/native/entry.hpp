#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstring>
#include <type_traits>
#include <utility>
#include <vector>

#include <ebpfxx/native/map_memory.hpp>
#include <ebpfxx/runtime/per_cpu_values.hpp>

namespace ebpfxx::detail {

/// A value out of bytes that need not be aligned for it.
template <class Value>
Value value_from(const void* bytes) {
  std::array<std::byte, sizeof(Value)> copy;
  std::memcpy(copy.data(), bytes, sizeof copy);
  return std::bit_cast<Value>(copy);
}

/// An entry of a native map as the application sees it: a `Value`, or the `PerCpuValues` of a per-CPU map.
template <class Value, bool PerCpu>
struct NativeEntry {
  using type = std::conditional_t<PerCpu, PerCpuValues<Value>, Value>;

  static type read(const MapMemory& memory, std::byte* entry) {
    if constexpr (PerCpu) {
      std::vector<Value> values;
      values.reserve(memory.values_per_entry());
      for (std::uint32_t cpu = 0; cpu < memory.values_per_entry(); ++cpu)
        values.push_back(value_from<Value>(memory.value_in(entry, cpu)));
      return type(std::move(values));
    } else {
      return value_from<Value>(entry);
    }
  }

  /// The entry as one piece of bytes. CPUs that `value` says nothing about get zeros.
  static std::vector<std::byte> bytes(const MapMemory& memory, const type& value) {
    std::vector<std::byte> bytes(memory.entry_size());
    if constexpr (PerCpu) {
      const std::size_t cpus = std::min<std::size_t>(value.size(), memory.values_per_entry());
      for (std::uint32_t cpu = 0; cpu < cpus; ++cpu)
        std::memcpy(memory.value_in(bytes.data(), cpu), &value[cpu], sizeof(Value));
    } else {
      std::memcpy(bytes.data(), &value, sizeof(Value));
    }
    return bytes;
  }
};

}  // namespace ebpfxx::detail
