// Programs on the sockets of cgroups, and on sockets.
#include <linux/bpf.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>

#include <ebpfxx/error.hpp>
#include <ebpfxx/runtime/attach/cgroup.hpp>
#include <ebpfxx/runtime/attach/socket_filter.hpp>

#include "cgroup_attach.hpp"
#include "socket_attachment.hpp"

namespace ebpfxx {

CgroupPath CgroupPath::root() {
  std::ifstream mounts("/proc/self/mounts");
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream words(line);
    std::string device, folder, type;
    if (words >> device >> folder >> type && type == "cgroup2") return CgroupPath(folder);
  }
  throw Error(ENOENT, {.attempt = "find the cgroups",
                       .reason = "no cgroup v2 file system is mounted",
                       .advice = "mount -t cgroup2 none /sys/fs/cgroup"});
}

namespace detail::attach {

Link attach_to_cgroup(const CgroupPath& cgroup, bpf_attach_type type, int program, const std::string& name) {
  return CgroupAttach(cgroup, type, program, name).run();
}

Link attach_to_socket(SocketDescriptor socket, int program, const std::string& name) {
  const std::string number_text = std::to_string(socket.fd);
  const auto fail = [&](int number, std::string reason, std::string advice) {
    throw Error(number, {.attempt = "attach " + name + " to socket " + number_text,
                         .name = number_text,
                         .reason = std::move(reason),
                         .advice = std::move(advice)});
  };
  const std::uint64_t cookie = SocketAttachment::cookie_of(socket.fd);
  if (cookie == 0) fail(errno, {}, errno == ENOTSOCK ? "give the descriptor of a socket" : "give an open socket");
  // The kernel would replace a filter that is there. It tells of a classic one how long it is, and refuses to tell of
  // another (sk_get_filter in net/core/filter.c).
  socklen_t length = 0;
  if (getsockopt(socket.fd, SOL_SOCKET, SO_GET_FILTER, nullptr, &length) != 0 ? errno == EACCES : length > 0)
    fail(EBUSY, "it has a filter", "detach that first");
  if (setsockopt(socket.fd, SOL_SOCKET, SO_ATTACH_BPF, &program, sizeof program) != 0)
    fail(errno, errno == EPERM ? "its filter is locked (SO_LOCK_FILTER)" : "", {});
  return Link(new SocketAttachment(socket.fd, cookie));
}

}  // namespace detail::attach
}  // namespace ebpfxx
