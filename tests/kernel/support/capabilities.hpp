#pragma once

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace ebpfxx::test {

/// Takes all capabilities from the calling thread, for the rest of its life; other threads keep theirs.
inline void drop_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct none[2] = {};
  if (syscall(SYS_capset, &header, none) != 0)
    throw std::system_error(errno, std::generic_category(), "cannot drop capabilities");
}

}  // namespace ebpfxx::test
