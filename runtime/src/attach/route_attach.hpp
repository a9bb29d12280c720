#pragma once

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "route_attachment.hpp"

namespace ebpfxx::detail::attach {

/// Puts one program on one route: finds what is there, decides, writes the route.
class RouteAttach {
 public:
  RouteAttach(const Route& route, RouteProgramSource source)
      : route_(route),
        source_(std::move(source)),
        failure_("attach " + source_.name + " to route " + to_text(route), to_text(route), source_.hook),
        place_(os::NetworkNamespace::current()) {}

  Link run() {
    auto lock = RouteRecords::instance().lock();
    failure_.check({netlink_.error()});
    refuse_ipv6_local();
    if (source_.hook == seg6_hook && route_.prefix().family != AF_INET6)
      failure_.raise(EAFNOSUPPORT, "segment routing is for IPv6", "give an IPv6 route");
    find_device();
    RouteList list = find_routes(netlink_, route_.prefix(), route_.table());
    failure_.check(list.answer);
    std::optional<RouteEntry> entry = route_.joins() ? the_one_to_join(list.routes) : the_one_in_the_way(list.routes);
    start_record(entry);
    failure_.check(write(entry));
    RouteRecords& records = RouteRecords::instance();
    if (records.find(place_, record_->key) != record_) records.add(record_);
    return Link(new RouteAttachment(std::move(netlink_), record_, source_.hook, to_text(route_)));
  }

 private:
  void refuse_ipv6_local() const {
    // The kernel takes the metric 0 of these routes as "not given" and makes it 1024 (net/ipv6/route.c), so a
    // replacement would be beside the route, not in its place.
    if (route_.prefix().family == AF_INET6 && route_.table() == RT_TABLE_LOCAL)
      failure_.raise(EOPNOTSUPP, "the kernel cannot replace an IPv6 route of table local",
                     "attach to a route of another table, or to the IPv4 address");
  }

  void find_device() {
    if (route_.device().empty()) return;
    device_ = if_nametoindex(route_.device().c_str());
    if (device_ == 0)
      failure_.raise(ENODEV, "there is no interface " + route_.device() + " in this network namespace", {},
                     route_.device());
  }

  bool matches(const RouteEntry& entry) const {
    if (device_ != 0 && entry.number(RTA_OIF) != device_ && !entry.attribute(RTA_MULTIPATH)) return false;
    if (route_.gateway() && !entry.leads_to(*route_.gateway())) return false;
    return !route_.metric() || entry.key().metric == *route_.metric();
  }

  RouteEntry the_one_to_join(const std::vector<RouteEntry>& routes) const {
    const RouteEntry* found = nullptr;
    for (const RouteEntry& entry : routes) {
      if (!matches(entry)) continue;
      if (found != nullptr)
        failure_.raise(ENOTUNIQ, "there is more than one such route", "say which by metric() or device()");
      found = &entry;
    }
    if (found == nullptr) failure_.raise(ESRCH, "there is no such route", "without join() the route is created");
    for (const RouteEntry& entry : routes)
      if (&entry != found && entry.key() == found->key())
        failure_.raise(ENOTUNIQ,
                       "a second route differs in its next hop only, and the kernel replaces the first of the two");
    const unsigned char type = found->header().rtm_type;
    if (type == RTN_BLACKHOLE || type == RTN_UNREACHABLE || type == RTN_PROHIBIT || type == RTN_THROW)
      failure_.raise(EOPNOTSUPP,
                     "it leads nowhere (blackhole, unreachable, prohibit or throw) and would not run a program");
    if (found->attribute(RTA_MULTIPATH))
      failure_.raise(EOPNOTSUPP, "it has several next hops (multipath)", "attach to routes with one next hop");
    if (found->attribute(RTA_NH_ID))
      failure_.raise(EOPNOTSUPP, "it leads to a nexthop object (nhid), which cannot carry a program",
                     "attach to routes with a device or a gateway of their own");
    return *found;
  }

  // A route that exists is in the way of a new one unless this application made it: earlier in this process for another
  // hook, or in a run that was killed.
  std::optional<RouteEntry> the_one_in_the_way(const std::vector<RouteEntry>& routes) const {
    for (const RouteEntry& entry : routes) {
      if (entry.key() != new_key()) continue;
      std::shared_ptr<RouteRecord> record = RouteRecords::instance().find(place_, entry.key());
      bool ours = record && record->created && carries(entry, *record);
      for (const std::string& name : entry.program_names())
        if (std::optional<RouteOwner> owner = RouteOwner::parse(name))
          ours |= owner->created && owner->is_this_application() && !owner->alive();
      if (!ours) failure_.raise(EEXIST, "the route exists", "use join() to add the program to it");
      return entry;
    }
    return std::nullopt;
  }

  RouteKey new_key() const {
    constexpr std::uint32_t ipv6_default_metric = 1024;  // IP6_RT_PRIO_USER in the kernel's uapi/linux/ipv6_route.h
    std::uint32_t metric = route_.metric().value_or(0);
    if (route_.prefix().family == AF_INET6 && metric == 0) metric = ipv6_default_metric;
    return {route_.prefix(), route_.table(), metric, 0};
  }

