// Programs on routes.
#include <arpa/inet.h>
#include <linux/lwtunnel.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <cerrno>
#include <charconv>
#include <string>
#include <system_error>
#include <utility>

#include <ebpfxx/error.hpp>
#include <ebpfxx/runtime/attach/lwt.hpp>

#include "route_attach.hpp"

namespace ebpfxx {
namespace detail::netlink {

bool RoutePrefix::operator==(const RoutePrefix&) const = default;
std::strong_ordering RoutePrefix::operator<=>(const RoutePrefix&) const = default;

std::size_t RoutePrefix::address_size() const { return family == AF_INET ? 4 : 16; }

bool RoutePrefix::has_host_bits() const {
  for (unsigned bit = length; bit < address_size() * 8; ++bit)
    if ((address[bit / 8] & std::byte(0x80u >> bit % 8)) != std::byte{}) return true;
  return false;
}

std::optional<RoutePrefix> parse_prefix(std::string_view text) {
  RoutePrefix prefix;
  if (text == "default") return prefix;
  std::size_t slash = text.find('/');
  std::string address(text.substr(0, slash));
  if (address.find(':') != std::string::npos) prefix.family = AF_INET6;
  if (inet_pton(prefix.family, address.c_str(), prefix.address.data()) != 1) return std::nullopt;
  unsigned longest = static_cast<unsigned>(prefix.address_size() * 8);
  prefix.length = longest;
  if (slash != std::string_view::npos) {
    std::string_view length = text.substr(slash + 1);
    auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), prefix.length);
    if (error != std::errc() || end != length.data() + length.size() || prefix.length > longest) return std::nullopt;
  }
  return prefix;
}

std::optional<RoutePrefix> parse_address(std::string_view text) {
  if (text == "default" || text.find('/') != std::string_view::npos) return std::nullopt;
  return parse_prefix(text);
}

}  // namespace detail::netlink

namespace detail::attach {

Link attach_to_route(const Route& route, RouteHook hook, int program, const std::string& name) {
  constexpr std::size_t hooks[] = {LWT_BPF_IN, LWT_BPF_OUT, LWT_BPF_XMIT, seg6_hook};  // in the order of RouteHook
  return RouteAttach(route, {hooks[static_cast<std::size_t>(hook)], program, runtime::program_id(program, name), name})
      .run();
}

}  // namespace detail::attach

Route::Route(std::string destination) : text_(std::move(destination)) {
  static_assert(main_table == RT_TABLE_MAIN);
  std::optional<detail::netlink::RoutePrefix> prefix = detail::netlink::parse_prefix(text_);
  if (!prefix)
    fail(text_, "'" + text_ + "' is not an address with a prefix length", "write it as in 10.0.0.3/32", EINVAL);
  if (prefix->has_host_bits())
    fail(text_, "the address has bits beyond its prefix of " + std::to_string(prefix->length) + " bits", {}, EINVAL);
  prefix_ = *prefix;
}

Route& Route::via(std::string_view address) {
  gateway_ = read_address("gateway", address);
  return *this;
}

Route& Route::source(std::string_view address) {
  source_ = read_address("source", address);
  return *this;
}

Route& Route::table(std::string_view name) {
  if (name == "main") return table(RT_TABLE_MAIN);
  if (name == "local") return table(RT_TABLE_LOCAL);
  if (name == "default") return table(RT_TABLE_DEFAULT);
  const std::string text(name);
  fail(text, "there is no table '" + text + "'", "give main, local, default or a number", EINVAL);
}

Route& Route::headroom(std::uint32_t bytes) {
  if (bytes > LWT_BPF_MAX_HEADROOM)
    fail(std::to_string(bytes), "a headroom of " + std::to_string(bytes) + " bytes is too large",
         "the kernel gives at most 256", ERANGE);
  headroom_ = bytes;
  return *this;
}

std::string to_text(const Route& route) {
  std::string text = route.text_;
  if (!route.device_.empty()) text += " dev " + route.device_;
  if (route.table_ == RT_TABLE_LOCAL) {
    text += " table local";
  } else if (route.table_ != RT_TABLE_MAIN) {
    text += " table " + std::to_string(route.table_);
  }
  if (route.metric_) text += " metric " + std::to_string(*route.metric_);
  return text;
}

void Route::fail(std::string name, std::string reason, std::string advice, int number) const {
  throw Error(number, {.attempt = "use route " + text_,
                       .name = std::move(name),
                       .reason = std::move(reason),
                       .advice = std::move(advice)});
}

detail::netlink::RoutePrefix Route::read_address(const std::string& role, std::string_view address) const {
  std::optional<detail::netlink::RoutePrefix> parsed = detail::netlink::parse_address(address);
  std::string name(address);
  if (!parsed) fail(name, "the " + role + " '" + name + "' is not an address", {}, EINVAL);
  if (parsed->family != prefix_.family) fail(name, "the " + role + " " + name + " is of another family", {}, EINVAL);
  return *parsed;
}

}  // namespace ebpfxx
