#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <ebpfxx/runtime/detail/backing/map_backing.hpp>

/// What the handles of maps do, on bytes: compiled once, and not with each type of key and value.
namespace ebpfxx::detail::backing {

/// What a kind of map is to the messages about it.
struct MapLimits {
  std::uint32_t max_entries;
  bool is_array;
  bool is_trie;
};

/// Bytes of keys or values on their way to a map or from it; zeros at first.
class Bytes {
 public:
  explicit Bytes(std::size_t size);
  Bytes(const Bytes&) = delete;
  Bytes& operator=(const Bytes&) = delete;
  ~Bytes();

  std::byte* data() { return data_; }
  std::span<const std::byte> all() const { return {data_, size_}; }

 private:
  std::byte* data_;
  std::size_t size_;
};

/// Reads what is under `key` to `values`, of the map's `values_size()`; false if that is nothing. Throws Error.
bool read_entry(MapBacking& map, const void* key, std::byte* values);
/// Reads an entry of an array. Throws Error (ERANGE) behind the last one.
void read_element(MapBacking& map, std::uint32_t index, const MapLimits& limits, std::byte* values);

/// `flags`: BPF_ANY, BPF_NOEXIST, BPF_EXIST; false when one of the latter two does not hold. Throws Error.
bool write_entry(MapBacking& map, const void* key, const std::byte* values, std::uint64_t flags,
                 const MapLimits& limits);
/// False if the key was not there. Throws Error.
bool erase_entry(MapBacking& map, const void* key);

/// Writes all entries. Throws BatchError.
void write_entries(MapBacking& map, std::span<const std::byte> keys, std::span<const std::byte> values,
                   const MapLimits& limits);
/// Takes all keys out and returns how many were there. Throws BatchError.
std::size_t erase_entries(MapBacking& map, std::span<const std::byte> keys);

/// The sum of the only entry of a PerCpu<std::uint64_t>. Throws Error.
std::uint64_t sum_of_counter(MapBacking& map);

}  // namespace ebpfxx::detail::backing
