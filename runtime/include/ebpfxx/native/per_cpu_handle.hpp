#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <ebpfxx/map/kind.hpp>
#include <ebpfxx/native/map_handle.hpp>

namespace ebpfxx {

/// The values of a `PerCpu<Value>` of a native run, spelled as the PerCpuHandle of an Object. Valid as long as its
/// Native.
template <class Value>
class NativePerCpuHandle {
 public:
  explicit NativePerCpuHandle(detail::MapMemory& memory) : map_(memory) {}

  /// The ELF symbol of the variable if the application embeds an object that has it; else empty.
  std::string name() const { return map_.name(); }

  /// One value for each CPU of the run, in the order of their numbers.
  std::vector<Value> per_cpu() const { return map_[0].values(); }

  /// All CPUs' values added up: numbers, std::array, and aggregates of these, field by field.
  Value sum() const { return map_[0].sum(); }

  /// Sets every CPU's value, as to start counting anew.
  void set(const Value& value) const { map_.set(0, map_.on_every_cpu(value)); }

 private:
  NativeMapHandle<std::uint32_t, Value, PerCpuArray<1>> map_;
};

}  // namespace ebpfxx
