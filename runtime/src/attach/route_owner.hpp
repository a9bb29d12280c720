#pragma once

#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>

#include "../os/owner.hpp"

namespace ebpfxx::detail::attach {

/// What is in the name of a program on a route (LWT_BPF_PROG_NAME): the only thing the kernel gives back about it.
///
/// As text an Owner with `,headroom=<bytes>`. The program's id and the headroom also keep attachments apart for the
/// kernel, which compares programs on routes by name alone (bpf_encap_cmp in net/core/lwt_bpf.c) and would let routes
/// share the earlier one.
struct RouteOwner : os::Owner {
  std::uint32_t headroom = 0;  ///< bytes

  std::string to_text() const { return os::Owner::to_text(",headroom=" + std::to_string(headroom)); }

  static std::optional<RouteOwner> parse(const std::string& text) {
    std::string more;
    std::optional<os::Owner> owner = os::Owner::parse(text, more);
    RouteOwner route;
    int end = 0;
    if (!owner || std::sscanf(more.c_str(), ",headroom=%u]%n", &route.headroom, &end) != 1 ||
        static_cast<std::size_t>(end) != more.size())
      return std::nullopt;
    static_cast<os::Owner&>(route) = std::move(*owner);
    return route;
  }
};

}  // namespace ebpfxx::detail::attach
