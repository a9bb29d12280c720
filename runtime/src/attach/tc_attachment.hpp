#pragma once

#include <cerrno>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <ebpfxx/runtime/detail/os/file_descriptor.hpp>
#include <ebpfxx/runtime/link.hpp>

#include "interface_failure.hpp"
#include "tc_table.hpp"

namespace ebpfxx::detail::attach {

/// The lock under which this process changes filters.
inline std::mutex& tc_mutex() {
  static std::mutex mutex;
  return mutex;
}

/// One filter, for `Link`.
class TcAttachment final : public runtime::Attachment {
 public:
  /// `program` is a descriptor of its own: by it others see that the filter has a living owner (Owner::alive).
  TcAttachment(TcTable table, TcDirection direction, TcFilter filter, os::FileDescriptor program, bool created,
               bool taken_over, std::string interface)
      : table_(std::move(table)),
        direction_(direction),
        filter_(std::move(filter)),
        program_(std::move(program)),
        created_(created),
        taken_over_(taken_over),
        interface_(std::move(interface)) {}

  bool taken_over() const override { return taken_over_; }

  void detach() override {
    const std::scoped_lock lock(tc_mutex());
    const InterfaceFailure failure(
        std::string("detach a program from ") + direction_name(direction_) + " of interface " + interface_, interface_);
    std::vector<TcFilter> filters;
    check(failure, table_.filters(direction_, filters));
    for (const TcFilter& filter : filters)
      if (filter.name == filter_.name && filter.priority == filter_.priority && filter.handle == filter_.handle)
        check(failure, table_.remove(direction_, filter));
    std::string kind;
    check(failure, table_.discipline(kind));
    if (created_ && kind == "clsact") check(failure, table_.remove_empty_discipline());
  }

  void keep() override {}  // as it is

 private:
  static void check(const InterfaceFailure& failure, const netlink::NetlinkAnswer& answer) {
    if (!answer) failure.raise(answer.error, answer.to_text());
  }

  TcTable table_;
  TcDirection direction_;
  TcFilter filter_;
  os::FileDescriptor program_;
  bool created_;  ///< clsact is this application's
  bool taken_over_;
  std::string interface_;
};

}  // namespace ebpfxx::detail::attach
