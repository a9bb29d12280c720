#pragma once

#include <linux/if_link.h>

#include <cstdint>
#include <string>
#include <utility>

#include <ebpfxx/runtime/interface.hpp>

namespace ebpfxx {

/// The interface that an `Xdp` program is to be attached to, and how. The kernel chooses between driver and generic
/// mode unless it is told. The kernel interface is a bpf_link (BPF_LINK_CREATE), so the program goes with the process.
class XdpInterface {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): an interface is a place
  XdpInterface(const Interface& interface) : name_(interface.name()) {}

  /// In the driver, before the kernel makes a socket buffer; an error where the driver cannot.
  XdpInterface& native() {
    mode_ = XDP_FLAGS_DRV_MODE;
    return *this;
  }

  /// On the socket buffer that the kernel has made; slower, for any driver.
  XdpInterface& generic() {
    mode_ = XDP_FLAGS_SKB_MODE;
    return *this;
  }

  /// Takes the place of a program that another tool left on the interface (as `ip link set xdp`). Detaching puts it
  /// back; when the process is killed, the interface is left without either. For an instant there is no program, since
  /// the kernel replaces none by a link. A program that a link of another process holds stays, and is an error.
  XdpInterface& replace() {
    replaces_ = true;
    return *this;
  }

  const std::string& name() const { return name_; }
  /// XDP_FLAGS_DRV_MODE, XDP_FLAGS_SKB_MODE, or 0: the kernel's choice.
  std::uint32_t mode() const { return mode_; }
  bool replaces() const { return replaces_; }

  /// For messages: "interface veth0 in native mode".
  std::string print() const {
    const char* mode = mode_ == XDP_FLAGS_DRV_MODE ? " in native mode" : " in generic mode";
    return "interface " + name_ + (mode_ == 0 ? "" : mode);
  }

 private:
  std::string name_;
  std::uint32_t mode_ = 0;
  bool replaces_ = false;
};

inline XdpInterface Interface::native() const { return XdpInterface(*this).native(); }
inline XdpInterface Interface::generic() const { return XdpInterface(*this).generic(); }
inline XdpInterface Interface::replace() const { return XdpInterface(*this).replace(); }

}  // namespace ebpfxx
