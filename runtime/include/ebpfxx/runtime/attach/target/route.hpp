#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <ebpfxx/runtime/detail/netlink/route_prefix.hpp>

namespace ebpfxx {

/// Which route a lightweight-tunnel program (`Lwt::In`, `Lwt::Out`, `Lwt::Xmit`) is to be attached to.
///
/// `Route{"10.0.0.3/32"}.device("veth0")` creates the route and refuses one that exists; with `.join()` the program
/// joins the one that is there, which keeps all its attributes. Nothing happens before `attach`. The kernel interface
/// is rtnetlink: RTM_NEWROUTE with RTA_ENCAP of LWTUNNEL_ENCAP_BPF.
class Route {
 public:
  /// "10.0.0.3/32", "fd00::/64", "default"; without a length, the one address. Throws Error (EINVAL) for anything else.
  explicit Route(std::string destination);

  /// The interface the route leads through, by name, in the calling thread's network namespace. Together with
  /// `.join()` it says which of several routes is meant.
  Route& device(std::string name) {
    device_ = std::move(name);
    return *this;
  }
  /// The gateway. Throws Error (EINVAL) unless it is an address of the destination's family.
  Route& via(std::string_view address);
  /// The preferred source address of packets the machine itself sends along the route.
  Route& source(std::string_view address);
  /// The routing table: a number (`main` is 254). Default: main.
  Route& table(std::uint32_t number) {
    table_ = number;
    return *this;
  }
  /// "main", "local" or "default". A route created in table local is of type local. Throws Error (EINVAL) for other
  /// names.
  Route& table(std::string_view name);
  /// The priority among routes to the same destination; smaller wins.
  Route& metric(std::uint32_t priority) {
    metric_ = priority;
    return *this;
  }
  /// Bytes the kernel keeps free in front of each packet for what an Xmit program pushes; at most 256. The route's MTU
  /// shrinks by as much. Throws Error (ERANGE) for more.
  Route& headroom(std::uint32_t bytes);
  /// Joins the route that is there instead of creating one. Detaching restores it.
  Route& join() {
    joins_ = true;
    return *this;
  }

  /// The destination as the user wrote it.
  const std::string& destination() const { return text_; }
  /// The destination.
  const detail::netlink::RoutePrefix& prefix() const { return prefix_; }
  const std::string& device() const { return device_; }
  /// The router that the route leads to; empty when there is none.
  const std::optional<detail::netlink::RoutePrefix>& gateway() const { return gateway_; }
  const std::optional<detail::netlink::RoutePrefix>& source() const { return source_; }
  std::uint32_t table() const { return table_; }
  const std::optional<std::uint32_t>& metric() const { return metric_; }
  std::uint32_t headroom() const { return headroom_; }
  /// Whether `join` was called: the route may exist already.
  bool joins() const { return joins_; }

  /// For messages: "10.0.0.3/32 dev veth0 table local", as `ip route` writes it.
  friend std::string to_text(const Route& route);

 private:
  static constexpr std::uint32_t main_table = 254;  // RT_TABLE_MAIN

  [[noreturn]] void fail(std::string name, std::string reason, std::string advice, int number) const;
  detail::netlink::RoutePrefix read_address(const std::string& role, std::string_view address) const;

  std::string text_;
  detail::netlink::RoutePrefix prefix_;
  std::string device_;
  std::optional<detail::netlink::RoutePrefix> gateway_;
  std::optional<detail::netlink::RoutePrefix> source_;
  std::uint32_t table_ = main_table;
  std::optional<std::uint32_t> metric_;
  std::uint32_t headroom_ = 0;
  bool joins_ = false;
};

}  // namespace ebpfxx
