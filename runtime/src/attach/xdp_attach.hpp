#pragma once

#include <bpf/bpf.h>
#include <linux/bpf.h>

#include <cerrno>
#include <optional>
#include <string>
#include <utility>

#include <ebpfxx/runtime/attach/target/xdp_interface.hpp>

#include "../os/network_namespace.hpp"
#include "xdp_attachment.hpp"

namespace ebpfxx::detail::attach {

/// Puts one program on one interface: finds what is there, decides, makes the link.
class XdpAttach {
 public:
  XdpAttach(const XdpInterface& place, int program, const std::string& name)
      : place_(place),
        program_(program),
        failure_("attach " + name + " to " + to_text(place), place.name()),
        index_(failure_.index()),
        pin_("xdp:" + std::to_string(os::NetworkNamespace::current().inode) + ":" + std::to_string(index_)) {}

  Link run() {
    int error = 0;
    const XdpOccupant occupant = XdpOccupant::of(index_, error);
    if (error != 0) failure_.raise(error);
    os::FileDescriptor link = take_over(occupant);
    const bool taken_over = link.valid();
    std::optional<EarlierXdpProgram> earlier;
    if (!taken_over) {
      if (occupant) earlier = make_room(occupant);
      link = create(earlier);
    }
    return Link(new XdpAttachment(std::move(link), std::move(pin_), place_.name(), taken_over, std::move(earlier)));
  }

 private:
  // The link that an earlier run kept, with this program instead of its own; not valid when there is none.
  os::FileDescriptor take_over(const XdpOccupant& occupant) {
    os::FileDescriptor link = pin_.get();
    if (!link.valid()) return link;
    bpf_link_info information{};
    std::uint32_t size = sizeof information;
    const bool at_work = occupant && bpf_obj_get_info_by_fd(link.fd(), &information, &size) == 0 &&
                         information.type == BPF_LINK_TYPE_XDP && information.prog_id == occupant.program &&
                         information.xdp.ifindex == index_;
    if (!at_work) {  // its interface is gone
      pin_.remove();
      return {};
    }
    if (mode() != 0 && mode() != occupant.mode)
      failure_.raise(EEXIST,
                     "an earlier run of this application has kept " + occupant.to_text() + " there in " +
                         occupant.mode_name() + " mode",
                     "attach in that mode");
    if (bpf_link_update(link.fd(), program_, nullptr) != 0) failure_.raise(errno);
    pin_.remove();
    return link;
  }

  // Takes away the program that is there, if that was asked for.
  EarlierXdpProgram make_room(const XdpOccupant& occupant) {
    const std::string reason =
        "it already runs the XDP program " + occupant.to_text() + " in " + occupant.mode_name() + " mode";
    if (occupant.held_by_link(index_)) failure_.raise(EBUSY, reason + ", which a link holds", "end its owner first");
    if (!place_.replaces()) failure_.raise(EBUSY, reason, "remove it first, or use replace()");
    EarlierXdpProgram earlier{{}, os::FileDescriptor(bpf_prog_get_fd_by_id(occupant.program)), index_, occupant.mode};
    if (!earlier.program.valid())
      failure_.raise(errno, {}, errno == EPERM ? os::missing_rights({os::net_admin, os::sys_admin}) : "");
    const netlink::NetlinkAnswer answer =
        exchange_xdp_program(earlier.netlink, index_, occupant.mode, -1, earlier.program.fd());
    if (!answer) failure_.raise(answer.error, answer.to_text());
    return earlier;
  }

  os::FileDescriptor create(std::optional<EarlierXdpProgram>& earlier) {
    bpf_link_create_opts options{};
    options.sz = sizeof options;
    options.flags = mode();
    os::FileDescriptor link(bpf_link_create(program_, static_cast<int>(index_), BPF_XDP, &options));
    if (link.valid()) return link;
    const int error = errno;
    if (earlier) static_cast<void>(earlier->put_back());
    if (error == EOPNOTSUPP && mode() == XDP_FLAGS_DRV_MODE)
      failure_.raise(error, "its driver does not run XDP programs",
                     "use generic_mode(), or leave the choice to the kernel");
    if (error == ERANGE)
      failure_.raise(error, "the MTU is too large for XDP in the driver",
                     "lower the MTU of it and its peer, use generic_mode(), or take frames with fragments");
    failure_.raise(error);
  }

  // XDP_FLAGS_DRV_MODE, XDP_FLAGS_SKB_MODE, or 0: the kernel's choice.
  std::uint32_t mode() const {
    if (place_.mode() == XdpInterface::Mode::Driver) return XDP_FLAGS_DRV_MODE;
    return place_.mode() == XdpInterface::Mode::Generic ? XDP_FLAGS_SKB_MODE : 0;
  }

  const XdpInterface& place_;
  int program_;
  InterfaceFailure failure_;
  unsigned index_;
  LinkPin pin_;
};

}  // namespace ebpfxx::detail::attach
