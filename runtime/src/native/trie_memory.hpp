#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "map_memory.hpp"

namespace ebpfxx::detail::native {

/// Entries under prefixes, of which a lookup finds the longest that contains a key (kernel/bpf/lpm_trie.c, as of Linux
/// 6.13: earlier ones ignore BPF_NOEXIST and BPF_EXIST, and refuse to change an entry of a full trie). In the order of
/// their lengths, then of their bits. A key is struct bpf_lpm_trie_key: a length in bits, then the bits. Those behind
/// the length count for nothing, but are listed as they were last put in.
class TrieMemory final : public MapMemory {
 public:
  using MapMemory::MapMemory;

  std::byte* find(const void* key) override {
    if (length_of(key) > most_bits()) return nullptr;
    for (std::uint32_t length = length_of(key) + 1; length-- > 0;)
      if (const auto entry = entries_.find(stored(key, length)); entry != entries_.end())
        return entry->second.values.get();
    return nullptr;
  }

  int erase(const void* key) override {
    if (length_of(key) > most_bits()) return -EINVAL;
    return entries_.erase(stored(key, length_of(key))) == 1 ? 0 : -ENOENT;
  }

  bool next_key(const void* previous, void* key) const override {
    const auto entry =
        previous == nullptr ? entries_.begin() : entries_.upper_bound(stored(previous, length_of(previous)));
    if (entry == entries_.end()) return false;
    const auto length = static_cast<std::uint32_t>(static_cast<unsigned char>(entry->first.front()));
    std::memcpy(key, &length, sizeof length);
    std::memcpy(static_cast<char*>(key) + sizeof length, entry->second.bits.data(), entry->second.bits.size());
    return true;
  }

 protected:
  Claim claim(const void* key, std::uint64_t flags) override {
    if (length_of(key) > most_bits()) return {nullptr, -EINVAL};
    const std::string wanted = stored(key, length_of(key));
    const bool known = entries_.contains(wanted);
    if (known && flags == BPF_NOEXIST) return {nullptr, -EEXIST};
    if (!known && flags == BPF_EXIST) return {nullptr, -ENOENT};
    if (!known && entries_.size() == description().max_entries) return {nullptr, -ENOSPC};
    Entry& entry = entries_[wanted];
    if (!known) entry.values = std::make_unique<std::byte[]>(entry_size());
    entry.bits.assign(static_cast<const char*>(key) + sizeof(std::uint32_t), wanted.size() - 1);
    return {entry.values.get(), 0};
  }

 private:
  struct Entry {
    std::string bits;
    std::unique_ptr<std::byte[]> values;
  };

  static std::uint32_t length_of(const void* key) {
    std::uint32_t length;
    std::memcpy(&length, key, sizeof length);
    return length;
  }

  std::uint32_t most_bits() const { return 8 * (description().key_size - sizeof(std::uint32_t)); }

  /// The prefix of `length` bits, at most 255, of a key: its length in a byte, then its bits, the others as zeros.
  std::string stored(const void* key, std::uint32_t length) const {
    std::string prefix(static_cast<const char*>(key) + sizeof(std::uint32_t),
                       description().key_size - sizeof(std::uint32_t));
    for (std::size_t i = 0; i < prefix.size(); ++i) {
      const std::uint32_t before = static_cast<std::uint32_t>(8 * i);
      const std::uint32_t kept = length <= before ? 0 : length - before < 8 ? length - before : 8;
      prefix[i] = static_cast<char>(static_cast<unsigned char>(prefix[i]) & ~(0xffU >> kept));
    }
    return static_cast<char>(length) + prefix;
  }

  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace ebpfxx::detail::native
