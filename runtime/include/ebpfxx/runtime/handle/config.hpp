#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <string>
#include <utility>

struct bpf_map;

namespace ebpfxx {

namespace detail::handle {

/// The value of a Config among an object's global data.
class ConfigStorage {
 public:
  /// `bytes` of the section `data` from `offset` on; `frozen` once the kernel has it. Throws Error (EINVAL) if they are
  /// not in it.
  ConfigStorage(std::string name, bpf_map* data, std::size_t offset, std::size_t bytes, bool frozen);
  ConfigStorage(ConfigStorage&& other) noexcept;
  ConfigStorage& operator=(ConfigStorage&& other) = delete;
  ~ConfigStorage();

  const std::string& name() const { return name_; }
  void read(void* value) const;
  /// Throws Error (EBUSY) when it is frozen.
  void write(const void* value) const;

 private:
  std::string name_;
  bpf_map* data_;
  std::size_t offset_, bytes_;
  bool frozen_;
};

}  // namespace detail::handle

/// A Config of an object: `object[port] = 9090`.
template <class T>
class ConfigHandle {
 public:
  explicit ConfigHandle(detail::handle::ConfigStorage storage) : storage_(std::move(storage)) {}
  ConfigHandle(const ConfigHandle&) = delete;

  /// The ELF symbol of the variable.
  const std::string& name() const { return storage_.name(); }

  /// Sets the value the program will run with. Throws Error (EBUSY) once the object is loaded: the verifier has taken
  /// the value for a constant.
  ConfigHandle& operator=(const T& value) {
    storage_.write(&value);
    return *this;
  }
  ConfigHandle& operator=(const ConfigHandle& other) { return *this = other.value(); }

  /// The value set, or the default of the source.
  const T value() const {
    std::array<std::byte, sizeof(T)> bytes;
    storage_.read(bytes.data());
    return std::bit_cast<T>(bytes);
  }

 private:
  detail::handle::ConfigStorage storage_;
};

}  // namespace ebpfxx
