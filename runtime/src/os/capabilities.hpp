#pragma once

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <initializer_list>
#include <string>

namespace ebpfxx::detail::os {

struct Capability {
  int number;
  const char* name;
};

inline constexpr Capability net_admin{CAP_NET_ADMIN, "CAP_NET_ADMIN"};
inline constexpr Capability sys_admin{CAP_SYS_ADMIN, "CAP_SYS_ADMIN"};
inline constexpr Capability bpf{CAP_BPF, "CAP_BPF"};
inline constexpr Capability perfmon{CAP_PERFMON, "CAP_PERFMON"};

/// Whether the calling thread holds a capability (capget(2), effective set).
inline bool holds(Capability capability) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};
  if (syscall(SYS_capget, &header, data) != 0) return false;
  return (data[capability.number / 32].effective >> capability.number % 32 & 1) != 0;
}

/// The advice behind an EPERM: which of the needed capabilities the thread lacks. CAP_SYS_ADMIN stands in for CAP_BPF
/// and CAP_PERFMON, but not for CAP_NET_ADMIN.
inline std::string missing_rights(std::initializer_list<Capability> needed) {
  bool administrator = holds(sys_admin);
  std::string missing;
  for (const Capability& capability : needed) {
    bool stands_in = administrator && capability.number != CAP_NET_ADMIN;
    if (stands_in || holds(capability)) continue;
    if (!missing.empty()) missing += " and ";
    missing += capability.name;
  }
  if (!missing.empty()) return "this needs " + missing + " (run it as root)";
  return "the rights are there, so a container, a user namespace or the kernel's lockdown forbids it";
}

}  // namespace ebpfxx::detail::os
