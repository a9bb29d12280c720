#pragma once

#include <cstdint>
#include <string>

#include <ebpfxx/runtime/attach/target/interface.hpp>

namespace ebpfxx {

/// The interface that a `Tc::Ingress` or `Tc::Egress` program is to be attached to, and where among the filters there.
///
/// The interface gets a clsact queueing discipline if it has none; that goes with the last filter. The kernel interface
/// is rtnetlink: RTM_NEWTFILTER of kind bpf with direct action. The kernel knows no owner of a filter: a killed
/// application leaves it behind, and the next `attach` of the same program takes its place (`Link::taken_over`).
class TcInterface {
 public:
  /// Implicit, so that `attach` takes an Interface.
  // NOLINTNEXTLINE(google-explicit-constructor): an interface is a target
  TcInterface(const Interface& interface) : name_(interface.name()) {}

  /// The filter's priority (`pref` of tc-bpf(8)); a smaller one runs earlier. 0, the default, is the kernel's choice:
  /// in front of all others.
  TcInterface& priority(std::uint16_t number) {
    priority_ = number;
    return *this;
  }

  /// The filter's handle among those of its priority. 0, the default, is the kernel's choice: a free one.
  TcInterface& handle(std::uint32_t number) {
    handle_ = number;
    return *this;
  }

  const std::string& name() const { return name_; }
  std::uint16_t priority() const { return priority_; }
  std::uint32_t handle() const { return handle_; }

 private:
  std::string name_;
  std::uint16_t priority_ = 0;
  std::uint32_t handle_ = 0;
};

inline TcInterface Interface::priority(std::uint16_t number) const { return TcInterface(*this).priority(number); }
inline TcInterface Interface::handle(std::uint32_t number) const { return TcInterface(*this).handle(number); }

}  // namespace ebpfxx
