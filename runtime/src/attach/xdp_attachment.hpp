#pragma once

#include <bpf/bpf.h>

#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <ebpfxx/runtime/link.hpp>

#include "interface_failure.hpp"
#include "link_pin.hpp"
#include "xdp_state.hpp"

namespace ebpfxx::detail::attach {

/// The program that was on the interface before, to be put back.
struct EarlierXdpProgram {
  netlink::Netlink netlink;  ///< of the interface's network namespace
  os::FileDescriptor program;
  unsigned interface;
  std::uint32_t mode;

  netlink::NetlinkAnswer put_back() { return exchange_xdp_program(netlink, interface, mode, program.fd(), -1); }
};

/// One program on one interface through a bpf_link, for `Link`.
class XdpAttachment final : public runtime::Attachment {
 public:
  XdpAttachment(os::FileDescriptor link, LinkPin pin, std::string place, bool taken_over,
                std::optional<EarlierXdpProgram> earlier)
      : link_(std::move(link)),
        pin_(std::move(pin)),
        place_(std::move(place)),
        taken_over_(taken_over),
        earlier_(std::move(earlier)) {}

  bool taken_over() const override { return taken_over_; }

  void detach() override {
    const InterfaceFailure failure("detach a program from interface " + place_, place_);
    if (bpf_link_detach(link_.fd()) != 0) failure.raise(errno);
    if (!earlier_) return;
    const netlink::NetlinkAnswer answer = earlier_->put_back();
    if (answer || answer.error == ENODEV) return;  // an interface that is gone wants nothing back
    failure.raise(answer.error, "the program that was there before cannot be put back: " + answer.to_text());
  }

  void keep() override { pin_.keep(link_.fd(), "interface", place_); }

 private:
  os::FileDescriptor link_;
  LinkPin pin_;
  std::string place_;
  bool taken_over_;
  std::optional<EarlierXdpProgram> earlier_;
};

}  // namespace ebpfxx::detail::attach
