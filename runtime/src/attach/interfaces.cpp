// Programs on interfaces: XDP and tc.
#include <ebpfxx/runtime/attach/tc.hpp>
#include <ebpfxx/runtime/attach/xdp.hpp>

#include "tc_attach.hpp"
#include "xdp_attach.hpp"

namespace ebpfxx {

std::string to_text(const XdpInterface& interface) {
  std::string text = "interface " + interface.name();
  if (interface.mode() == XdpInterface::Mode::Driver) text += " in driver mode";
  if (interface.mode() == XdpInterface::Mode::Generic) text += " in generic mode";
  return text;
}

namespace detail::attach {

Link attach_xdp(const XdpInterface& interface, int program, const std::string& name) {
  return XdpAttach(interface, program, name).run();
}

Link attach_tc(const TcInterface& interface, TcDirection direction, int program, const std::string& name) {
  return TcAttach(interface, {direction, program, runtime::program_id(program, name), name}).run();
}

}  // namespace detail::attach
}  // namespace ebpfxx
