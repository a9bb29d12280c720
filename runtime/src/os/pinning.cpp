#include <ebpfxx/runtime/detail/os/pinning.hpp>

#include <linux/bpf.h>
#include <linux/magic.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include <ebpfxx/error.hpp>

namespace ebpfxx {
namespace detail::os {
namespace {

/// bpf(2): a result, or -1 and errno. Not through libbpf, which native runs do without.
int system_bpf(bpf_cmd command, bpf_attr& attributes) {
  return static_cast<int>(::syscall(SYS_bpf, command, &attributes, sizeof attributes));
}

bool is_on_bpf_file_system(const std::string& path) {
  struct statfs status{};
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  return ::statfs(folder.c_str(), &status) == 0 && status.f_type == BPF_FS_MAGIC;
}

/// Why the kernel does not pin to `path`: bpf_obj_do_pin and bpf_lookup in kernel/bpf/inode.c return EPERM for three
/// different reasons.
ErrorDetails pin_failure(int number, const std::string& label, const std::string& path) {
  ErrorDetails failure{.attempt = "pin " + label + " to " + path, .name = path};
  if (number == EEXIST) {
    failure.reason = "something is pinned there";
    failure.advice = "let Object::reuse take it over, or unpin it";
  } else if (number == EPERM && !is_on_bpf_file_system(path)) {
    failure.reason = "that is on no BPF file system";
    failure.advice = "pin below /sys/fs/bpf, or mount one with: mount -t bpf bpf <folder>";
  } else if (number == EPERM && path.find('.', path.rfind('/') + 1) != std::string::npos) {
    failure.reason = "a BPF file system takes no name with a '.'";
  }
  return failure;
}

/// 0 or an errno.
int read_map_information(int fd, bpf_map_info& information) {
  bpf_attr attributes{};
  attributes.info.bpf_fd = static_cast<std::uint32_t>(fd);
  attributes.info.info_len = sizeof information;
  attributes.info.info = reinterpret_cast<std::uintptr_t>(&information);
  if (system_bpf(BPF_OBJ_GET_INFO_BY_FD, attributes) != 0) return errno;
  return information.type == BPF_MAP_TYPE_UNSPEC ? EINVAL : 0;
}

/// Pins a text: as the only entry of an array, the one thing a BPF file system keeps bytes in. Throws Error.
void pin_text(const std::string& text, const std::string& path) {
  bpf_attr create{};
  create.map_type = BPF_MAP_TYPE_ARRAY;
  create.key_size = sizeof(std::uint32_t);
  create.value_size = static_cast<std::uint32_t>(text.size());
  create.max_entries = 1;
  std::strncpy(create.map_name, "layout", sizeof create.map_name - 1);
  const FileDescriptor map(system_bpf(BPF_MAP_CREATE, create));
  const std::uint32_t index = 0;
  bpf_attr update{};
  update.map_fd = static_cast<std::uint32_t>(map.fd());
  update.key = reinterpret_cast<std::uintptr_t>(&index);
  update.value = reinterpret_cast<std::uintptr_t>(text.data());
  if (!map.valid() || system_bpf(BPF_MAP_UPDATE_ELEM, update) != 0)
    throw Error(errno, {.attempt = "keep a layout at " + path, .name = path});
  pin_object(map.fd(), "a layout", path);
}

/// Whether there was a file. Throws Error.
bool remove_file(const std::string& path) {
  if (::unlink(path.c_str()) == 0) return true;
  if (errno == ENOENT) return false;
  throw Error(errno, {.attempt = "unpin " + path, .name = path});
}

}  // namespace

void pin_object(int fd, const std::string& label, const std::string& path) {
  if (fd < 0)
    throw Error(
        EOPNOTSUPP,
        {.attempt = "pin " + label + " to " + path, .name = path, .reason = "the kernel has no part of a native run"});
  bpf_attr attributes{};
  attributes.pathname = reinterpret_cast<std::uintptr_t>(path.c_str());
  attributes.bpf_fd = static_cast<std::uint32_t>(fd);
  if (system_bpf(BPF_OBJ_PIN, attributes) == 0) return;
  const int number = errno;
  throw Error(number, pin_failure(number, label, path));
}

void pin_ring(int ring, int dropped, const std::string& label, const std::string& layout, const std::string& path) {
  pin_object(ring, label, path);
  try {
    if (!layout.empty()) pin_text(layout, layout_path(path));
    pin_object(dropped, "the drops of " + label, dropped_path(path));
  } catch (...) {
    unpin(path);
    throw;
  }
}

FileDescriptor open_pin(const std::string& path) {
  bpf_attr attributes{};
  attributes.pathname = reinterpret_cast<std::uintptr_t>(path.c_str());
  FileDescriptor pinned(system_bpf(BPF_OBJ_GET, attributes));
  if (!pinned.valid() && errno != ENOENT)
    throw Error(errno, {.attempt = "open what is pinned at " + path, .name = path});
  return pinned;
}

std::string layout_path(const std::string& path) { return path + "_layout"; }
std::string dropped_path(const std::string& path) { return path + "_dropped"; }

bpf_map_info map_information(int fd, const std::string& path) {
  bpf_map_info information{};
  if (const int number = read_map_information(fd, information); number != 0)
    throw Error(number, {.attempt = "look up the map pinned at " + path, .name = path});
  return information;
}

std::uint32_t map_id(int fd, const std::string& label) {
  if (fd < 0) return 0;
  bpf_map_info information{};
  if (const int number = read_map_information(fd, information); number != 0)
    throw Error(number, {.attempt = "look up " + label});
  return information.id;
}

std::optional<std::string> pinned_text(const std::string& path) {
  const FileDescriptor map = open_pin(path);
  if (!map.valid()) return std::nullopt;
  std::string text(map_information(map.fd(), path).value_size, '\0');
  const std::uint32_t index = 0;
  bpf_attr lookup{};
  lookup.map_fd = static_cast<std::uint32_t>(map.fd());
  lookup.key = reinterpret_cast<std::uintptr_t>(&index);
  lookup.value = reinterpret_cast<std::uintptr_t>(text.data());
  if (system_bpf(BPF_MAP_LOOKUP_ELEM, lookup) != 0)
    throw Error(errno, {.attempt = "read the layout at " + path, .name = path});
  return text;
}

}  // namespace detail::os

bool unpin(const std::string& path) {
  detail::os::remove_file(detail::os::dropped_path(path));
  detail::os::remove_file(detail::os::layout_path(path));
  return detail::os::remove_file(path);
}

}  // namespace ebpfxx
