#pragma once

#include <linux/bpf.h>

#include <memory>
#include <string>

#include <ebpfxx/error.hpp>

#include "array_memory.hpp"
#include "hash_memory.hpp"
#include "lru_hash_memory.hpp"
#include "trie_memory.hpp"

namespace ebpfxx::detail::native {

/// An empty map, as the kernel creates it, on a machine of `cpus` CPUs. A new kind of map is a line here.
inline std::shared_ptr<MapMemory> make_map_memory(const native_interface::MapDescription& map, std::uint32_t cpus) {
  switch (map.type) {
    case BPF_MAP_TYPE_HASH:
    case BPF_MAP_TYPE_STACK_TRACE:
      return std::make_shared<HashMemory>(map, ValuesPerEntry::one(map));
    case BPF_MAP_TYPE_PERCPU_HASH:
      return std::make_shared<HashMemory>(map, ValuesPerEntry::per_cpu(map, cpus));
    case BPF_MAP_TYPE_LRU_HASH:
      return std::make_shared<LruHashMemory>(map, ValuesPerEntry::one(map));
    case BPF_MAP_TYPE_LRU_PERCPU_HASH:
      return std::make_shared<LruHashMemory>(map, ValuesPerEntry::per_cpu(map, cpus));
    case BPF_MAP_TYPE_LPM_TRIE:
      return std::make_shared<TrieMemory>(map, ValuesPerEntry::one(map));
    case BPF_MAP_TYPE_ARRAY:
      return std::make_shared<ArrayMemory>(map, ValuesPerEntry::one(map));
    case BPF_MAP_TYPE_PERCPU_ARRAY:
      return std::make_shared<ArrayMemory>(map, ValuesPerEntry::per_cpu(map, cpus));
    default:
      throw Error(EOPNOTSUPP, {.attempt = "create a native map of type " + std::to_string(map.type),
                               .reason = "this kind of map has no native counterpart"});
  }
}

}  // namespace ebpfxx::detail::native
