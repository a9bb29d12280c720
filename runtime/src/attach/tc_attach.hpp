#pragma once

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <ebpfxx/runtime/attach/target/tc_interface.hpp>

#include "tc_attachment.hpp"

namespace ebpfxx::detail::attach {

/// A loaded program on its way to an interface.
struct TcProgramSource {
  TcDirection direction;
  int descriptor;    ///< of the program
  std::uint32_t id;  ///< the kernel's number for it
  std::string name;
};

/// Makes one program a filter of one interface: finds what is there, decides, adds.
class TcAttach {
 public:
  TcAttach(const TcInterface& place, TcProgramSource source)
      : place_(place),
        source_(std::move(source)),
        failure_(
            "attach " + source_.name + " to " + direction_name(source_.direction) + " of interface " + place.name(),
            place.name()),
        table_(failure_.index()) {}

  Link run() {
    const std::scoped_lock lock(tc_mutex());
    check({table_.error()});
    os::FileDescriptor program = os::FileDescriptor::duplicate(source_.descriptor);
    if (!program.valid()) failure_.raise(errno);
    examine();
    const bool added = make_discipline();
    const netlink::NetlinkAnswer answer = put();
    if (!answer && added) static_cast<void>(table_.remove_empty_discipline());
    check(answer);
    for (const TcFilter& filter : left_over_) static_cast<void>(table_.remove(source_.direction, filter));
    return Link(new TcAttachment(std::move(table_), source_.direction, std::move(filter_), std::move(program), created_,
                                 taken_over_, place_.name()));
  }

 private:
  void check(const netlink::NetlinkAnswer& answer) const {
    if (answer) return;
    std::string advice;
    if (answer.error == ENOENT) advice = "the kernel needs CONFIG_NET_SCH_INGRESS and CONFIG_NET_CLS_BPF";
    failure_.raise(answer.error, answer.to_text(), std::move(advice));
  }

  // Sets `left_over_` to what a killed run of this application has left, and refuses what is in the way.
  void examine() {
    check(table_.discipline(kind_));
    if (!kind_.empty() && kind_ != "clsact")
      failure_.raise(EEXIST, "it has a queueing discipline of kind " + kind_ + ", which excludes clsact",
                     "remove it first: tc qdisc del dev " + place_.name() + " " + kind_);
    for (TcDirection direction : {TcDirection::Ingress, TcDirection::Egress}) {
      std::vector<TcFilter> filters;
      check(table_.filters(direction, filters));
      for (const TcFilter& filter : filters) {
        const std::optional<os::Owner> owner = filter.owner();
        created_ |= owner && owner->is_this_application() && owner->created;
        if (direction == source_.direction) examine(filter, owner);
      }
    }
  }

  void examine(const TcFilter& filter, const std::optional<os::Owner>& owner) {
    const bool in_the_way = place_.handle() != 0 && filter.handle == place_.handle() && place_.priority() != 0 &&
                            filter.priority == place_.priority();
    const bool ours = owner && owner->is_this_application();
    const bool left_over = ours && !owner->alive();
    if (left_over && (in_the_way || owner->program == source_.name)) {
      left_over_.push_back(filter);
      taken_over_ = true;
    } else if (in_the_way) {
      if (ours)
        failure_.raise(EBUSY,
                       "there is " + filter.to_text() + ", of the running process " + std::to_string(owner->process),
                       "detach it or end that process first");
      failure_.raise(EEXIST, "there is " + filter.to_text(), "remove it first, or give another handle() or priority()");
    }
  }

  // Whether clsact had to be added.
  bool make_discipline() {
    if (kind_ == "clsact") return false;
    const netlink::NetlinkAnswer answer = table_.add_discipline();
    if (answer.error == EEXIST) return false;  // somebody was faster
    check(answer);
    created_ = true;
    return true;
  }

  netlink::NetlinkAnswer put() {
    os::Owner owner;
    owner.program = source_.name;
    owner.created = created_;
    owner.program_id = source_.id;
    owner.process = getpid();
    filter_.priority = place_.priority();
    filter_.handle = place_.handle();
    const auto same_place = std::ranges::find_if(left_over_, [&](const TcFilter& filter) {
      return (filter_.priority == 0 || filter.priority == filter_.priority) &&
             (filter_.handle == 0 || filter.handle == filter_.handle);
    });
    const bool replaces = same_place != left_over_.end();
    if (replaces) {
      filter_ = *same_place;
      left_over_.erase(same_place);
    }
    return table_.put_program(source_.direction, replaces, source_.descriptor, owner.to_text(), filter_);
  }

  const TcInterface& place_;
  TcProgramSource source_;
  InterfaceFailure failure_;
  TcTable table_;
  std::string kind_;
  std::vector<TcFilter> left_over_;
  TcFilter filter_;
  bool created_ = false;
  bool taken_over_ = false;
};

}  // namespace ebpfxx::detail::attach
