#pragma once

#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include <arpa/inet.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <ebpfxx/runtime/attach/tc.hpp>

#include "../netlink/netlink_attributes.hpp"
#include "../netlink/rtnetlink.hpp"
#include "../os/owner.hpp"

namespace ebpfxx::detail::attach {

inline std::uint32_t parent_of(TcDirection direction) {
  return TC_H_MAKE(TC_H_CLSACT, direction == TcDirection::Ingress ? TC_H_MIN_INGRESS : TC_H_MIN_EGRESS);
}
inline const char* direction_name(TcDirection direction) {
  return direction == TcDirection::Ingress ? "ingress" : "egress";
}

/// A filter as the kernel tells of it.
struct TcFilter {
  std::uint16_t priority = 0;
  std::uint32_t handle = 0;
  std::string kind{};         ///< "bpf", "u32", ...
  std::string name{};         ///< of a bpf filter: what its maker called it
  std::uint32_t program = 0;  ///< of a bpf filter: the program's id

  TcFilter() = default;
  explicit TcFilter(const nlmsghdr* message) {
    const auto* header = static_cast<const tcmsg*>(mnl_nlmsg_get_payload(message));
    priority = static_cast<std::uint16_t>(header->tcm_info >> 16);
    handle = header->tcm_handle;
    const netlink::NetlinkAttributes attributes = netlink::NetlinkAttributes::of<tcmsg>(message);
    kind = attributes.text(TCA_KIND).value_or("");
    const std::optional<netlink::NetlinkAttributes> options = attributes.nested(TCA_OPTIONS);
    if (kind != "bpf" || !options) return;
    name = options->text(TCA_BPF_NAME).value_or("");
    program = options->number(TCA_BPF_ID).value_or(0);
  }

  std::optional<os::Owner> owner() const { return os::Owner::parse(name); }

  /// "filter ebpfxx:... at priority 1, handle 1".
  std::string to_text() const {
    std::string what = name.empty() ? "a filter of kind " + kind : "the filter " + name;
    if (program != 0) what += " (program " + std::to_string(program) + ")";
    return what + " at priority " + std::to_string(priority) + ", handle " + std::to_string(handle);
  }
};

/// The filters and the clsact of one interface, in the network namespace of a netlink socket.
class TcTable {
 public:
  explicit TcTable(unsigned interface) : interface_(interface) {}

  int error() const { return netlink_.error(); }

  /// The kind of what is where clsact would: "clsact", "ingress", or nothing.
  netlink::NetlinkAnswer discipline(std::string& kind) {
    netlink::NetlinkRequest request(RTM_GETQDISC, 0, header(0, 0));
    return netlink_.dump(request, [&](const nlmsghdr* message) {
      const auto* found = static_cast<const tcmsg*>(mnl_nlmsg_get_payload(message));
      if (found->tcm_ifindex != static_cast<int>(interface_) || found->tcm_handle != clsact_handle) return;
      kind = netlink::NetlinkAttributes::of<tcmsg>(message).text(TCA_KIND).value_or("");
    });
  }

  netlink::NetlinkAnswer add_discipline() {
    netlink::NetlinkRequest request(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL, header(TC_H_CLSACT, clsact_handle));
    request.put(TCA_KIND, std::string("clsact"));
    return netlink_.execute(request);
  }

  netlink::NetlinkAnswer remove_discipline() {
    netlink::NetlinkRequest request(RTM_DELQDISC, 0, header(TC_H_CLSACT, clsact_handle));
    return netlink_.execute(request);
  }

  netlink::NetlinkAnswer filters(TcDirection direction, std::vector<TcFilter>& filters) {
    netlink::NetlinkRequest request(RTM_GETTFILTER, 0, header(parent_of(direction), 0));
    return netlink_.dump(request, [&](const nlmsghdr* message) {
      TcFilter filter(message);
      if (filter.handle != 0) filters.push_back(std::move(filter));  // without: the list of a priority, by itself
    });
  }

  /// Adds a program, or replaces the filter at `place`; `place` becomes where it is.
  netlink::NetlinkAnswer put_program(TcDirection direction, bool replaces, int program, const std::string& name,
                                     TcFilter& place) {
    const auto flags = static_cast<std::uint16_t>(NLM_F_CREATE | NLM_F_ECHO | (replaces ? NLM_F_REPLACE : NLM_F_EXCL));
    netlink::NetlinkRequest request(RTM_NEWTFILTER, flags, filter_header(direction, place));
    request.put(TCA_KIND, std::string("bpf"));
    request.nest(TCA_OPTIONS | NLA_F_NESTED, [&] {
      request.put(TCA_BPF_FD, static_cast<std::uint32_t>(program));
      request.put(TCA_BPF_NAME, name);
      request.put(TCA_BPF_FLAGS, static_cast<std::uint32_t>(TCA_BPF_FLAG_ACT_DIRECT));
    });
    return netlink_.execute(request, [&](const nlmsghdr* message) {
      if (message->nlmsg_type == RTM_NEWTFILTER) place = TcFilter(message);
    });
  }

  netlink::NetlinkAnswer remove(TcDirection direction, const TcFilter& filter) {
    netlink::NetlinkRequest request(RTM_DELTFILTER, 0, filter_header(direction, filter));
    request.put(TCA_KIND, filter.kind);
    return netlink_.execute(request);
  }

  /// Removes clsact if no filter hangs there. The kernel has no such operation, so a filter that somebody adds at this
  /// very moment goes too.
  netlink::NetlinkAnswer remove_empty_discipline() {
    std::vector<TcFilter> left;
    for (TcDirection direction : {TcDirection::Ingress, TcDirection::Egress})
      if (netlink::NetlinkAnswer answer = filters(direction, left); !answer) return answer;
    return left.empty() ? remove_discipline() : netlink::NetlinkAnswer{};
  }

 private:
  static constexpr std::uint32_t clsact_handle = TC_H_MAKE(TC_H_CLSACT, 0);

  tcmsg header(std::uint32_t parent, std::uint32_t handle) const {
    tcmsg header{};
    header.tcm_ifindex = static_cast<int>(interface_);
    header.tcm_parent = parent;
    header.tcm_handle = handle;
    return header;
  }

  tcmsg filter_header(TcDirection direction, const TcFilter& filter) const {
    tcmsg message = header(parent_of(direction), filter.handle);
    message.tcm_info = TC_H_MAKE(std::uint32_t{filter.priority} << 16, htons(ETH_P_ALL));
    return message;
  }

  unsigned interface_;
  netlink::Netlink netlink_;
};

}  // namespace ebpfxx::detail::attach
