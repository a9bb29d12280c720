#pragma once

#include <sys/mount.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace ebpfxx::test {

/// A BPF file system of its own, as long as it lives.
class BpfFolder {
 public:
  BpfFolder() {
    char path[] = "/tmp/ebpfxx-bpf-XXXXXX";
    if (mkdtemp(path) == nullptr || mount("bpf", path, "bpf", 0, nullptr) != 0)
      throw std::system_error(errno, std::generic_category(), "cannot mount a BPF file system");
    path_ = path;
  }
  BpfFolder(const BpfFolder&) = delete;
  BpfFolder& operator=(const BpfFolder&) = delete;
  ~BpfFolder() {
    umount2(path_.c_str(), MNT_DETACH);
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }

  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace ebpfxx::test
