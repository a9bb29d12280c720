#pragma once

#include <net/if.h>

#include <cerrno>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <ebpfxx/error.hpp>
#include <ebpfxx/runtime/attach/target/route.hpp>
#include <ebpfxx/runtime/link.hpp>

#include "../os/capabilities.hpp"
#include "route_owner.hpp"
#include "route_record.hpp"

namespace ebpfxx::detail::attach {

/// A loaded program on its way to a route.
struct RouteProgramSource {
  std::size_t hook;  ///< LWT_BPF_IN, LWT_BPF_OUT, LWT_BPF_XMIT or `seg6_hook`
  int descriptor;    ///< of the program
  std::uint32_t id;  ///< the kernel's number for it
  std::string name;
};

/// "cannot <attempt>: ..." for everything that goes wrong with one route.
class RouteFailure {
 public:
  RouteFailure(std::string attempt, std::string route, std::size_t hook)
      : attempt_(std::move(attempt)), route_(std::move(route)), hook_(hook) {}

  [[noreturn]] void raise(int number, std::string reason, std::string advice = {}, const std::string& name = {}) const {
    throw Error(number, {.attempt = attempt_,
                         .name = name.empty() ? route_ : name,
                         .reason = std::move(reason),
                         .advice = std::move(advice)});
  }

  /// Throws unless the kernel agreed.
  void check(const netlink::NetlinkAnswer& answer) const {
    if (answer) return;
    std::string advice;
    if (answer.error == EPERM) advice = os::missing_rights({os::net_admin, os::bpf});
    if (answer.error == EOPNOTSUPP)
      advice = std::string("the kernel needs CONFIG_") + (hook_ == seg6_hook ? "IPV6_SEG6_BPF" : "LWTUNNEL_BPF");
    raise(answer.error, answer.to_text(), std::move(advice));
  }

 private:
  std::string attempt_, route_;
  std::size_t hook_;
};

/// One program on one route, for `Link`.
class RouteAttachment final : public runtime::Attachment {
 public:
  RouteAttachment(netlink::Netlink netlink, std::shared_ptr<RouteRecord> record, std::size_t hook, std::string route)
      : netlink_(std::move(netlink)),
        record_(std::move(record)),
        hook_(hook),
        name_(record_->programs[hook].name),
        route_(std::move(route)) {}

  bool taken_over() const override { return record_->taken_over; }

  void detach() override {
    auto lock = RouteRecords::instance().lock();
    RouteList list = find_routes(netlink_, record_->key.prefix, record_->key.table);
    forget();
    RouteFailure failure("detach a program from route " + route_, route_, hook_);
    failure.check(list.answer);
    for (const RouteEntry& entry : list.routes)
      if (entry.key() == record_->key && entry.program_names()[hook_] == name_) failure.check(restore(entry));
  }

  void keep() override {
    auto lock = RouteRecords::instance().lock();
    record_->programs[hook_].kept = true;
  }

 private:
  void forget() {
    record_->programs[hook_] = {};
    if (record_->empty()) RouteRecords::instance().remove(record_);
  }

  netlink::NetlinkAnswer restore(const RouteEntry& entry) {
    bool goes = record_->created && record_->empty();
    netlink::NetlinkRequest request = entry.request(goes ? RTM_DELROUTE : RTM_NEWROUTE, goes ? 0 : NLM_F_REPLACE);
    if (!goes) record_->put_encapsulation(request);
    return netlink_.execute(request);
  }

  netlink::Netlink netlink_;
  std::shared_ptr<RouteRecord> record_;
  std::size_t hook_;
  std::string name_;
  std::string route_;
};

}  // namespace ebpfxx::detail::attach
