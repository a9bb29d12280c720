#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "hash_memory.hpp"

namespace ebpfxx::detail::native {

/// A hash that drives out the least recently used key when it is full. The kernel does so too, but early and by CPU
/// (kernel/bpf/bpf_lru_list.c); here runs are repeatable.
class LruHashMemory final : public HashMemory {
 public:
  using HashMemory::HashMemory;

  std::byte* lookup(const void* key) override {
    std::byte* entry = find(key);
    if (entry != nullptr) use(key);
    return entry;
  }

  int erase(const void* key) override {
    if (const auto used = last_use_.find(bytes(key)); used != last_use_.end()) last_use_.erase(used);
    return HashMemory::erase(key);
  }

 protected:
  Claim claim(const void* key, std::uint64_t flags) override {
    const Claim claimed = HashMemory::claim(key, flags);
    if (claimed.error == 0) use(key);
    return claimed;
  }

  bool make_room() override {
    auto oldest = last_use_.begin();
    for (auto entry = last_use_.begin(); entry != last_use_.end(); ++entry)
      if (entry->second < oldest->second) oldest = entry;
    const std::string key = oldest->first;
    erase(key.data());
    return true;
  }

 private:
  void use(const void* key) { last_use_[std::string(bytes(key))] = ++clock_; }

  std::uint64_t clock_ = 0;
  std::map<std::string, std::uint64_t, std::less<>> last_use_;  ///< of every key in the map
};

}  // namespace ebpfxx::detail::native
