#pragma once

#include <bpf/bpf.h>

#include <array>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <ebpfxx/runtime/map_cursor.hpp>
#include <ebpfxx/runtime/value_transfer.hpp>

namespace ebpfxx {

/// A map of a loaded object, from the application's side. Valid as long as its Object.
///
/// `Mapped` is what stands under a key: `Value`, or `PerCpuValues<Value>` for per-CPU maps. Every operation throws
/// Error when the kernel refuses it; that something is not there is an empty optional or `false`.
template <class Key, class Value, class Kind>
class MapHandle {
  using Transfer = detail::ValueTransfer<Value, Kind::per_cpu>;

 public:
  using Mapped = typename Transfer::type;
  class Iterator;

  MapHandle(std::string name, int descriptor)
      : map_{descriptor, std::move(name), sizeof(Key), Transfer::size(), Kind::max_entries} {}

  const std::string& name() const { return map_.name; }
  /// The descriptor of the map (bpf(2)); the Object closes it.
  int fd() const { return map_.descriptor; }

  /// What stands under `key`. For an array nothing behind the last entry.
  std::optional<Mapped> find(const Key& key) const {
    std::vector<std::byte> bytes(map_.value_size);
    if (bpf_map_lookup_elem(map_.descriptor, &key, bytes.data()) == 0) return Transfer::read(bytes.data());
    if (errno != ENOENT) map_.fail(errno, "read");
    return std::nullopt;
  }

  /// The entry of an array. Throws Error (ERANGE) behind the last one.
  Mapped operator[](std::uint32_t index) const
    requires(Kind::is_array)
  {
    if (std::optional<Mapped> found = find(index)) return *std::move(found);
    map_.fail(ERANGE, "read",
              "there is no entry " + std::to_string(index) + " in an array of " + std::to_string(map_.max_entries));
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
    if (bpf_map_delete_elem(map_.descriptor, &key) == 0) return true;
    if (errno != ENOENT) map_.fail(errno, "erase from");
    return false;
  }

  /// Every CPU's value of the same kind, for `set` and its like.
  static Mapped on_every_cpu(const Value& value)
    requires(Kind::per_cpu)
  {
    return Mapped(std::vector<Value>(detail::possible_cpus(), value));
  }

  /// All entries as `std::pair<Key, Mapped>`, read in batches. Entries that change meanwhile may be seen before or
  /// after; one that is there all the time is seen once.
  Iterator begin() const { return Iterator(map_); }
  std::default_sentinel_t end() const { return {}; }

 private:
  bool change(const Key& key, const Mapped& value, std::uint64_t flags) const {
    std::vector<std::byte> bytes(map_.value_size);
    Transfer::write(bytes.data(), value);
    if (bpf_map_update_elem(map_.descriptor, &key, bytes.data(), flags) == 0) return true;
    if (flags == BPF_NOEXIST && errno == EEXIST) return false;
    if (flags == BPF_EXIST && errno == ENOENT) return false;
    std::string reason;
    if (errno == E2BIG) {
      reason = Kind::is_array ? "the index is behind the last entry" : "it is full";
      reason += " (" + std::to_string(map_.max_entries) + " entries)";
    }
    map_.fail(errno, "write to", std::move(reason));
  }

  detail::MapReference map_;
};

/// Goes through the entries once (an input iterator); copies share the place they are at.
template <class Key, class Value, class Kind>
class MapHandle<Key, Value, Kind>::Iterator {
 public:
  using iterator_concept = std::input_iterator_tag;
  using difference_type = std::ptrdiff_t;
  using value_type = std::pair<Key, Mapped>;

  explicit Iterator(const detail::MapReference& map) : cursor_(std::make_shared<detail::MapCursor>(map)) {}

  value_type operator*() const {
    std::array<std::byte, sizeof(Key)> key;
    std::memcpy(key.data(), cursor_->key(), sizeof key);
    return {std::bit_cast<Key>(key), Transfer::read(cursor_->value())};
  }
  Iterator& operator++() {
    cursor_->advance();
    return *this;
  }
  void operator++(int) { ++*this; }
  bool operator==(std::default_sentinel_t) const { return cursor_->at_end(); }

 private:
  std::shared_ptr<detail::MapCursor> cursor_;
};

}  // namespace ebpfxx
