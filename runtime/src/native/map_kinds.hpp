#pragma once

#include <linux/bpf.h>

#include <string>

#include <ebpfxx/detail/shared.hpp>
#include <ebpfxx/error.hpp>

#include "array_memory.hpp"
#include "hash_memory.hpp"
#include "lru_hash_memory.hpp"
#include "trie_memory.hpp"

namespace ebpfxx::detail::native {

/// An empty map, as the kernel creates it, on a machine of `cpus` CPUs. A new kind of map is a line here.
inline Shared<MapMemory> make_map_memory(const native_interface::MapDescription& map, std::uint32_t cpus) {
  switch (map.type) {
    case BPF_MAP_TYPE_HASH:
    case BPF_MAP_TYPE_STACK_TRACE:
      return share<HashMemory>(map, ValuesPerEntry::one(map));
    case BPF_MAP_TYPE_PERCPU_HASH:
      return share<HashMemory>(map, ValuesPerEntry::per_cpu(map, cpus));
    case BPF_MAP_TYPE_LRU_HASH:
      return share<LruHashMemory>(map, ValuesPerEntry::one(map));
    case BPF_MAP_TYPE_LRU_PERCPU_HASH:
      return share<LruHashMemory>(map, ValuesPerEntry::per_cpu(map, cpus));
    case BPF_MAP_TYPE_LPM_TRIE:
      return share<TrieMemory>(map, ValuesPerEntry::one(map));
    case BPF_MAP_TYPE_ARRAY:
      return share<ArrayMemory>(map, ValuesPerEntry::one(map));
    case BPF_MAP_TYPE_PERCPU_ARRAY:
      return share<ArrayMemory>(map, ValuesPerEntry::per_cpu(map, cpus));
    default:
      throw Error(EOPNOTSUPP, {.attempt = "create a native map of type " + std::to_string(map.type),
                               .reason = "this kind of map has no native counterpart"});
  }
}

}  // namespace ebpfxx::detail::native
