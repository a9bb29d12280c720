#pragma once

#include <linux/lwtunnel.h>
#include <linux/rtnetlink.h>

#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <ebpfxx/error.hpp>
#include <ebpfxx/runtime/route_destination.hpp>

namespace ebpfxx {

/// Which route a lightweight-tunnel program (`Lwt::In`, `Lwt::Out`, `Lwt::Xmit`) is to be attached to.
///
/// `Route{"10.0.0.3/32"}.device("veth0")` creates the route and refuses one that exists; with `.replace()` the program
/// joins the one that is there, which keeps all its attributes. Nothing happens before `attach`. The kernel interface
/// is rtnetlink: RTM_NEWROUTE with RTA_ENCAP of LWTUNNEL_ENCAP_BPF.
class Route {
 public:
  /// "10.0.0.3/32", "fd00::/64", "default"; without a length, the one address. Throws Error (EINVAL) for anything else.
  explicit Route(std::string destination) : text_(std::move(destination)) {
    std::optional<detail::RoutePrefix> prefix = detail::parse_prefix(text_);
    if (!prefix) fail(text_, "'" + text_ + "' is not an address with a prefix length", "write it as in 10.0.0.3/32");
    if (prefix->has_host_bits())
      fail(text_, "the address has bits beyond its prefix of " + std::to_string(prefix->length) + " bits", {});
    prefix_ = *prefix;
  }

  /// The interface the route leads through, by name, in the calling thread's network namespace. Together with
  /// `.replace()` it says which of several routes is meant.
  Route& device(std::string name) {
    device_ = std::move(name);
    return *this;
  }

  /// The gateway. Throws Error (EINVAL) unless it is an address of the destination's family.
  Route& via(std::string_view address) {
    gateway_ = read_address("gateway", address);
    return *this;
  }

  /// The preferred source address of packets the machine itself sends along the route.
  Route& source(std::string_view address) {
    source_ = read_address("source", address);
    return *this;
  }

  /// The routing table: a number (`main` is 254). Default: main.
  Route& table(std::uint32_t number) {
    table_ = number;
    return *this;
  }

  /// "main", "local" or "default". A route created in table local is of type local. Throws Error (EINVAL) for other
  /// names.
  Route& table(std::string_view name) {
    if (name == "main") return table(RT_TABLE_MAIN);
    if (name == "local") return table(RT_TABLE_LOCAL);
    if (name == "default") return table(RT_TABLE_DEFAULT);
    fail(std::string(name), "there is no table '" + std::string(name) + "'", "give main, local, default or a number");
  }

  /// The priority among routes to the same destination; smaller wins.
  Route& metric(std::uint32_t priority) {
    metric_ = priority;
    return *this;
  }

  /// Bytes the kernel keeps free in front of each packet for what an Xmit program pushes; at most 256. The route's MTU
  /// shrinks by as much.
  Route& headroom(std::uint32_t bytes) {
    if (bytes > LWT_BPF_MAX_HEADROOM)
      fail(std::to_string(bytes), "a headroom of " + std::to_string(bytes) + " bytes is too large",
           "the kernel gives at most 256", ERANGE);
    headroom_ = bytes;
    return *this;
  }

  /// Joins the route that is there instead of creating one. Detaching restores it.
  Route& replace() {
    replaces_ = true;
    return *this;
  }

  /// The destination as the user wrote it.
  const std::string& destination() const { return text_; }

  const detail::RoutePrefix& prefix() const { return prefix_; }
  const std::string& device() const { return device_; }
  const std::optional<detail::RoutePrefix>& gateway() const { return gateway_; }
  const std::optional<detail::RoutePrefix>& source() const { return source_; }
  std::uint32_t table() const { return table_; }
  const std::optional<std::uint32_t>& metric() const { return metric_; }
  std::uint32_t headroom() const { return headroom_; }
  bool replaces() const { return replaces_; }

  /// For messages: "10.0.0.3/32 dev veth0 table local", as `ip route` writes it.
  std::string print() const {
    std::string text = text_;
    if (!device_.empty()) text += " dev " + device_;
    if (table_ == RT_TABLE_LOCAL) {
      text += " table local";
    } else if (table_ != RT_TABLE_MAIN) {
      text += " table " + std::to_string(table_);
    }
    if (metric_) text += " metric " + std::to_string(*metric_);
    return text;
  }

 private:
  [[noreturn]] void fail(std::string name, std::string reason, std::string advice, int number = EINVAL) const {
    throw Error(number, {.attempt = "use route " + text_,
                         .name = std::move(name),
                         .reason = std::move(reason),
                         .advice = std::move(advice)});
  }

  detail::RoutePrefix read_address(const std::string& role, std::string_view address) const {
    std::optional<detail::RoutePrefix> parsed = detail::parse_address(address);
    std::string name(address);
    if (!parsed) fail(name, "the " + role + " '" + name + "' is not an address", {});
    if (parsed->family != prefix_.family) fail(name, "the " + role + " " + name + " is of another family", {});
    return *parsed;
  }

  std::string text_;
  detail::RoutePrefix prefix_;
  std::string device_;
  std::optional<detail::RoutePrefix> gateway_;
  std::optional<detail::RoutePrefix> source_;
  std::uint32_t table_ = RT_TABLE_MAIN;
  std::optional<std::uint32_t> metric_;
  std::uint32_t headroom_ = 0;
  bool replaces_ = false;
};

}  // namespace ebpfxx
