#pragma once

#include <linux/bpf.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include <ebpfxx/context/xdp.hpp>
#include <ebpfxx/runtime/in_kernel.hpp>

#include "call.hpp"
#include "device.hpp"

namespace ebpfxx::detail::test_run {

/// A test run of a program on a frame (bpf_prog_test_run_xdp in net/bpf/test_run.c).
class XdpTestRun {
 public:
  /// `bytes` are the metadata and then the frame.
  XdpTestRun(const std::string& program, std::span<const std::uint8_t> bytes, const XdpContext& context, bool fragments)
      : call_(program, bytes.size() - std::min<std::size_t>(context.metadata, bytes.size())),
        bytes_(bytes),
        context_(context) {
    context_.memory = {};
    if (context.metadata > bytes.size())
      call_.refuse("metadata", context.metadata, "there are " + std::to_string(bytes.size()) + " bytes in all",
                   "put the metadata in front of the frame");
    const std::size_t frame = bytes.size() - context.metadata;
    if (frame < smallest_frame) call_.fail(EINVAL, "the kernel takes a frame from its Ethernet header (14 bytes) on");
    if (context.linear == 0 || context.linear > frame) context_.linear = static_cast<std::uint32_t>(frame);
    if (context_.linear < frame && !fragments)
      call_.refuse("linear", context.linear, "the hook takes no frames with fragments", "use Xdp::Fragments");
    if (context_.linear > most_linear)
      call_.refuse("linear", context_.linear,
                   "in a test run at most " + std::to_string(most_linear) + " bytes are linear",
                   fragments ? "set it to that, or to less" : "run it on fewer");
    if (context.egress_ifindex != 0)
      call_.refuse("egress_ifindex", context.egress_ifindex, "the kernel does not set it in a test run");
    if (context.redirected_ifindex != 0)
      call_.refuse("redirected_ifindex", context.redirected_ifindex, "the kernel does not set it in a test run");
    if (context.rx_queue_index != 0 && context.ingress_ifindex == 0)
      call_.refuse("rx_queue_index", context.rx_queue_index, "it is a queue of no interface", "set ingress_ifindex");
  }

  /// `context` becomes what the program left.
  runtime::TestRunResult run(int fd, XdpContext& context) {
    xdp_md fields{};
    fields.data = context_.metadata;
    fields.data_end = context_.metadata + context_.linear;
    fields.ingress_ifindex = context_.ingress_ifindex;
    fields.rx_queue_index = context_.rx_queue_index;
    const int error = call_.run(fd, bytes_, fields);
    if (error != 0) fail(error);
    if (context_.ingress_ifindex == 0) context_.ingress_ifindex = TestRunDevice::loopback;
    const std::span<const std::uint8_t> left = call_.output(), metadata = left.first(fields.data),
                                        frame = left.subspan(fields.data);
    context = context_;
    return {call_.verdict(), {frame.begin(), frame.end()}, {metadata.begin(), metadata.end()}};
  }

 private:
  static constexpr std::size_t smallest_frame = 14;
  /// Of a page of 4096 bytes: not the 256 in front, and not the 320 behind where fragments are described (struct
  /// skb_shared_info, of a kernel with the usual 17 of them).
  static constexpr std::uint32_t most_linear = 3520;

  [[noreturn]] void fail(int error) const {
    if (error == ENODEV)
      call_.fail(error, "there is no interface with ingress_ifindex " + std::to_string(context_.ingress_ifindex) +
                            " in this network namespace");
    if (error == ENOMEM) call_.fail(error, "it has no room for that many bytes", "a frame has 17 fragments at most");
    if (error != EINVAL) call_.fail(error);
    if (context_.rx_queue_index != 0)
      call_.refuse("rx_queue_index", context_.rx_queue_index, "the interface has no such queue",
                   "the first one is queue 0");
    if (context_.metadata != 0)
      call_.refuse("metadata", context_.metadata, "the kernel takes a multiple of 4, before Linux 6.18 32 at most");
    call_.fail(error);
  }

  TestRunCall call_;
  std::span<const std::uint8_t> bytes_;
  XdpContext context_;
};

}  // namespace ebpfxx::detail::test_run
