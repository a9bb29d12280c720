#pragma once

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include <cerrno>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <ebpfxx/error.hpp>
#include <ebpfxx/runtime/detail/os/file_descriptor.hpp>
#include <ebpfxx/runtime/detail/os/pinning.hpp>

#include "layout_comparison.hpp"

namespace ebpfxx::detail::load {

/// Compares a pinned map with one that this application would create.
class PinnedMapCheck {
 public:
  PinnedMapCheck(const os::FileDescriptor& pinned, std::string path, const bpf_object& object, const bpf_map& map)
      : there_(os::map_information(pinned.fd(), path)), path_(std::move(path)), object_(object), map_(map) {}

  /// Throws Error (EINVAL) that names what differs: a field, a size, a flag. `records` is the layout of a ring buffer's
  /// records.
  void run(const std::optional<std::string>& records) const {
    require_same("type", there_.type, bpf_map__type(&map_));
    if (records) check_records(*records);
    if (const std::uint32_t key = bpf_map__btf_key_type_id(&map_); key != 0) check_types(key);
    require_same("size of keys", there_.key_size, bpf_map__key_size(&map_));
    require_same("size of values", there_.value_size, bpf_map__value_size(&map_));
    require_same("number of entries", there_.max_entries, bpf_map__max_entries(&map_));
    require_same("flags", there_.map_flags, bpf_map__map_flags(&map_));
  }

 private:
  [[noreturn]] void fail(std::string reason) const {
    throw Error(EINVAL, {.attempt = std::string("reuse map ") + bpf_map__name(&map_) + " from " + path_,
                         .name = bpf_map__name(&map_),
                         .reason = std::move(reason),
                         .advice = "pin the new map to another path, or unpin the old one"});
  }

  void require_same(const std::string& what, std::uint32_t there, std::uint32_t here) const {
    if (there != here)
      fail("its " + what + " is " + std::to_string(there) + " there, " + std::to_string(here) + " here");
  }

  void check_records(const std::string& here) const {
    const std::optional<std::string> there = os::pinned_text(os::layout_path(path_));
    if (!there) fail("there is no layout of its records at " + os::layout_path(path_));
    if (*there != here) fail("its records are " + *there + " there, " + here + " here");
  }

  void check_types(std::uint32_t key) const {
    if (there_.btf_id == 0) fail("the kernel does not know the types of what is there");
    const std::unique_ptr<btf, decltype(&btf__free)> types(btf__load_from_kernel_by_id(there_.btf_id), &btf__free);
    if (!types) throw Error(errno, {.attempt = "read the types of the map pinned at " + path_, .name = path_});
    const LayoutComparison comparison(*types, *bpf_object__btf(&object_));
    if (auto found = comparison.difference(there_.btf_key_type_id, key)) fail("of the key, " + *found);
    if (auto found = comparison.difference(there_.btf_value_type_id, bpf_map__btf_value_type_id(&map_)))
      fail("of the value, " + *found);
  }

  bpf_map_info there_;
  std::string path_;
  const bpf_object& object_;
  const bpf_map& map_;
};

/// Lets `map` be the one that is pinned at `path` when the object is loaded; false if nothing is pinned there. Throws
/// Error if that is another map than the object needs.
inline bool reuse_pinned(const bpf_object& object, bpf_map& map, const std::string& path,
                         const std::optional<std::string>& records = std::nullopt) {
  const os::FileDescriptor pinned = os::open_pin(path);
  if (!pinned.valid()) return false;
  PinnedMapCheck(pinned, path, object, map).run(records);
  if (const int result = bpf_map__reuse_fd(&map, pinned.fd()); result != 0)
    throw Error(-result, {.attempt = std::string("reuse map ") + bpf_map__name(&map) + " from " + path, .name = path});
  return true;
}

}  // namespace ebpfxx::detail::load
