#pragma once

#include <net/if.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include <ebpfxx/error.hpp>

#include "../os/capabilities.hpp"

namespace ebpfxx::detail::attach {

/// "cannot <attempt>: ..." for everything that goes wrong with one interface.
class InterfaceFailure {
 public:
  InterfaceFailure(std::string attempt, std::string interface)
      : attempt_(std::move(attempt)), interface_(std::move(interface)) {}

  const std::string& interface() const { return interface_; }

  [[noreturn]] void raise(int number, std::string reason = {}, std::string advice = {}) const {
    if (number == EPERM && advice.empty()) advice = os::missing_rights({os::net_admin});
    throw Error(number,
                {.attempt = attempt_, .name = interface_, .reason = std::move(reason), .advice = std::move(advice)});
  }

  /// The interface's index in the calling thread's network namespace.
  unsigned index() const {
    const unsigned index = if_nametoindex(interface_.c_str());
    if (index == 0) raise(ENODEV, "there is no interface " + interface_ + " in this network namespace");
    return index;
  }

 private:
  std::string attempt_, interface_;
};

}  // namespace ebpfxx::detail::attach
