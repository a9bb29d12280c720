#pragma once

#include <bpf/bpf.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include <ebpfxx/error.hpp>
#include <ebpfxx/runtime/detail/os/file_descriptor.hpp>

#include "../os/capabilities.hpp"
#include "../os/owner.hpp"

namespace ebpfxx::detail::attach {

/// The file by which a bpf_link outlives its process, and by which the next start of the application finds it.
class LinkPin {
 public:
  /// `place` tells the application's links apart, as "xdp:4026531840:2".
  explicit LinkPin(const std::string& place) {
    std::string name = "ebpfxx:" + os::application_name() + ":" + place;
    for (char& character : name)
      if (character == '.') character = '_';  // the kernel keeps names with dots to itself (bpf_lookup)
    path_ = folder + ("/" + name);
  }

  /// Puts the link there. Gives a positive errno; ENOTSUP where no bpf file system is mounted.
  int put(int link) const {
    struct statfs status{};
    if (statfs(folder, &status) != 0 || status.f_type != BPF_FS_MAGIC) return ENOTSUP;
    remove();
    return -bpf_obj_pin(link, path_.c_str());
  }

  /// Puts the link there; throws Error. `kind` and `name` say what it is on: "interface", "veth0".
  void keep(int link, const std::string& kind, const std::string& name) const {
    const int error = put(link);
    if (error == 0) return;
    const bool unmounted = error == ENOTSUP;
    throw Error(error, {.attempt = "keep a program on " + kind + " " + name,
                        .name = name,
                        .reason = unmounted ? std::string("no bpf file system is mounted at ") + folder : "",
                        .advice = unmounted        ? std::string("mount -t bpf bpf ") + folder
                                  : error == EPERM ? os::missing_rights({os::bpf})
                                                   : ""});
  }

  /// The link that is there; not `valid()` when there is none.
  os::FileDescriptor get() const { return os::FileDescriptor(bpf_obj_get(path_.c_str())); }

  void remove() const { ::unlink(path_.c_str()); }

  const std::string& path() const { return path_; }

  static constexpr const char* folder = "/sys/fs/bpf";

 private:
  std::string path_;
};

}  // namespace ebpfxx::detail::attach
