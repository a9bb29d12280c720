#pragma once

#include <cstring>
#include <vector>

#include "map_memory.hpp"

namespace ebpfxx::detail::native {

/// Entries that are there from the start, as zeros, under their index (kernel/bpf/arraymap.c).
class ArrayMemory final : public MapMemory {
 public:
  ArrayMemory(const native_interface::MapDescription& map, ValuesPerEntry values)
      : MapMemory(map, values), values_(map.max_entries * entry_size()) {}

  std::byte* find(const void* key) override {
    const std::uint32_t index = index_of(key);
    return index < description().max_entries ? entry(index) : nullptr;
  }

  int erase(const void*) override { return -EINVAL; }

  bool next_key(const void* previous, void* key) const override {
    const std::uint32_t next = previous == nullptr ? 0 : index_of(previous) + 1;
    if (next >= description().max_entries) return false;
    std::memcpy(key, &next, sizeof next);
    return true;
  }

 protected:
  Claim claim(const void* key, std::uint64_t flags) override {
    const std::uint32_t index = index_of(key);
    if (index >= description().max_entries) return {nullptr, -E2BIG};
    if (flags == BPF_NOEXIST) return {nullptr, -EEXIST};
    return {entry(index), 0};
  }

  /// That no value has a spin lock is what the kernel finds last (array_map_update_elem).
  Claim claim_by_program(const void* key, std::uint64_t flags) override {
    constexpr std::uint64_t lock = BPF_F_LOCK;
    if ((flags & ~lock) > BPF_EXIST) return {nullptr, -EINVAL};
    const Claim claimed = claim(key, flags & ~lock);
    return claimed.error == 0 && (flags & lock) != 0 ? Claim{nullptr, -EINVAL} : claimed;
  }

 private:
  static std::uint32_t index_of(const void* key) {
    std::uint32_t index;
    std::memcpy(&index, key, sizeof index);
    return index;
  }

  std::byte* entry(std::uint32_t index) { return values_.data() + index * entry_size(); }

  std::vector<std::byte> values_;
};

}  // namespace ebpfxx::detail::native
