#pragma once

#include <linux/bpf.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iosfwd>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <ebpfxx/detail/shared.hpp>
#include <ebpfxx/error.hpp>
#include <ebpfxx/map/kind.hpp>
#include <ebpfxx/runtime/detail/backing/map_access.hpp>
#include <ebpfxx/runtime/detail/backing/value_transfer.hpp>
#include <ebpfxx/runtime/detail/os/pinning.hpp>

namespace ebpfxx {

/// A change of many entries that ended before the last one.
class BatchError : public Error {
 public:
  /// `done` entries were changed before entry `done` failed.
  BatchError(int number, ErrorDetails details, std::size_t done);

  /// How many entries, from the first one on, were put in or taken out.
  std::size_t done() const noexcept { return done_; }

 private:
  std::size_t done_;
};

/// A map from the application's side: of a loaded Object, of a Native, or one that was pinned. Valid as long as its
/// Object.
///
/// `Mapped` is what is under a key: `Value`, or `PerCpuValues<Value>` for per-CPU maps. Every operation throws
/// Error when the kernel refuses it, and natively where the kernel would; that something is not there is an empty
/// optional or `false`.
template <class Key, class Value, class Kind>
class MapHandle {
  using Transfer = detail::backing::ValueTransfer<Value, Kind::per_cpu>;

 public:
  /// What a lookup gives: the value, or one for each CPU.
  using Mapped = typename Transfer::type;
  class Iterator;

  explicit MapHandle(detail::Shared<detail::backing::MapBacking> map) : map_(std::move(map)) {}

  /// The ELF symbol of the variable: its qualified name with `::` as `__`. Natively empty unless the application embeds
  /// an object that has it.
  std::string name() const { return map_->name(); }
  /// The descriptor of the map (bpf(2)), which the Object closes; natively -1.
  int fd() const { return map_->fd(); }
  /// The kernel's number for it, as `bpftool map` shows it; natively 0. Throws Error when the kernel does not tell.
  std::uint32_t id() const { return detail::os::map_id(fd(), map_->label()); }

  /// A copy of what is under `key`, constant so that nobody changes it for the map's; `set` changes that. For an
  /// array nothing behind the last entry; of a trie what is under the longest prefix that contains `key`.
  const std::optional<Mapped> find(const Key& key) const {
    detail::backing::Bytes bytes(size());
    if (!detail::backing::read_entry(*map_, &key, bytes.data())) return std::nullopt;
    return Transfer::read(bytes.data(), map_->cpus());
  }

  /// A copy of the entry of an array. Throws Error (ERANGE) behind the last one.
  const Mapped operator[](std::uint32_t index) const
    requires(Kind::is_array)
  {
    detail::backing::Bytes bytes(size());
    detail::backing::read_element(*map_, index, limits, bytes.data());
    return Transfer::read(bytes.data(), map_->cpus());
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
    return detail::backing::erase_entry(*map_, &key);
  }

  /// Puts all entries in, whether or not their keys are there, in one call of the kernel where its map has that
  /// (BPF_MAP_UPDATE_BATCH). Not at once: programs see them one by one. Throws BatchError, which says how many went in,
  /// at the first one that is refused.
  void set_all(std::span<const std::pair<Key, Mapped>> entries) const {
    detail::backing::Bytes keys(entries.size() * sizeof(Key)), values(entries.size() * size());
    for (std::size_t i = 0; i < entries.size(); ++i) {
      std::memcpy(keys.data() + i * sizeof(Key), &entries[i].first, sizeof(Key));
      Transfer::write(values.data() + i * size(), entries[i].second, map_->cpus());
    }
    detail::backing::write_entries(*map_, keys.all(), values.all(), limits);
  }

  /// Takes these keys out, in one call of the kernel where its map has that (BPF_MAP_DELETE_BATCH), and says how many
  /// were there. Throws BatchError.
  std::size_t erase_all(std::span<const Key> keys) const
    requires(!Kind::is_array)
  {
    return detail::backing::erase_entries(*map_, std::as_bytes(keys));
  }

  /// Gives the map a name in a BPF file system, as "/sys/fs/bpf/flows": it lives on without this process, until
  /// `unpin`. The next start of the application takes it over by `Object::reuse`. A name has no '.'. Throws Error.
  void pin(const std::string& path) const { detail::os::pin_object(fd(), map_->label(), path); }

  /// Every CPU's value of the same kind, for `set` and its like.
  Mapped on_every_cpu(const Value& value) const
    requires(Kind::per_cpu)
  {
    return Mapped(std::vector<Value>(map_->cpus(), value));
  }

  /// Copies of all entries as `std::pair<Key, Mapped>`, read in batches where the kernel has them; natively in the
  /// order of their keys' bytes. Entries that change meanwhile may be seen before or after; one that is there all the
  /// time is seen once.
  Iterator begin() const { return Iterator(map_); }
  std::default_sentinel_t end() const { return {}; }

 private:
  static constexpr detail::backing::MapLimits limits{Kind::max_entries, Kind::is_array,
                                                     Kind::key_role == KeyRole::Prefix};

  std::size_t size() const { return Transfer::size(map_->cpus()); }

  bool change(const Key& key, const Mapped& value, std::uint64_t flags) const {
    detail::backing::Bytes bytes(size());
    Transfer::write(bytes.data(), value, map_->cpus());
    return detail::backing::write_entry(*map_, &key, bytes.data(), flags, limits);
  }

  detail::Shared<detail::backing::MapBacking> map_;
};

/// Goes through the entries once (an input iterator); copies share the place they are at.
template <class Key, class Value, class Kind>
class MapHandle<Key, Value, Kind>::Iterator {
 public:
  using iterator_concept = std::input_iterator_tag;
  using difference_type = std::ptrdiff_t;
  using value_type = std::pair<Key, Mapped>;

  explicit Iterator(detail::Shared<detail::backing::MapBacking> map)
      : map_(std::move(map)), entries_(map_->entries()) {}

  const value_type operator*() const {
    return {detail::backing::value_from<Key>(entries_->key()), Transfer::read(entries_->values(), map_->cpus())};
  }
  Iterator& operator++() {
    entries_->advance();
    return *this;
  }
  void operator++(int) { ++*this; }
  bool operator==(std::default_sentinel_t) const { return entries_->at_end(); }

 private:
  detail::Shared<detail::backing::MapBacking> map_;
  detail::Shared<detail::backing::MapEntries> entries_;
};

/// Tables are printed by what is in <ebpfxx/runtime/map_text.hpp>, which not every application pays for.
template <class Handle>
  requires requires { typename Handle::Mapped; }
void print(const Handle&, std::ostream&) = delete;  // #include <ebpfxx/runtime/map_text.hpp>

}  // namespace ebpfxx
