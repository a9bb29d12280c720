#pragma once

#include <linux/bpf.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <ebpfxx/native_interface.hpp>

namespace ebpfxx::detail {

/// A map of a native run. Results are the kernel's: 0 or a negative errno.
///
/// An entry is a value, or a value for each CPU, one behind the other in memory that stays where it is until the entry
/// is erased. One derived class per way of finding entries.
class MapMemory {
 public:
  MapMemory(const native_interface::MapDescription& map, std::uint32_t values_per_entry)
      : map_(map), values_per_entry_(values_per_entry) {}
  MapMemory(const MapMemory&) = delete;
  MapMemory& operator=(const MapMemory&) = delete;
  virtual ~MapMemory() = default;

  const native_interface::MapDescription& description() const { return map_; }
  std::uint32_t values_per_entry() const { return values_per_entry_; }

  /// The entry under `key`, or null.
  virtual std::byte* find(const void* key) = 0;
  virtual int erase(const void* key) = 0;
  /// Writes to `key` the one that follows `previous`, or the first one if that is null; false behind the last one.
  virtual bool next_key(const void* previous, void* key) const = 0;

  /// Where the value number `index` of an entry stands.
  std::byte* value_in(std::byte* entry, std::uint32_t index) const {
    return entry + std::size_t{index} * map_.value_size;
  }

  /// Puts one value of an entry in place, as a program does; other values of a new entry are zeros.
  int update(const void* key, const void* value, std::uint64_t flags, std::uint32_t index) {
    const Claim claimed = claim_with(key, flags);
    // A program may copy a value onto itself.
    if (claimed.error == 0) std::memmove(value_in(claimed.entry, index), value, map_.value_size);
    return claimed.error;
  }

  /// Puts all values of an entry in place, as the application does; `values` has them one behind the other.
  int update_all(const void* key, const std::byte* values, std::uint64_t flags) {
    const Claim claimed = claim_with(key, flags);
    if (claimed.error == 0) std::memcpy(claimed.entry, values, entry_size());
    return claimed.error;
  }

  /// Bytes of an entry.
  std::size_t entry_size() const { return std::size_t{values_per_entry_} * map_.value_size; }

 protected:
  struct Claim {
    std::byte* entry;  ///< null on error
    int error;
  };

  /// The entry that an update with these flags (BPF_ANY, BPF_NOEXIST or BPF_EXIST) writes to; a new one holds zeros.
  virtual Claim claim(const void* key, std::uint64_t flags) = 0;

 private:
  Claim claim_with(const void* key, std::uint64_t flags) {
    if (flags > BPF_EXIST) return {nullptr, -EINVAL};  // BPF_F_LOCK too: no value has a spin lock
    return claim(key, flags);
  }

  native_interface::MapDescription map_;
  std::uint32_t values_per_entry_;
};

}  // namespace ebpfxx::detail
