#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <ebpfxx/runtime/detail/os/file_descriptor.hpp>

#include "../os/network_namespace.hpp"
#include "route_table.hpp"

namespace ebpfxx::detail::attach {

/// A program of this process on a route.
struct RouteProgram {
  os::FileDescriptor program{};  ///< a reference of its own, since the kernel gives none back
  std::string name{};            ///< as it is on the route; empty: none at this hook
  bool kept = false;             ///< left behind on purpose; the reference is still needed when another hook changes
};

/// What this process has attached to one route. A route carries one encapsulation for all hooks, so whoever adds or
/// removes one program must write the others again.
struct RouteRecord {
  os::NetworkNamespace place{};
  RouteKey key{};
  PerRouteHook<RouteProgram> programs{};
  std::uint32_t headroom = 0;  ///< bytes; not in the kernel's dumps
  bool created = false;        ///< the route goes with its last program
  bool taken_over = false;

  bool empty() const {
    return std::ranges::all_of(programs, [](const RouteProgram& program) { return program.name.empty(); });
  }

  /// Adds RTA_ENCAP for all programs; nothing without programs.
  void put_encapsulation(netlink::NetlinkRequest& request) const {
    if (empty()) return;
    if (!programs[seg6_hook].name.empty()) return put_seg6(request);
    request.put(RTA_ENCAP_TYPE, static_cast<std::uint16_t>(LWTUNNEL_ENCAP_BPF));
    request.nest(RTA_ENCAP, [&] {
      for (std::size_t hook : route_hooks) {
        const RouteProgram& program = programs[hook];
        if (program.name.empty()) continue;
        request.nest(static_cast<std::uint16_t>(hook), [&] {
          request.put(LWT_BPF_PROG_FD, static_cast<std::uint32_t>(program.program.fd()));
          request.put(LWT_BPF_PROG_NAME, program.name);
        });
      }
      if (headroom > 0) request.put(LWT_BPF_XMIT_HEADROOM, headroom);
    });
  }

 private:
  void put_seg6(netlink::NetlinkRequest& request) const {
    const RouteProgram& program = programs[seg6_hook];
    request.put(RTA_ENCAP_TYPE, static_cast<std::uint16_t>(LWTUNNEL_ENCAP_SEG6_LOCAL));
    request.nest(RTA_ENCAP, [&] {
      request.put(SEG6_LOCAL_ACTION, std::uint32_t{SEG6_LOCAL_ACTION_END_BPF});
      request.nest(SEG6_LOCAL_BPF, [&] {
        request.put(SEG6_LOCAL_BPF_PROG, static_cast<std::uint32_t>(program.program.fd()));
        request.put(SEG6_LOCAL_BPF_PROG_NAME, program.name);
      });
    });
  }
};

/// The routes of this process, and the lock under which routes change.
class RouteRecords {
 public:
  static RouteRecords& instance() {
    static RouteRecords* const records = new RouteRecords;  // never destroyed: links may be static variables
    return *records;
  }

  [[nodiscard]] std::unique_lock<std::mutex> lock() { return std::unique_lock(mutex_); }

  /// The latest record of a route, or null. An earlier one is about a route that somebody else has replaced since.
  std::shared_ptr<RouteRecord> find(const os::NetworkNamespace& place, const RouteKey& key) {
    std::shared_ptr<RouteRecord> found;
    for (const std::shared_ptr<RouteRecord>& record : records_)
      if (record->place == place && record->key == key) found = record;
    return found;
  }

  void add(std::shared_ptr<RouteRecord> record) { records_.push_back(std::move(record)); }
  void remove(const std::shared_ptr<RouteRecord>& record) { std::erase(records_, record); }

 private:
  std::mutex mutex_;
  std::vector<std::shared_ptr<RouteRecord>> records_;
};

}  // namespace ebpfxx::detail::attach
