#pragma once

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include <cerrno>
#include <cstdint>
#include <string>

#include <ebpfxx/runtime/detail/os/file_descriptor.hpp>

#include "../load/libbpf_messages.hpp"
#include "../netlink/rtnetlink.hpp"

namespace ebpfxx::detail::attach {

/// The XDP program that an interface runs.
struct XdpOccupant {
  std::uint32_t program = 0;  ///< its id; 0: none
  std::uint32_t mode = 0;     ///< XDP_FLAGS_*_MODE

  /// Asks the kernel about an interface of the calling thread's network namespace; `error` is a positive errno.
  static XdpOccupant of(unsigned interface, int& error) {
    const load::LibbpfMessages silence;
    bpf_xdp_query_opts answer{};
    answer.sz = sizeof answer;
    error = -bpf_xdp_query(static_cast<int>(interface), 0, &answer);
    if (error != 0) return {};
    if (answer.drv_prog_id != 0) return {answer.drv_prog_id, XDP_FLAGS_DRV_MODE};
    if (answer.skb_prog_id != 0) return {answer.skb_prog_id, XDP_FLAGS_SKB_MODE};
    if (answer.hw_prog_id != 0) return {answer.hw_prog_id, XDP_FLAGS_HW_MODE};
    return {};
  }

  explicit operator bool() const { return program != 0; }

  const char* mode_name() const {
    if (mode == XDP_FLAGS_DRV_MODE) return "driver";
    return mode == XDP_FLAGS_SKB_MODE ? "generic" : "offloaded";
  }

  /// "count_all (id 7)": the kernel keeps 15 characters of a program's name.
  std::string to_text() const {
    const os::FileDescriptor descriptor(bpf_prog_get_fd_by_id(program));
    bpf_prog_info information{};
    std::uint32_t size = sizeof information;
    std::string id = "(id " + std::to_string(program) + ")";
    if (!descriptor.valid() || bpf_obj_get_info_by_fd(descriptor.fd(), &information, &size) != 0) return id;
    return information.name + (" " + id);
  }

  /// Whether some bpf_link holds the program on this interface. Ids of links are walked; without the right to (
  /// CAP_SYS_ADMIN) the answer is no.
  bool held_by_link(unsigned interface) const {
    for (std::uint32_t id = 0; bpf_link_get_next_id(id, &id) == 0;) {
      const os::FileDescriptor link(bpf_link_get_fd_by_id(id));
      bpf_link_info information{};
      std::uint32_t size = sizeof information;
      if (!link.valid() || bpf_obj_get_info_by_fd(link.fd(), &information, &size) != 0) continue;
      if (information.type == BPF_LINK_TYPE_XDP && information.prog_id == program &&
          information.xdp.ifindex == interface)
        return true;
    }
    return false;
  }
};

/// Exchanges a program that no link holds: puts `program` (-1: none) on the interface, if `expected` (-1: none) is
/// there. Works in the network namespace of `netlink`.
inline netlink::NetlinkAnswer exchange_xdp_program(netlink::Netlink& netlink, unsigned interface, std::uint32_t mode,
                                                   int program, int expected) {
  ifinfomsg header{};
  header.ifi_index = static_cast<int>(interface);
  netlink::NetlinkRequest request(RTM_SETLINK, 0, header);
  request.nest(IFLA_XDP | NLA_F_NESTED, [&] {
    const std::uint32_t flags = mode | (expected >= 0 ? XDP_FLAGS_REPLACE : XDP_FLAGS_UPDATE_IF_NOEXIST);
    request.put(IFLA_XDP_FD, static_cast<std::uint32_t>(program));
    request.put(IFLA_XDP_FLAGS, flags);
    if (expected >= 0) request.put(IFLA_XDP_EXPECTED_FD, static_cast<std::uint32_t>(expected));
  });
  return netlink.execute(request);
}

}  // namespace ebpfxx::detail::attach
