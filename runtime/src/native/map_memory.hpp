#pragma once

#include <linux/bpf.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include <ebpfxx/detail/embedded.hpp>
#include <ebpfxx/detail/shared.hpp>
#include <ebpfxx/native_interface.hpp>
#include <ebpfxx/runtime/detail/backing/map_backing.hpp>
#include <ebpfxx/runtime/detail/backing/value_transfer.hpp>

namespace ebpfxx::detail::native {

/// What is under a key of a native map.
struct ValuesPerEntry {
  std::uint32_t count;
  std::size_t stride;  ///< bytes from one to the next

  static ValuesPerEntry one(const native_interface::MapDescription& map) { return {1, map.value_size}; }
  static ValuesPerEntry per_cpu(const native_interface::MapDescription& map, std::uint32_t cpus) {
    return {cpus, backing::per_cpu_stride(map.value_size)};
  }
};

/// A map of a native run, from both sides. Results are the kernel's: 0 or a negative errno.
///
/// An entry is a value, or a value for each CPU, one behind the other in memory that stays where it is until the entry
/// is erased. One derived class per way of finding entries.
class MapMemory : public backing::MapBacking {
 public:
  MapMemory(const native_interface::MapDescription& map, ValuesPerEntry values) : map_(map), values_(values) {}

  const native_interface::MapDescription& description() const { return map_; }
  std::uint32_t values_per_entry() const { return values_.count; }

  /// The entry under `key`, or null.
  virtual std::byte* find(const void* key) = 0;
  /// The same, as a program looks it up.
  virtual std::byte* lookup(const void* key) { return find(key); }
  /// Writes to `key` the one that follows `previous`, or the first one if that is null; false behind the last one.
  virtual bool next_key(const void* previous, void* key) const = 0;

  /// Where the value number `index` of an entry is.
  std::byte* value_in(std::byte* entry, std::uint32_t index) const { return entry + index * values_.stride; }

  /// Puts one value of an entry in place, as a program does; other values of a new entry are zeros.
  int update(const void* key, const void* value, std::uint64_t flags, std::uint32_t index) {
    const Claim claimed = claim_by_program(key, flags);
    // A program may copy a value onto itself.
    if (claimed.error == 0) std::memmove(value_in(claimed.entry, index), value, map_.value_size);
    return claimed.error;
  }

  std::string name() const override { return std::string(find_embedded(map_.variable).name); }
  int fd() const override { return -1; }
  std::uint32_t cpus() const override { return values_.count; }

  std::size_t key_size() const override { return map_.key_size; }
  std::size_t values_size() const override { return entry_size(); }

  int read(const void* key, std::byte* values) override {
    const std::byte* entry = find(key);
    if (entry == nullptr) return -ENOENT;
    std::memcpy(values, entry, entry_size());
    return 0;
  }
  /// Puts all values of an entry in place, as the application does.
  int write(const void* key, const std::byte* values, std::uint64_t flags) override {
    const Claim claimed = claim_with(key, flags);
    if (claimed.error == 0) std::memcpy(claimed.entry, values, entry_size());
    return claimed.error;
  }
  Shared<backing::MapEntries> entries() override { return share<Entries>(*this); }

  /// Bytes of an entry.
  std::size_t entry_size() const { return values_.count * values_.stride; }

 protected:
  struct Claim {
    std::byte* entry;  ///< null on error
    int error;
  };

  /// The entry that an update with these flags (BPF_ANY, BPF_NOEXIST or BPF_EXIST) writes to; a new one holds zeros.
  virtual Claim claim(const void* key, std::uint64_t flags) = 0;

  /// The same with any flags, for a program; the application's are looked at first.
  virtual Claim claim_by_program(const void* key, std::uint64_t flags) { return claim_with(key, flags); }

 private:
  /// An entry is copied when it is come to, so that it may be erased meanwhile.
  class Entries final : public backing::MapEntries {
   public:
    explicit Entries(MapMemory& map) : map_(map), key_(map.map_.key_size), values_(map.entry_size()) { fetch(nullptr); }
    bool at_end() const override { return at_end_; }
    const std::byte* key() const override { return key_.data(); }
    const std::byte* values() const override { return values_.data(); }
    void advance() override {
      const std::vector<std::byte> previous = key_;
      fetch(previous.data());
    }

   private:
    void fetch(const void* previous) {
      at_end_ = !map_.next_key(previous, key_.data());
      if (!at_end_) map_.read(key_.data(), values_.data());
    }

    MapMemory& map_;
    std::vector<std::byte> key_, values_;
    bool at_end_ = false;
  };

  Claim claim_with(const void* key, std::uint64_t flags) {
    if (flags > BPF_EXIST) return {nullptr, -EINVAL};  // BPF_F_LOCK too: no value has a spin lock
    return claim(key, flags);
  }

  native_interface::MapDescription map_;
  ValuesPerEntry values_;
};

}  // namespace ebpfxx::detail::native
