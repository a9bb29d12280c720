#pragma once

#include <linux/lwtunnel.h>
#include <linux/rtnetlink.h>
#include <linux/seg6_local.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <ebpfxx/runtime/detail/netlink/route_prefix.hpp>

#include "../netlink/netlink_attributes.hpp"
#include "../netlink/rtnetlink.hpp"

namespace ebpfxx::detail::attach {

/// What makes two routes of one network namespace the same route to the kernel.
struct RouteKey {
  netlink::RoutePrefix prefix{};
  std::uint32_t table = RT_TABLE_MAIN;
  std::uint32_t metric = 0;
  std::uint8_t type_of_service = 0;

  auto operator<=>(const RouteKey&) const = default;
};

/// The hooks of a route: those of LWTUNNEL_ENCAP_BPF by their attribute, LWT_BPF_IN, LWT_BPF_OUT, LWT_BPF_XMIT; and the
/// one of LWTUNNEL_ENCAP_SEG6_LOCAL, its action End.BPF. Element 0 is unused.
inline constexpr std::size_t seg6_hook = LWT_BPF_XMIT + 1;
inline constexpr std::array<std::size_t, 4> route_hooks = {LWT_BPF_IN, LWT_BPF_OUT, LWT_BPF_XMIT, seg6_hook};
template <class T>
using PerRouteHook = std::array<T, seg6_hook + 1>;

/// A route as the kernel told it, with all its attributes.
class RouteEntry {
 public:
  explicit RouteEntry(const nlmsghdr* message)
      : header_(*static_cast<const rtmsg*>(mnl_nlmsg_get_payload(message))),
        attributes_(static_cast<const std::byte*>(mnl_nlmsg_get_payload_offset(message, sizeof(rtmsg))),
                    static_cast<const std::byte*>(mnl_nlmsg_get_payload_tail(message))) {}

  const rtmsg& header() const { return header_; }

  /// The content of an attribute; nothing if the route has none of that type.
  std::optional<std::span<const std::byte>> attribute(int type) const { return attributes().find(type); }

  std::optional<std::uint32_t> number(int type) const { return attributes().number(type); }

  RouteKey key() const {
    RouteKey key;
    key.prefix.family = header_.rtm_family;
    key.prefix.length = header_.rtm_dst_len;
    if (auto destination = attribute(RTA_DST)) {
      std::size_t size = std::min(destination->size(), key.prefix.address_size());
      std::copy_n(destination->begin(), size, key.prefix.address.begin());
    }
    key.table = number(RTA_TABLE).value_or(header_.rtm_table);
    key.metric = number(RTA_PRIORITY).value_or(0);
    key.type_of_service = header_.rtm_tos;
    return key;
  }

  bool leads_to(const netlink::RoutePrefix& gateway) const {
    std::optional<std::span<const std::byte>> stated = attribute(RTA_GATEWAY);
    return stated && std::ranges::equal(*stated, gateway.bytes());
  }

  /// LWTUNNEL_ENCAP_*; LWTUNNEL_ENCAP_NONE for a plain route.
  int encapsulation() const {
    std::optional<std::span<const std::byte>> content = attribute(RTA_ENCAP_TYPE);
    std::uint16_t type = LWTUNNEL_ENCAP_NONE;
    if (content && content->size() >= sizeof type) std::memcpy(&type, content->data(), sizeof type);
    return type;
  }

  /// The names of the programs on the route; empty where there is none, "(unnamed)" for one without a name.
  PerRouteHook<std::string> program_names() const {
    PerRouteHook<std::string> names;
    const std::optional<netlink::NetlinkAttributes> encapsulated = attributes().nested(RTA_ENCAP);
    if (!encapsulated) return names;
    const auto take_name = [&](std::size_t hook, int attribute, int name) {
      const std::optional<netlink::NetlinkAttributes> program = encapsulated->nested(attribute);
      if (program) names[hook] = program->text(name).value_or("(unnamed)");
    };
    if (encapsulation() == LWTUNNEL_ENCAP_SEG6_LOCAL) take_name(seg6_hook, SEG6_LOCAL_BPF, SEG6_LOCAL_BPF_PROG_NAME);
    if (encapsulation() == LWTUNNEL_ENCAP_BPF)
      for (const int hook : {LWT_BPF_IN, LWT_BPF_OUT, LWT_BPF_XMIT})
        take_name(static_cast<std::size_t>(hook), hook, LWT_BPF_PROG_NAME);
    return names;
  }

  /// A request about this very route: its header and every attribute but the encapsulation.
  netlink::NetlinkRequest request(std::uint16_t type, std::uint16_t flags) const {
    rtmsg header = header_;
    header.rtm_flags &=
        RTNH_F_ONLINK | RTNH_F_PERVASIVE;  // the others describe a state; the kernel refuses some of them
    netlink::NetlinkRequest request(type, flags, header);
    attributes().for_each([&](int attribute, std::span<const std::byte> content) {
      if (attribute == RTA_ENCAP || attribute == RTA_ENCAP_TYPE) return;
      if (attribute == RTA_CACHEINFO) {
        put_lifetime(request, content);
      } else {
        request.put(static_cast<std::uint16_t>(attribute), content);
      }
    });
    return request;
  }

 private:
  netlink::NetlinkAttributes attributes() const { return netlink::NetlinkAttributes(attributes_); }

  // A dump tells the rest of an IPv6 route's life in clock ticks, a request takes seconds.
  static void put_lifetime(netlink::NetlinkRequest& request, std::span<const std::byte> content) {
    rta_cacheinfo information{};
    std::memcpy(&information, content.data(), std::min(content.size(), sizeof information));
    if (information.rta_expires > 0)
      request.put(RTA_EXPIRES, static_cast<std::uint32_t>(information.rta_expires / sysconf(_SC_CLK_TCK)));
  }

  rtmsg header_;
  std::vector<std::byte> attributes_;
};

struct RouteList {
  netlink::NetlinkAnswer answer{};
  std::vector<RouteEntry> routes{};
};

/// The routes to exactly this prefix in a table.
inline RouteList find_routes(netlink::Netlink& netlink, const netlink::RoutePrefix& prefix, std::uint32_t table) {
  constexpr int attempts = 8;  // a table that changes while it is dumped
  RouteList list;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    rtmsg filter{};
    filter.rtm_family = static_cast<unsigned char>(prefix.family);
    netlink::NetlinkRequest request(RTM_GETROUTE, 0, filter);
    request.put(RTA_TABLE, table);
    list.routes.clear();
    list.answer = netlink.dump(request, [&](const nlmsghdr* message) {
      if (message->nlmsg_type != RTM_NEWROUTE || mnl_nlmsg_get_payload_len(message) < sizeof(rtmsg)) return;
      RouteEntry entry(message);
      bool plain = (entry.header().rtm_flags & RTM_F_CLONED) == 0 && entry.header().rtm_src_len == 0;
      RouteKey key = entry.key();
      if (plain && key.prefix == prefix && key.table == table) list.routes.push_back(std::move(entry));
    });
    if (list.answer.error != EINTR) break;
  }
  if (list.answer.error == ENOENT) list.answer = {};  // the table does not exist yet, so it has no routes
  return list;
}

}  // namespace ebpfxx::detail::attach
