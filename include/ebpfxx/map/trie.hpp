#pragma once

#include <cstdint>

#include <ebpfxx/map/definition.hpp>
#include <ebpfxx/map/lookup.hpp>
#include <ebpfxx/map/other_type.hpp>

namespace ebpfxx::detail::map {

/// What a program can do with a map whose keys are prefixes. There is no `insert` and no `replace`: before Linux 6.13
/// the kernel ignores the flags that make the difference (trie_update_elem in kernel/bpf/lpm_trie.c).
template <class Key, class Value, class Kind>
class TrieOperations : public MapDefinition<Key, Value, Kind> {
 public:
  /// The value under the longest prefix that contains `key`, if there is one. Of an address alone that is the most
  /// specific network it is in.
  constexpr LookupResult<Value> find(const Key& key) const { return LookupResult<Value>(this->lookup(key)); }
  EBPFXX_REFUSE_KEY(LookupResult<Value>, find)

  /// Calls `body(value)` with what `find` finds, and says whether there is anything.
  template <class Body>
  constexpr bool with(const Key& key, Body body) const {
    Value* value = this->lookup(key);
    if (value == nullptr) return false;
    body(*value);
    return true;
  }
  EBPFXX_REFUSE_KEY(bool, with)

  /// Puts `value` under exactly this prefix, whether or not there was one. ENOSPC when the map is full; before Linux
  /// 6.13 then also for a prefix that is there.
  constexpr MapStatus set(const Key& key, const Value& value) const {
    return MapStatus(this->change(key, value, std::uint64_t{0}));  // BPF_ANY
  }
  EBPFXX_REFUSE_KEY(MapStatus, set)
  EBPFXX_REFUSE_VALUE(MapStatus, set, Value)

  /// Takes exactly this prefix out; ENOENT when it is not there, whatever contains it.
  constexpr MapStatus erase(const Key& key) const { return MapStatus(this->remove(key)); }
  EBPFXX_REFUSE_KEY(MapStatus, erase)
};

}  // namespace ebpfxx::detail::map
