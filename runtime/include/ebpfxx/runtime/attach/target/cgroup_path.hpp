#pragma once

#include <string>
#include <utility>

namespace ebpfxx {

/// The cgroup that a program is to be attached to, by its path in a cgroup v2 file system:
///
///     object[rewrite].attach(CgroupPath("/sys/fs/cgroup/web"));
///     object[rewrite].attach(CgroupPath::root() / "web");
///
/// The program runs for the sockets of that cgroup and of those below it. Others' programs there run as well. The
/// kernel interface is a bpf_link (BPF_LINK_CREATE), so the program goes with the process.
class CgroupPath {
 public:
  /// `path` is a folder of a cgroup v2 file system; it is opened when a program is attached.
  explicit CgroupPath(std::string path) : path_(std::move(path)) {}

  /// Where the machine has mounted cgroup v2, which differs: /sys/fs/cgroup, /sys/fs/cgroup/unified. Throws Error
  /// (ENOENT) when that is nowhere.
  static CgroupPath root();

  /// A cgroup below this one.
  CgroupPath operator/(const std::string& group) const { return CgroupPath(path_ + "/" + group); }

  /// As it was given.
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace ebpfxx
