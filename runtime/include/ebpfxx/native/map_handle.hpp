#pragma once

#include <linux/bpf.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <ebpfxx/detail/embedded.hpp>
#include <ebpfxx/error.hpp>
#include <ebpfxx/native/entry.hpp>
#include <ebpfxx/native/map_memory.hpp>

namespace ebpfxx {

/// A map of a native run, from the application's side, spelled as the MapHandle of an Object. Valid as long as its
/// Native.
///
/// `Mapped` is what stands under a key: `Value`, or `PerCpuValues<Value>` for per-CPU maps. Every operation throws
/// Error where the kernel would refuse it; that something is not there is an empty optional or `false`.
template <class Key, class Value, class Kind>
class NativeMapHandle {
  using Entry = detail::NativeEntry<Value, Kind::per_cpu>;

 public:
  using Mapped = typename Entry::type;
  class Iterator;

  explicit NativeMapHandle(detail::MapMemory& memory) : memory_(&memory) {}

  /// The ELF symbol of the variable if the application embeds an object that has it; else empty.
  std::string name() const { return std::string(detail::find_embedded(memory_->description().variable).name); }

  /// What stands under `key`. For an array nothing behind the last entry.
  std::optional<Mapped> find(const Key& key) const {
    if (std::byte* entry = memory_->find(&key)) return Entry::read(*memory_, entry);
    return std::nullopt;
  }

  /// The entry of an array. Throws Error (ERANGE) behind the last one.
  Mapped operator[](std::uint32_t index) const
    requires(Kind::is_array)
  {
    if (std::optional<Mapped> found = find(index)) return *std::move(found);
    fail(ERANGE, "read",
         "there is no entry " + std::to_string(index) + " in an array of " + std::to_string(Kind::max_entries));
  }

  /// Puts `value` under `key`, whether or not there was one.
  void set(const Key& key, const Mapped& value) const { change(key, value, BPF_ANY); }

  /// Puts `value` under a new `key`; false, and nothing changes, if there is one.
  bool insert(const Key& key, const Mapped& value) const
    requires(!Kind::is_array)
  {
    return change(key, value, BPF_NOEXIST);
  }

  /// Puts `value` in the place of the one under `key`; false, and nothing changes, if there is none.
  bool replace(const Key& key, const Mapped& value) const { return change(key, value, BPF_EXIST); }

  /// Takes `key` out; false if it was not there.
  bool erase(const Key& key) const
    requires(!Kind::is_array)
  {
    return memory_->erase(&key) == 0;
  }

  /// Every CPU's value of the same kind, for `set` and its like.
  Mapped on_every_cpu(const Value& value) const
    requires(Kind::per_cpu)
  {
    return Mapped(std::vector<Value>(memory_->values_per_entry(), value));
  }

  /// All entries as `std::pair<Key, Mapped>`: arrays by index, hashes in the order of their keys' bytes. The map may
  /// change meanwhile.
  Iterator begin() const { return Iterator(*memory_); }
  std::default_sentinel_t end() const { return {}; }

 private:
  bool change(const Key& key, const Mapped& value, std::uint64_t flags) const {
    const std::vector<std::byte> bytes = Entry::bytes(*memory_, value);
    const int error = -memory_->update_all(&key, bytes.data(), flags);
    if (error == 0) return true;
    if (error == EEXIST || error == ENOENT) return false;
    const std::string reason = Kind::is_array ? "the index is behind the last entry" : "it is full";
    fail(error, "write to", reason + " (" + std::to_string(Kind::max_entries) + " entries)");
  }

  [[noreturn]] void fail(int number, const std::string& verb, std::string reason) const {
    const std::string map = name();
    throw Error(
        number,
        {.attempt = verb + (map.empty() ? " a native map" : " map " + map), .name = map, .reason = std::move(reason)});
  }

  detail::MapMemory* memory_;
};

/// Goes through the entries once (an input iterator). An entry is read when the iterator comes to it.
template <class Key, class Value, class Kind>
class NativeMapHandle<Key, Value, Kind>::Iterator {
 public:
  using iterator_concept = std::input_iterator_tag;
  using difference_type = std::ptrdiff_t;
  using value_type = std::pair<Key, Mapped>;

  explicit Iterator(detail::MapMemory& memory) : memory_(&memory) { read_after(nullptr); }

  // NOLINTBEGIN(bugprone-unchecked-optional-access): as with any iterator, asked only before the end
  value_type operator*() const { return *current_; }
  Iterator& operator++() {
    read_after(&current_->first);
    return *this;
  }
  // NOLINTEND(bugprone-unchecked-optional-access)
  void operator++(int) { ++*this; }
  bool operator==(std::default_sentinel_t) const { return !current_; }

 private:
  void read_after(const Key* previous) {
    std::array<std::byte, sizeof(Key)> key;
    if (!memory_->next_key(previous, key.data()))
      current_.reset();
    else
      current_.emplace(std::bit_cast<Key>(key), Entry::read(*memory_, memory_->find(key.data())));
  }

  detail::MapMemory* memory_;
  std::optional<value_type> current_;
};

}  // namespace ebpfxx
