#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <ebpfxx/detail/shared.hpp>
#include <ebpfxx/map/kind.hpp>
#include <ebpfxx/runtime/handle/map.hpp>

namespace ebpfxx {

/// The values of a `PerCpu<Value>`, from the application's side. Valid as long as its Object or Native.
template <class Value>
class PerCpuHandle {
 public:
  explicit PerCpuHandle(detail::Shared<detail::backing::MapBacking> backing) : backing_(std::move(backing)) {}

  /// The ELF symbol of the variable; natively empty unless the application embeds an object that has it.
  std::string name() const { return backing_->name(); }
  /// The descriptor of the map (bpf(2)), which the Object closes; natively -1.
  int fd() const { return backing_->fd(); }
  /// The kernel's number for it; see MapHandle::id.
  std::uint32_t id() const { return map().id(); }

  /// A copy: one value for each possible CPU (natively: each CPU of the run), in the order of their numbers. Throws
  /// Error.
  const std::vector<Value> per_cpu() const { return map()[0].values(); }

  /// All CPUs' values added up: an integer to 64 bits; std::array, and aggregates of numbers and these, field by field.
  /// CPUs that count meanwhile may be seen before or after. Throws Error: (EOVERFLOW) when a sum does not fit into its
  /// field.
  const detail::backing::Sum<Value> sum() const {
    detail::backing::Bytes bytes(backing_->values_size());
    detail::backing::read_element(*backing_, 0, {.max_entries = 1, .is_array = true, .is_trie = false}, bytes.data());
    return detail::backing::ValueTransfer<Value, true>::sum(bytes.data(), backing_->cpus());
  }

  /// Sets every CPU's value, as to start counting anew. Throws Error.
  void set(const Value& value) const { map().set(0, map().on_every_cpu(value)); }

  /// Gives the map a name in a BPF file system; see MapHandle::pin.
  void pin(const std::string& path) const { map().pin(path); }

 private:
  auto map() const { return MapHandle<std::uint32_t, Value, PerCpuArray<1>>(backing_); }

  detail::Shared<detail::backing::MapBacking> backing_;
};

}  // namespace ebpfxx
