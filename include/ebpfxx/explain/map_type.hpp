#pragma once

#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>

namespace ebpfxx::explain {

/// A type of map by its number (enum bpf_map_type of include/uapi/linux/bpf.h): "array", as bpftool spells it; of one
/// that is newer than this table, "type 99".
inline std::string map_type_name(long long number) {
  constexpr std::string_view names[] = {"unspec",
                                        "hash",
                                        "array",
                                        "prog_array",
                                        "perf_event_array",
                                        "percpu_hash",
                                        "percpu_array",
                                        "stack_trace",
                                        "cgroup_array",
                                        "lru_hash",
                                        "lru_percpu_hash",
                                        "lpm_trie",
                                        "array_of_maps",
                                        "hash_of_maps",
                                        "devmap",
                                        "sockmap",
                                        "cpumap",
                                        "xskmap",
                                        "sockhash",
                                        "cgroup_storage",
                                        "reuseport_sockarray",
                                        "percpu_cgroup_storage",
                                        "queue",
                                        "stack",
                                        "sk_storage",
                                        "devmap_hash",
                                        "struct_ops",
                                        "ringbuf",
                                        "inode_storage",
                                        "task_storage",
                                        "bloom_filter",
                                        "user_ringbuf",
                                        "cgrp_storage",
                                        "arena"};
  if (number >= 0 && static_cast<std::size_t>(number) < std::size(names))
    return std::string(names[static_cast<std::size_t>(number)]);
  return "type " + std::to_string(number);
}

}  // namespace ebpfxx::explain
