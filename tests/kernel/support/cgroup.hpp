#pragma once

#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <string>
#include <system_error>

#include <ebpfxx/error.hpp>
#include <ebpfxx/runtime/attach/target/cgroup_path.hpp>

namespace ebpfxx::test {

/// A control group of its own, below the root or another one, which goes with it.
class ControlGroup {
 public:
  ControlGroup() : ControlGroup(root()) {}
  explicit ControlGroup(const CgroupPath& above) : folder_(above / name()) {
    if (mkdir(folder_.path().c_str(), 0755) != 0)
      throw std::system_error(errno, std::generic_category(), "cannot make " + folder_.path());
  }
  ControlGroup(const ControlGroup&) = delete;
  ControlGroup& operator=(const ControlGroup&) = delete;
  ~ControlGroup() { remove(); }

  const CgroupPath& folder() const { return folder_; }

  void remove() { rmdir(folder_.path().c_str()); }

  /// Calls `body` in a child process inside the group and gives the number that it returns, 0 to 255.
  template <class Body>
  int run(Body body) const {
    const pid_t child = fork();
    if (child < 0) throw std::system_error(errno, std::generic_category(), "cannot fork");
    if (child == 0) {
      std::ofstream processes(folder_.path() + "/cgroup.procs");
      processes << getpid() << std::flush;
      _exit(processes ? body() : 255);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 256;
  }

 private:
  // A machine that has mounted cgroup v2 nowhere, as the VMs' first process leaves it, gets a mount.
  static CgroupPath root() {
    try {
      return CgroupPath::root();
    } catch (const Error&) {
      constexpr const char* place = "/sys/fs/cgroup";
      if (mount("none", place, "cgroup2", 0, nullptr) != 0)
        throw std::system_error(errno, std::generic_category(), "cannot mount cgroup v2");
      return CgroupPath(place);
    }
  }

  static std::string name() {
    static std::atomic<int> number = 0;
    return "ebpfxx-test-" + std::to_string(getpid()) + "-" + std::to_string(number++);
  }

  CgroupPath folder_;
};

}  // namespace ebpfxx::test
