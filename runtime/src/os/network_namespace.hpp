#pragma once

#include <sys/stat.h>

#include <compare>
#include <cstdint>

namespace ebpfxx::detail::os {

/// A network namespace, told apart from others by the file the kernel shows for it.
struct NetworkNamespace {
  std::uint64_t device = 0, inode = 0;

  static NetworkNamespace current() {
    struct stat status{};
    if (::stat("/proc/thread-self/ns/net", &status) != 0) return {};
    return {status.st_dev, status.st_ino};
  }

  auto operator<=>(const NetworkNamespace&) const = default;
};

}  // namespace ebpfxx::detail::os
