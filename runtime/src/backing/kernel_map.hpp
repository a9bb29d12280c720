#pragma once

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include <ebpfxx/detail/shared.hpp>
#include <ebpfxx/error.hpp>
#include <ebpfxx/runtime/detail/backing/map_backing.hpp>

#include "map_cursor.hpp"

namespace ebpfxx::detail::backing {

/// The CPUs the kernel may ever have, which is how many values a per-CPU map keeps (/sys/devices/system/cpu/possible).
inline std::uint32_t possible_cpus() {
  static const int count = libbpf_num_possible_cpus();
  if (count < 0) throw Error(-count, {.attempt = "count the possible CPUs"});
  return static_cast<std::uint32_t>(count);
}

/// A map that the kernel keeps; the descriptor is somebody else's.
class KernelMap final : public MapBacking {
 public:
  explicit KernelMap(KernelMapShape shape) : shape_(std::move(shape)) {}

  std::string name() const override { return shape_.name; }
  int fd() const override { return shape_.fd; }
  std::uint32_t cpus() const override { return possible_cpus(); }

  std::size_t key_size() const override { return shape_.key_size; }
  std::size_t values_size() const override { return shape_.values_size; }

  int read(const void* key, std::byte* values) override {
    return bpf_map_lookup_elem_flags(shape_.fd, key, values, shape_.element_flags) == 0 ? 0 : -errno;
  }
  int write(const void* key, const std::byte* values, std::uint64_t flags) override {
    return bpf_map_update_elem(shape_.fd, key, values, flags | shape_.element_flags) == 0 ? 0 : -errno;
  }
  int erase(const void* key) override { return bpf_map_delete_elem(shape_.fd, key) == 0 ? 0 : -errno; }

  int write_many(const std::byte* keys, const std::byte* values, std::uint32_t count, std::uint32_t& done) override {
    bpf_map_batch_opts options{};
    options.sz = sizeof options;
    options.elem_flags = shape_.element_flags;
    done = count;
    if (bpf_map_update_batch(shape_.fd, keys, values, &done, &options) == 0) return 0;
    const int error = errno;
    if (!has_no_batches(error)) return -error;
    return MapBacking::write_many(keys, values, count, done);
  }
  int erase_many(const std::byte* keys, std::uint32_t count, std::uint32_t& done) override {
    bpf_map_batch_opts options{};
    options.sz = sizeof options;
    done = count;
    if (bpf_map_delete_batch(shape_.fd, keys, &done, &options) == 0) return 0;
    const int error = errno;
    if (!has_no_batches(error)) return -error;
    return MapBacking::erase_many(keys, count, done);
  }

  Shared<MapEntries> entries() override { return share<MapCursor>(shape_); }

 private:
  KernelMapShape shape_;
};

}  // namespace ebpfxx::detail::backing
