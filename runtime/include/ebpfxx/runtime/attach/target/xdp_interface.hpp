#pragma once

#include <string>

#include <ebpfxx/runtime/attach/target/interface.hpp>

namespace ebpfxx {

/// The interface that an `Xdp` program is to be attached to, and how. The kernel chooses between driver and generic
/// mode unless it is told. The kernel interface is a bpf_link (BPF_LINK_CREATE), so the program goes with the process.
class XdpInterface {
 public:
  /// Where the program runs.
  enum class Mode { KernelsChoice, Driver, Generic };

  /// Implicit, so that `attach` takes an Interface.
  // NOLINTNEXTLINE(google-explicit-constructor): an interface is a target
  XdpInterface(const Interface& interface) : name_(interface.name()) {}

  /// In the driver, before the kernel makes a socket buffer; an error where the driver cannot.
  XdpInterface& driver_mode() {
    mode_ = Mode::Driver;
    return *this;
  }
  /// On the socket buffer that the kernel has made; slower, for any driver.
  XdpInterface& generic_mode() {
    mode_ = Mode::Generic;
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
  /// Where the program runs.
  Mode mode() const { return mode_; }
  /// Whether it takes the place of a program that is attached already.
  bool replaces() const { return replaces_; }

  /// For messages: "interface veth0 in driver mode".
  friend std::string to_text(const XdpInterface& interface);

 private:
  std::string name_;
  Mode mode_ = Mode::KernelsChoice;
  bool replaces_ = false;
};

inline XdpInterface Interface::driver_mode() const { return XdpInterface(*this).driver_mode(); }
inline XdpInterface Interface::generic_mode() const { return XdpInterface(*this).generic_mode(); }
inline XdpInterface Interface::replace() const { return XdpInterface(*this).replace(); }

}  // namespace ebpfxx
