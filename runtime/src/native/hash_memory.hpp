#pragma once

#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "map_memory.hpp"

namespace ebpfxx::detail::native {

/// Entries that come and go (kernel/bpf/hashtab.c), in the order of their keys' bytes, so that runs are repeatable.
///
/// Each entry has an allocation of its own: AddressSanitizer sees a value that is used after its key was erased, where
/// the kernel gives the place to the next new key. A changed value keeps its place here; the kernel puts it in a new
/// one, so that what was looked up before still shows the old value.
class HashMemory : public MapMemory {
 public:
  using MapMemory::MapMemory;

  std::byte* find(const void* key) override {
    const auto entry = entries_.find(bytes(key));
    return entry == entries_.end() ? nullptr : entry->second.get();
  }

  int erase(const void* key) override {
    const auto entry = entries_.find(bytes(key));
    if (entry == entries_.end()) return -ENOENT;
    entries_.erase(entry);
    return 0;
  }

  bool next_key(const void* previous, void* key) const override {
    const auto entry = previous == nullptr ? entries_.begin() : entries_.upper_bound(bytes(previous));
    if (entry == entries_.end()) return false;
    std::memcpy(key, entry->first.data(), entry->first.size());
    return true;
  }

 protected:
  Claim claim(const void* key, std::uint64_t flags) override {
    if (std::byte* entry = find(key)) return flags == BPF_NOEXIST ? Claim{nullptr, -EEXIST} : Claim{entry, 0};
    if (flags == BPF_EXIST) return {nullptr, -ENOENT};
    if (entries_.size() == description().max_entries && !make_room()) return {nullptr, -E2BIG};
    return {entries_.emplace(bytes(key), std::make_unique<std::byte[]>(entry_size())).first->second.get(), 0};
  }

  /// Takes an entry out of a full map, if that is its way.
  virtual bool make_room() { return false; }

  std::string_view bytes(const void* key) const { return {static_cast<const char*>(key), description().key_size}; }

 private:
  std::map<std::string, std::unique_ptr<std::byte[]>, std::less<>> entries_;
};

}  // namespace ebpfxx::detail::native
