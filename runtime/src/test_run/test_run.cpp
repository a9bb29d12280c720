#include <ebpfxx/runtime/in_kernel.hpp>

#include "skb.hpp"
#include "xdp.hpp"

namespace ebpfxx::detail {

TestRunResult test_run(const TestRunProgram& program, std::span<const std::uint8_t> packet, SkbContext& context,
                       PacketStart start) {
  return SkbTestRun(program.name, packet, context, start).run(program.fd, context);
}

TestRunResult test_run(const TestRunProgram& program, std::span<const std::uint8_t> packet, XdpContext& context,
                       bool fragments) {
  return XdpTestRun(program.name, packet, context, fragments).run(program.fd, context);
}

}  // namespace ebpfxx::detail