  // Sets `record_` to what will be on the route, if nothing that is there speaks against it.
  void start_record(const std::optional<RouteEntry>& entry) {
    RouteKey key = entry ? entry->key() : new_key();
    std::shared_ptr<RouteRecord> known = RouteRecords::instance().find(place_, key);
    record_ = std::make_shared<RouteRecord>();
    record_->place = place_;
    record_->key = key;
    record_->created = !entry;
    if (entry) examine(*entry, known.get());
    if (!entry && device_ == 0 && !route_.gateway())
      failure_.raise(ENODEV, "a new route needs a device() or a gateway via()", "join() takes the one that is there");
    if (entry && known && carries(*entry, *known)) record_ = known;
    RouteOwner owner;
    owner.program = source_.name;
    owner.created = record_->created;
    owner.program_id = source_.id;
    owner.process = getpid();
    owner.headroom = std::max(record_->headroom, route_.headroom());
    record_name_ = owner.to_text();
  }

  static bool carries(const RouteEntry& entry, const RouteRecord& record) {
    PerRouteHook<std::string> names = entry.program_names();
    for (std::size_t hook : route_hooks)
      if (!record.programs[hook].name.empty() && record.programs[hook].name == names[hook]) return true;
    return false;
  }

  void examine(const RouteEntry& entry, const RouteRecord* known) {
    int encapsulation = entry.encapsulation();
    PerRouteHook<std::string> names = entry.program_names();
    // A route of seg6local without a program has another action.
    const bool fits = source_.hook == seg6_hook ? !names[seg6_hook].empty() : encapsulation == LWTUNNEL_ENCAP_BPF;
    if (encapsulation != LWTUNNEL_ENCAP_NONE && !fits)
      failure_.raise(EEXIST,
                     std::string("it carries another encapsulation (") + encapsulation_name(encapsulation) + ")");
    for (std::size_t hook : route_hooks) {
      if (names[hook].empty()) continue;
      bool ours = known && known->programs[hook].name == names[hook];
      bool in_the_way = ours && hook == source_.hook;
      if (in_the_way && known->programs[hook].kept) continue;
      if (in_the_way)
        failure_.raise(EBUSY, "this process has already attached " + names[hook] + " to that hook of it",
                       "detach it first");
      if (!ours) examine_stranger(names[hook]);
    }
  }

  void examine_stranger(const std::string& name) {
    std::optional<RouteOwner> owner = RouteOwner::parse(name);
    if (!owner || !owner->is_this_application())
      failure_.raise(EEXIST, "it carries another program, " + name, "remove that program first", name);
    if (owner->alive())
      failure_.raise(EBUSY, "it carries " + name + " of the running process " + std::to_string(owner->process),
                     "end that process first", name);
    record_->created |= owner->created;
    record_->taken_over = true;
  }

  static const char* encapsulation_name(int type) {
    constexpr const char* names[] = {"none", "mpls",      "ip",  "ila",   "ip6", "seg6",
                                     "bpf",  "seg6local", "rpl", "ioam6", "xfrm"};
    return static_cast<std::size_t>(type) < std::size(names) ? names[type] : "of an unknown kind";
  }

  // Sends the route with all its programs; the record keeps the new one only if the kernel took it.
  netlink::NetlinkAnswer write(const std::optional<RouteEntry>& entry) {
    os::FileDescriptor descriptor = os::FileDescriptor::duplicate(source_.descriptor);
    if (!descriptor.valid()) return {errno};
    bool joins = entry && (route_.joins() || !record_->empty());
    netlink::NetlinkRequest request = joins ? entry->request(RTM_NEWROUTE, NLM_F_REPLACE) : creation(entry.has_value());
    std::uint32_t headroom = std::exchange(record_->headroom, std::max(record_->headroom, route_.headroom()));
    RouteProgram& program = record_->programs[source_.hook];
    RouteProgram earlier = std::exchange(program, {std::move(descriptor), record_name_});
    record_->put_encapsulation(request);
    netlink::NetlinkAnswer answer = netlink_.execute(request);
    if (!answer) {
      program = std::move(earlier);
      record_->headroom = headroom;
    }
    return answer;
  }

  netlink::NetlinkRequest creation(bool over_left_over) const {
    const bool ipv4 = route_.prefix().family == AF_INET;
    rtmsg header{};
    header.rtm_family = static_cast<unsigned char>(route_.prefix().family);
    header.rtm_dst_len = static_cast<unsigned char>(route_.prefix().length);
    header.rtm_table = static_cast<unsigned char>(route_.table() < 256 ? route_.table() : RT_TABLE_UNSPEC);
    header.rtm_protocol = RTPROT_BOOT;
    header.rtm_type = route_.table() == RT_TABLE_LOCAL ? RTN_LOCAL : RTN_UNICAST;
    header.rtm_scope = RT_SCOPE_UNIVERSE;
    if (ipv4 && !route_.gateway()) header.rtm_scope = RT_SCOPE_LINK;
    if (ipv4 && route_.table() == RT_TABLE_LOCAL) header.rtm_scope = RT_SCOPE_HOST;
    netlink::NetlinkRequest request(RTM_NEWROUTE, NLM_F_CREATE | (over_left_over ? NLM_F_REPLACE : NLM_F_EXCL), header);
    if (route_.prefix().length > 0) request.put(RTA_DST, route_.prefix().bytes());
    request.put(RTA_TABLE, route_.table());
    if (device_ != 0) request.put(RTA_OIF, device_);
    if (route_.gateway()) request.put(RTA_GATEWAY, route_.gateway()->bytes());
    if (route_.source()) request.put(RTA_PREFSRC, route_.source()->bytes());
    if (route_.metric()) request.put(RTA_PRIORITY, *route_.metric());
    return request;
  }

  const Route& route_;
  RouteProgramSource source_;
  RouteFailure failure_;
  os::NetworkNamespace place_;
  netlink::Netlink netlink_;
  std::uint32_t device_ = 0;
  std::shared_ptr<RouteRecord> record_;
  std::string record_name_;
};

}  // namespace ebpfxx::detail::attach
