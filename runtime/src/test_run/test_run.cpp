#include <ebpfxx/runtime/in_kernel.hpp>

#include "skb.hpp"
#include "xdp.hpp"

namespace ebpfxx::detail::runtime {

TestRunResult test_run(const TestRunProgram& program, std::span<const std::uint8_t> packet, SkbContext& context,
                       PacketStart start) {
  return test_run::SkbTestRun(program, packet, context, start).run(context);
}

TestRunResult test_run(const TestRunProgram& program, std::span<const std::uint8_t> packet, XdpContext& context,
                       bool fragments) {
  return test_run::XdpTestRun(program.name, packet, context, fragments).run(program.fd, context);
}

}  // namespace ebpfxx::detail::runtime
