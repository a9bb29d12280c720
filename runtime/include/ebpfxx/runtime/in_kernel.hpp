#pragma once

#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <ebpfxx/context/skb_context.hpp>
#include <ebpfxx/context/xdp.hpp>
#include <ebpfxx/kernel/program_type.hpp>
#include <ebpfxx/packet/start.hpp>
#include <ebpfxx/program.hpp>
#include <ebpfxx/runtime/object.hpp>
#include <ebpfxx/runtime/outcome.hpp>
#include <ebpfxx/runtime/program_handle.hpp>

namespace ebpfxx {

namespace detail::runtime {

/// What a program left of a packet in a test run.
struct TestRunResult {
  std::uint32_t verdict;
  std::vector<std::uint8_t> packet, metadata;
};

/// A loaded program on its way to a test run.
struct TestRunProgram {
  const std::string& name;
  int fd;
  bpf_prog_type type;
};

/// Run a program once; the context becomes what the program left. Throw Error.
TestRunResult test_run(const TestRunProgram& program, std::span<const std::uint8_t> packet, SkbContext& context,
                       PacketStart start);
/// `packet` are the metadata and then the frame.
TestRunResult test_run(const TestRunProgram& program, std::span<const std::uint8_t> packet, XdpContext& context,
                       bool fragments);

}  // namespace detail::runtime

/// A hook whose programs the kernel runs on a packet that it is given: all that work on packets but Lwt::Seg6Local.
template <class Hook>
concept TestRunHook = PacketHook<Hook> && detail::kernel::traits_of(Hook::Packet::program_type).test_run;

/// A loaded program, to be called with a packet and a context as a NativeProgram is; the kernel runs it
/// (BPF_PROG_TEST_RUN, Linux 4.12). The Object must live as long. `in_kernel` makes one.
template <TestRunHook Hook>
class KernelProgram {
 public:
  using Context = typename Hook::Packet::Context;

  /// Runs the program that the handle names.
  explicit KernelProgram(ProgramHandle<Hook> program) : program_(std::move(program)) {}

  /// Runs it once, on the CPU that calls, on a packet that starts where the hook's data starts, with the fields of
  /// `context` beside it. The Ethernet header that the kernel wants before other data is added and taken away. As
  /// natively, a `len` and a `protocol` of 0 become what the bytes say. The verdict is followed by nobody.
  ///
  /// What else the kernel decides it decides as for a packet that an interface has received: `ifindex`, and of Xdp
  /// `ingress_ifindex`, 0 become the loopback interface's (1), `wire_len` 0 the length, and the `pkt_type` of a frame
  /// follows from its destination. The outcome's context has them as the program saw them. Of what the program changed
  /// it has `mark`, `priority`, `tstamp` and `cb`, which is all that the kernel tells.
  ///
  /// Throws Error: (EINVAL) by its name for a field that the kernel would not set, and for a packet that it does not
  /// take: shorter than the Ethernet header, or than the IP header that its protocol promises, or longer than a page
  /// has room for (3712 bytes with the Ethernet header; Xdp::Fragments 73152, of which `linear` are 3520 at most).
  /// (ENODEV) for an interface that is not there, (EPERM) without the rights, (EOPNOTSUPP) for a program of the type
  /// BPF_PROG_TYPE_CGROUP_SKB before Linux 6.18, which would see an empty packet.
  RunOutcome<Hook> operator()(std::span<const std::uint8_t> packet, const Context& context = {}) const {
    const detail::runtime::TestRunProgram program{program_.name(), program_.fd(), Hook::Packet::program_type};
    Context left = context;
    detail::runtime::TestRunResult result;
    if constexpr (std::same_as<Context, XdpContext>)
      result = detail::runtime::test_run(program, packet, left, Hook::Packet::fragments);
    else
      result = detail::runtime::test_run(program, packet, left, Hook::Packet::start);
    return {static_cast<typename Hook::Verdict>(result.verdict), std::move(result.packet), std::move(result.metadata),
            left};
  }
  template <PacketSource Source>
  RunOutcome<Hook> operator()(const Source& packet, const Context& context = {}) const {
    const auto bytes = packet_bytes(packet);
    return (*this)(std::span<const std::uint8_t>(bytes), context);
  }

 private:
  ProgramHandle<Hook> program_;
};

/// `program` as the kernel runs it, in the spelling of a native run:
///
///     native(drop_egress)(packet) == in_kernel(object, drop_egress)(packet)
///
/// Both give a RunOutcome. Throws Error (ENOENT) if the program was not opened, (EBADF) if the object is not loaded.
template <TestRunHook Hook>
[[nodiscard]] KernelProgram<Hook> in_kernel(const Object& object, const Program<Hook>& program) {
  return KernelProgram<Hook>(object[program]);
}

}  // namespace ebpfxx
