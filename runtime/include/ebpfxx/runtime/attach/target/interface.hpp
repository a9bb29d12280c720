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
  explicit Interface(std::string name) : name_(std::move(name)) {}

  const std::string& name() const { return name_; }

  XdpInterface driver_mode() const;
  XdpInterface generic_mode() const;
  XdpInterface replace() const;
  TcInterface priority(std::uint16_t number) const;
  TcInterface handle(std::uint32_t number) const;

 private:
  std::string name_;
};

}  // namespace ebpfxx
