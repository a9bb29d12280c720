#pragma once

#include <cstdint>
#include <string>
#include <utility>

namespace ebpfxx {

class XdpInterface;
class TcInterface;

/// The network interface that a program is to be attached to: by name, in the calling thread's network namespace.
///
///     object[count].attach(Interface("veth0"));
///     object[count].attach(Interface("veth0").driver_mode());  // Xdp: options of XdpInterface
///     object[count].attach(Interface("veth0").priority(1));    // Tc::Ingress, Tc::Egress: options of TcInterface
///
/// Nothing is looked up before `attach`. An option makes it a target for one family of hooks; programs of another do
/// not take it.
class Interface {
 public:
  /// By its name, which is looked up when a program is attached.
  explicit Interface(std::string name) : name_(std::move(name)) {}

  const std::string& name() const { return name_; }

  /// An `Xdp` program runs in the driver, before the kernel makes a socket buffer.
  XdpInterface driver_mode() const;
  /// An `Xdp` program runs on the socket buffer that the kernel has made, for any driver.
  XdpInterface generic_mode() const;
  /// An `Xdp` program takes the place of one that another tool left; see XdpInterface::replace.
  XdpInterface replace() const;
  /// The priority of a `Tc` filter; a smaller one runs earlier.
  TcInterface priority(std::uint16_t number) const;
  /// The handle of a `Tc` filter among those of its priority.
  TcInterface handle(std::uint32_t number) const;

 private:
  std::string name_;
};

}  // namespace ebpfxx
