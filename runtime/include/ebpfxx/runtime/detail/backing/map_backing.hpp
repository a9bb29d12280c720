#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <ebpfxx/detail/shared.hpp>

namespace ebpfxx::detail::backing {

/// A way through the entries of a map, once.
class MapEntries {
 public:
  MapEntries() = default;
  MapEntries(const MapEntries&) = delete;
  MapEntries& operator=(const MapEntries&) = delete;
  virtual ~MapEntries();

  /// Whether there is no entry to read any more.
  virtual bool at_end() const = 0;
  virtual const std::byte* key() const = 0;
  virtual const std::byte* values() const = 0;
  virtual void advance() = 0;
};

/// A map as bytes, wherever it is kept: in the kernel, or in this process for a native run. Results are the kernel's: 0
/// or a negative errno.
///
/// What is under a key are its `values`: one, or for a per-CPU map `cpus()` of them, each rounded up to 8 bytes
/// (bpf_percpu_array_copy in the kernel's kernel/bpf/arraymap.c).
class MapBacking {
 public:
  MapBacking() = default;
  MapBacking(const MapBacking&) = delete;
  MapBacking& operator=(const MapBacking&) = delete;
  virtual ~MapBacking();

  /// The ELF symbol of the variable; may be empty in a native run.
  virtual std::string name() const = 0;
  /// The descriptor of the map (bpf(2)), or -1.
  virtual int fd() const = 0;
  /// How many values a per-CPU map has under a key.
  virtual std::uint32_t cpus() const = 0;

  /// Bytes of a key, and of what is under it.
  virtual std::size_t key_size() const = 0;
  virtual std::size_t values_size() const = 0;

  virtual int read(const void* key, std::byte* values) = 0;
  /// `flags`: BPF_ANY, BPF_NOEXIST, BPF_EXIST.
  virtual int write(const void* key, const std::byte* values, std::uint64_t flags) = 0;
  virtual int erase(const void* key) = 0;

  /// Writes `count` entries, whose keys and values each are one behind the other, up to the first that is refused;
  /// `done` becomes the number of those that are in.
  virtual int write_many(const std::byte* keys, const std::byte* values, std::uint32_t count, std::uint32_t& done);
  /// Takes `count` keys out, up to the first that is not there or is refused.
  virtual int erase_many(const std::byte* keys, std::uint32_t count, std::uint32_t& done);

  /// Throws Error when the map cannot be read.
  virtual Shared<MapEntries> entries() = 0;

  /// "map flows", for messages.
  std::string label() const;
};

}  // namespace ebpfxx::detail::backing
