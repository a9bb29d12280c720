#pragma once

#include <linux/bpf.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <ebpfxx/error.hpp>
#include <ebpfxx/map/kind.hpp>
#include <ebpfxx/runtime/map_backing.hpp>
#include <ebpfxx/runtime/value_transfer.hpp>

namespace ebpfxx {

/// A map from the application's side: of a loaded Object, of a Native, or one that was pinned. Valid as long as its
/// Object.
///
/// `Mapped` is what stands under a key: `Value`, or `PerCpuValues<Value>` for per-CPU maps. Every operation throws
/// Error when the kernel refuses it, and natively where the kernel would; that something is not there is an empty
/// optional or `false`.
template <class Key, class Value, class Kind>
class MapHandle {
  using Transfer = detail::ValueTransfer<Value, Kind::per_cpu>;

 public:
  using Mapped = typename Transfer::type;
  class Iterator;

  explicit MapHandle(std::shared_ptr<detail::MapBacking> map) : map_(std::move(map)) {}

  /// The ELF symbol of the variable: its qualified name with `::` as `__`. Natively empty unless the application embeds
  /// an object that has it.
  std::string name() const { return map_->name(); }
  /// The descriptor of the map (bpf(2)), which the Object closes; natively -1.
  int fd() const { return map_->descriptor(); }

  /// What stands under `key`. For an array nothing behind the last entry; of a trie what stands under the longest
  /// prefix that contains `key`.
  std::optional<Mapped> find(const Key& key) const {
    std::vector<std::byte> bytes(Transfer::size(map_->cpus()));
    const int error = -map_->read(&key, bytes.data());
    if (error == 0) return Transfer::read(bytes.data(), map_->cpus());
    if (error != ENOENT) fail(error, "read");
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

  /// Puts `value` under a new `key`; false, and nothing changes, if there is one. Not for tries: before Linux 6.13 they
  /// ignore the flag.
  bool insert(const Key& key, const Mapped& value) const
    requires(Kind::key_role == KeyRole::Any)
  {
    return change(key, value, BPF_NOEXIST);
  }

  /// Puts `value` in the place of the one under `key`; false, and nothing changes, if there is none.
  bool replace(const Key& key, const Mapped& value) const
    requires(Kind::key_role != KeyRole::Prefix)
  {
    return change(key, value, BPF_EXIST);
  }

  /// Takes `key` out; false if it was not there.
  bool erase(const Key& key) const
    requires(!Kind::is_array)
  {
    const int error = -map_->erase(&key);
    if (error != 0 && error != ENOENT) fail(error, "erase from");
    return error == 0;
  }

  /// Every CPU's value of the same kind, for `set` and its like.
  Mapped on_every_cpu(const Value& value) const
    requires(Kind::per_cpu)
  {
    return Mapped(std::vector<Value>(map_->cpus(), value));
  }

  /// All entries as `std::pair<Key, Mapped>`, read in batches where the kernel has them; natively in the order of their
  /// keys' bytes. Entries that change meanwhile may be seen before or after; one that is there all the time is seen
  /// once.
  Iterator begin() const { return Iterator(map_); }
  std::default_sentinel_t end() const { return {}; }

 private:
  bool change(const Key& key, const Mapped& value, std::uint64_t flags) const {
    std::vector<std::byte> bytes(Transfer::size(map_->cpus()));
    Transfer::write(bytes.data(), value, map_->cpus());
    const int error = -map_->write(&key, bytes.data(), flags);
    if (error == 0) return true;
    if (flags == BPF_NOEXIST && error == EEXIST) return false;
    if (flags == BPF_EXIST && error == ENOENT) return false;
    fail(error, "write to", why_not_written(error));
  }

  static std::string why_not_written(int error) {
    if (error != (Kind::key_role == KeyRole::Prefix ? ENOSPC : E2BIG)) return {};
    const std::string reason = Kind::is_array ? "the index is behind the last entry" : "it is full";
    return reason + " (" + std::to_string(Kind::max_entries) + " entries)";
  }

  [[noreturn]] void fail(int number, const std::string& verb, std::string reason = {}) const {
    throw Error(number, {.attempt = verb + " " + map_->label(), .name = map_->name(), .reason = std::move(reason)});
  }

  std::shared_ptr<detail::MapBacking> map_;
};

/// Goes through the entries once (an input iterator); copies share the place they are at.
template <class Key, class Value, class Kind>
class MapHandle<Key, Value, Kind>::Iterator {
 public:
  using iterator_concept = std::input_iterator_tag;
  using difference_type = std::ptrdiff_t;
  using value_type = std::pair<Key, Mapped>;

  explicit Iterator(std::shared_ptr<detail::MapBacking> map) : map_(std::move(map)), entries_(map_->entries()) {}

  value_type operator*() const {
    return {detail::value_from<Key>(entries_->key()), Transfer::read(entries_->values(), map_->cpus())};
  }
  Iterator& operator++() {
    entries_->advance();
    return *this;
  }
  void operator++(int) { ++*this; }
  bool operator==(std::default_sentinel_t) const { return entries_->at_end(); }

 private:
  std::shared_ptr<detail::MapBacking> map_;
  std::shared_ptr<detail::MapEntries> entries_;
};

}  // namespace ebpfxx
