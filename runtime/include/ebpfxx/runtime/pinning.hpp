#pragma once

#include <linux/bpf.h>
#include <linux/magic.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include <ebpfxx/error.hpp>
#include <ebpfxx/runtime/file_descriptor.hpp>

namespace ebpfxx {

namespace detail {

/// bpf(2): a result, or -1 and errno. Not through libbpf, which native runs do without.
inline int system_bpf(bpf_cmd command, bpf_attr& attributes) {
  return static_cast<int>(::syscall(SYS_bpf, command, &attributes, sizeof attributes));
}

inline bool is_on_bpf_file_system(const std::filesystem::path& path) {
  struct statfs status{};
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  return ::statfs(folder.c_str(), &status) == 0 && status.f_type == BPF_FS_MAGIC;
}

/// Why the kernel does not pin to `path` (bpf_obj_do_pin and bpf_lookup in kernel/bpf/inode.c), for which it has EPERM
/// three times.
inline Failure pin_failure(int number, const std::string& label, const std::string& path) {
  Failure failure{.attempt = "pin " + label + " to " + path, .name = path};
  if (number == EEXIST) {
    failure.reason = "something is pinned there";
    failure.advice = "let Object::reuse take it over, or unpin it";
  } else if (number == EPERM && !is_on_bpf_file_system(path)) {
    failure.reason = "that is on no BPF file system";
    failure.advice = "pin below /sys/fs/bpf, or mount one with: mount -t bpf bpf <folder>";
  } else if (number == EPERM && std::filesystem::path(path).filename().string().find('.') != std::string::npos) {
    failure.reason = "a BPF file system takes no name with a '.'";
  }
  return failure;
}

/// Gives what the descriptor stands for a name in a BPF file system, where it lives without a process. Throws Error.
inline void pin_object(int descriptor, const std::string& label, const std::string& path) {
  if (descriptor < 0)
    throw Error(
        EOPNOTSUPP,
        {.attempt = "pin " + label + " to " + path, .name = path, .reason = "the kernel has no part of a native run"});
  bpf_attr attributes{};
  attributes.pathname = reinterpret_cast<std::uintptr_t>(path.c_str());
  attributes.bpf_fd = static_cast<std::uint32_t>(descriptor);
  if (system_bpf(BPF_OBJ_PIN, attributes) == 0) return;
  const int number = errno;
  throw Error(number, pin_failure(number, label, path));
}

/// What is pinned at `path`; not `valid()` if there is nothing. Throws Error.
inline FileDescriptor open_pin(const std::string& path) {
  bpf_attr attributes{};
  attributes.pathname = reinterpret_cast<std::uintptr_t>(path.c_str());
  FileDescriptor pinned(system_bpf(BPF_OBJ_GET, attributes));
  if (!pinned.valid() && errno != ENOENT)
    throw Error(errno, {.attempt = "open what is pinned at " + path, .name = path});
  return pinned;
}

// What a ring buffer needs beside its own pin.
inline std::string layout_path(const std::string& path) { return path + "_layout"; }
inline std::string dropped_path(const std::string& path) { return path + "_dropped"; }

/// The kernel's record of a map. Throws Error when it is none.
inline bpf_map_info map_information(int descriptor, const std::string& path) {
  bpf_map_info information{};
  bpf_attr attributes{};
  attributes.info.bpf_fd = static_cast<std::uint32_t>(descriptor);
  attributes.info.info_len = sizeof information;
  attributes.info.info = reinterpret_cast<std::uintptr_t>(&information);
  if (system_bpf(BPF_OBJ_GET_INFO_BY_FD, attributes) != 0 || information.type == BPF_MAP_TYPE_UNSPEC)
    throw Error(errno == 0 ? EINVAL : errno, {.attempt = "look up the map pinned at " + path, .name = path});
  return information;
}

/// Pins a text: as the only entry of an array, the one thing a BPF file system keeps bytes in. Throws Error.
inline void pin_text(const std::string& text, const std::string& path) {
  bpf_attr create{};
  create.map_type = BPF_MAP_TYPE_ARRAY;
  create.key_size = sizeof(std::uint32_t);
  create.value_size = static_cast<std::uint32_t>(text.size());
  create.max_entries = 1;
  std::strncpy(create.map_name, "layout", sizeof create.map_name - 1);
  const FileDescriptor map(system_bpf(BPF_MAP_CREATE, create));
  const std::uint32_t index = 0;
  bpf_attr update{};
  update.map_fd = static_cast<std::uint32_t>(map.number());
  update.key = reinterpret_cast<std::uintptr_t>(&index);
  update.value = reinterpret_cast<std::uintptr_t>(text.data());
  if (!map.valid() || system_bpf(BPF_MAP_UPDATE_ELEM, update) != 0)
    throw Error(errno, {.attempt = "keep a layout at " + path, .name = path});
  pin_object(map.number(), "a layout", path);
}

/// The text pinned at `path`; nothing if there is none. Throws Error.
inline std::optional<std::string> pinned_text(const std::string& path) {
  const FileDescriptor map = open_pin(path);
  if (!map.valid()) return std::nullopt;
  std::string text(map_information(map.number(), path).value_size, '\0');
  const std::uint32_t index = 0;
  bpf_attr lookup{};
  lookup.map_fd = static_cast<std::uint32_t>(map.number());
  lookup.key = reinterpret_cast<std::uintptr_t>(&index);
  lookup.value = reinterpret_cast<std::uintptr_t>(text.data());
  if (system_bpf(BPF_MAP_LOOKUP_ELEM, lookup) != 0)
    throw Error(errno, {.attempt = "read the layout at " + path, .name = path});
  return text;
}

}  // namespace detail

/// Takes the name of a pinned map away, and what a ring buffer has beside it; false if there was none. The map lives on
/// in the objects that have it. Throws std::filesystem::filesystem_error.
inline bool unpin(const std::string& path) {
  std::filesystem::remove(detail::dropped_path(path));
  std::filesystem::remove(detail::layout_path(path));
  return std::filesystem::remove(path);
}

}  // namespace ebpfxx
