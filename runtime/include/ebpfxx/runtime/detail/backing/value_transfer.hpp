#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include <ebpfxx/map/locked.hpp>
#include <ebpfxx/runtime/detail/backing/sum.hpp>
#include <ebpfxx/runtime/handle/per_cpu_values.hpp>

namespace ebpfxx::detail::backing {

/// The bytes from one CPU's value to the next one's.
constexpr std::size_t per_cpu_stride(std::size_t value_size) { return (value_size + 7) / 8 * 8; }

/// A value out of bytes that need not be aligned for it.
template <class Value>
Value value_from(const void* bytes) {
  std::array<std::byte, sizeof(Value)> copy;
  std::memcpy(copy.data(), bytes, sizeof copy);
  return std::bit_cast<Value>(copy);
}

/// How a value crosses the border to a map: as it is, without its lock, or once per CPU.
template <class Value, bool PerCpu>
struct ValueTransfer {
  using type = Value;
  static std::size_t size(std::uint32_t) { return sizeof(Value); }
  static type read(const std::byte* bytes, std::uint32_t) { return value_from<Value>(bytes); }
  static void write(std::byte* bytes, const type& value, std::uint32_t) { std::memcpy(bytes, &value, sizeof value); }
};

/// Without its lock, which the kernel keeps.
template <class Value>
struct ValueTransfer<Locked<Value>, false> {
  using type = Value;
  static std::size_t size(std::uint32_t) { return sizeof(Locked<Value>); }
  static type read(const std::byte* bytes, std::uint32_t) {
    return value_from<Value>(bytes + Locked<Value>::value_offset);
  }
  static void write(std::byte* bytes, const type& value, std::uint32_t) {
    std::memset(bytes, 0, Locked<Value>::value_offset);
    std::memcpy(bytes + Locked<Value>::value_offset, &value, sizeof value);
  }
};

template <class Value>
struct ValueTransfer<Value, true> {
  using type = PerCpuValues<Value>;
  static constexpr std::size_t stride = per_cpu_stride(sizeof(Value));

  static std::size_t size(std::uint32_t cpus) { return stride * cpus; }
  static type read(const std::byte* bytes, std::uint32_t cpus) {
    std::vector<Value> values;
    values.reserve(cpus);
    for (std::uint32_t cpu = 0; cpu < cpus; ++cpu) values.push_back(value_from<Value>(bytes + cpu * stride));
    return type(std::move(values));
  }
  /// What `read(bytes, cpus).sum()` gives, without the vector between: most applications take sums only.
  static Sum<Value> sum(const std::byte* bytes, std::uint32_t cpus) {
    Sum<Value> total{};
    for (std::uint32_t cpu = 0; cpu < cpus; ++cpu) add(total, value_from<Value>(bytes + cpu * stride));
    return total;
  }
  /// CPUs that `value` says nothing about get zeros.
  static void write(std::byte* bytes, const type& value, std::uint32_t cpus) {
    std::memset(bytes, 0, size(cpus));
    for (std::size_t cpu = 0; cpu < value.size() && cpu < cpus; ++cpu)
      std::memcpy(bytes + cpu * stride, &value[cpu], sizeof(Value));
  }
};

}  // namespace ebpfxx::detail::backing
