#pragma once

#include <cerrno>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>

#include <ebpfxx/error.hpp>

namespace ebpfxx {

/// The control group that a program is to be attached to, by its folder in a cgroup v2 file system:
///
///     object[rewrite].attach(CgroupFolder("/sys/fs/cgroup/web"));
///     object[rewrite].attach(CgroupFolder::root() / "web");
///
/// The program runs for the sockets of that group and of those below it. Others' programs there run as well. The
/// kernel interface is a bpf_link (BPF_LINK_CREATE), so the program goes with the process.
class CgroupFolder {
 public:
  explicit CgroupFolder(std::string path) : path_(std::move(path)) {}

  /// Where the machine has mounted cgroup v2, which differs: /sys/fs/cgroup, /sys/fs/cgroup/unified. Throws Error
  /// (ENOENT) when that is nowhere.
  static CgroupFolder root() {
    std::ifstream mounts("/proc/self/mounts");
    for (std::string line; std::getline(mounts, line);) {
      std::istringstream words(line);
      std::string device, place, type;
      if (words >> device >> place >> type && type == "cgroup2") return CgroupFolder(place);
    }
    throw Error(ENOENT, {.attempt = "find the control groups",
                         .reason = "no cgroup v2 file system is mounted",
                         .advice = "mount -t cgroup2 none /sys/fs/cgroup"});
  }

  /// A group below this one.
  CgroupFolder operator/(const std::string& group) const { return CgroupFolder(path_ + "/" + group); }

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace ebpfxx
