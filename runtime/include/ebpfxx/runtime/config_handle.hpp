#pragma once

#include <bpf/libbpf.h>

#include <array>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include <ebpfxx/error.hpp>

namespace ebpfxx {

namespace detail {

/// The bytes of a variable among an object's global data.
class GlobalBytes {
 public:
  GlobalBytes(bpf_map* map, std::size_t offset, std::size_t size) : map_(map), offset_(offset), size_(size) {}

  bool exist() const { return content(); }

  void read(void* value) const { std::memcpy(value, content(), size_); }

  /// 0 or an errno.
  int write(const void* value) const {
    // libbpf takes the section as a whole, and from memory other than its own.
    std::size_t whole = 0;
    const auto* begin = static_cast<const std::byte*>(bpf_map__initial_value(map_, &whole));
    std::vector<std::byte> bytes(begin, begin + whole);
    std::memcpy(bytes.data() + offset_, value, size_);
    return -bpf_map__set_initial_value(map_, bytes.data(), bytes.size());
  }

 private:
  const std::byte* content() const {
    std::size_t whole = 0;
    const void* begin = map_ ? bpf_map__initial_value(map_, &whole) : nullptr;
    bool inside = begin && offset_ <= whole && size_ <= whole - offset_;
    return inside ? static_cast<const std::byte*>(begin) + offset_ : nullptr;
  }

  bpf_map* map_;
  std::size_t offset_, size_;
};

}  // namespace detail

/// A Config of an object: `object[port] = 9090`.
template <class T>
class ConfigHandle {
 public:
  ConfigHandle(std::string name, detail::GlobalBytes place, bool frozen)
      : name_(std::move(name)), place_(place), frozen_(frozen) {
    if (!place_.exist())
      throw Error(EINVAL, {.attempt = "configure " + name_, .name = name_, .reason = "the object has no place for it"});
  }
  ConfigHandle(const ConfigHandle&) = delete;

  /// Sets the value the program will run with. Throws Error (EBUSY) once the object is loaded: the verifier has taken
  /// the value for a constant.
  ConfigHandle& operator=(const T& value) {
    if (frozen_)
      throw Error(EBUSY, {.attempt = "set " + name_,
                          .name = name_,
                          .reason = "load() has taken the values",
                          .advice = "set it before load()"});
    if (int number = place_.write(&value); number != 0) throw Error(number, {.attempt = "set " + name_, .name = name_});
    return *this;
  }
  ConfigHandle& operator=(const ConfigHandle& other) { return *this = other.value(); }

  /// The value set, or the default of the source.
  const T value() const {
    std::array<std::byte, sizeof(T)> bytes;
    place_.read(bytes.data());
    return std::bit_cast<T>(bytes);
  }

 private:
  std::string name_;
  detail::GlobalBytes place_;
  bool frozen_;
};

}  // namespace ebpfxx
