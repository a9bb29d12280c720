#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <ebpfxx/runtime/detail/os/file_descriptor.hpp>
#include <ebpfxx/runtime/link.hpp>

#include "link_pin.hpp"

namespace ebpfxx::detail::attach {

/// Which program is attached to what.
struct EventTarget {
  std::string program;
  std::string kind;  ///< "tracepoint"
  std::string name;  ///< "sched/sched_switch"
  std::string key;   ///< for the file of a link that is kept: "tracepoint:sched:sched_switch"

  std::string attempt() const { return "attach " + program + " to " + kind + " " + name; }
};

/// A program at a source of events, through bpf_links that end with their descriptors. Other programs at the same
/// source are none of its business.
class EventAttachment final : public runtime::Attachment {
 public:
  /// `links` are at work: what an earlier run of the application kept at this target ends now.
  EventAttachment(EventTarget target, std::vector<os::FileDescriptor> links)
      : target_(std::move(target)), links_(std::move(links)) {
    for (std::size_t i = 0; pin(i).get().valid(); ++i) {
      pin(i).remove();
      taken_over_ = true;
    }
  }

  void detach() override { links_.clear(); }
  bool taken_over() const override { return taken_over_; }

  void keep() override {
    std::size_t kept = 0;
    try {
      for (; kept < links_.size(); ++kept) pin(kept).keep(links_[kept].fd(), target_.kind, target_.name);
    } catch (...) {
      while (kept > 0) pin(--kept).remove();
      throw;
    }
  }

 private:
  LinkPin pin(std::size_t number) const {
    return LinkPin(target_.key + ":" + target_.program + ":" + std::to_string(number));
  }

  EventTarget target_;
  std::vector<os::FileDescriptor> links_;
  bool taken_over_ = false;
};

inline Link event_link(EventTarget target, std::vector<os::FileDescriptor> links) {
  return Link(new EventAttachment(std::move(target), std::move(links)));
}
inline Link event_link(EventTarget target, os::FileDescriptor link) {
  std::vector<os::FileDescriptor> links;
  links.push_back(std::move(link));
  return event_link(std::move(target), std::move(links));
}

}  // namespace ebpfxx::detail::attach
