#pragma once

#include <linux/bpf.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <ebpfxx/context/frame_protocol.hpp>
#include <ebpfxx/context/skb.hpp>
#include <ebpfxx/packet/start.hpp>
#include <ebpfxx/protocol/ipv4.hpp>
#include <ebpfxx/protocol/ipv6.hpp>
#include <ebpfxx/runtime/in_kernel.hpp>

#include "call.hpp"
#include "device.hpp"
#include "packet_probe.hpp"

namespace ebpfxx::detail::test_run {

/// What a test run does with a field of the context.
enum class TestRunField {
  Set,      ///< as the context says; and the outcome's has it as the program left it
  Refused,  ///< unless it is 0
  Derived   ///< from the packet
};

/// Calls `body("mark", contexts.mark...)` for each field with which a test run does that. Contexts are a SkbContext or
/// the kernel's.
template <TestRunField What, class Body, class... Contexts>
constexpr void for_each_skb_field(Body body, Contexts&... contexts) {
#define EBPFXX_SKB_FIELD(name, Type, member, in_test_run) \
  if constexpr (TestRunField::in_test_run == What) body(#member, contexts.member...);
#include <ebpfxx/context/skb_fields.inc>
#undef EBPFXX_SKB_FIELD
  // Wider than the others.
  if constexpr (What == TestRunField::Set) {
    body("tstamp", contexts.tstamp...);
    body("cb", contexts.cb...);
  }
}

/// A test run of a program on a socket buffer (bpf_prog_test_run_skb in net/bpf/test_run.c). The kernel takes a frame;
/// of that it takes the Ethernet header away for hooks whose packets start with none.
class SkbTestRun {
 public:
  SkbTestRun(const runtime::TestRunProgram& program, std::span<const std::uint8_t> packet, const SkbContext& context,
             PacketStart start)
      : call_(program.name, packet.size()), program_(program), packet_(packet), context_(context), start_(start) {
    context_.memory = {};
    refuse_without_packet();
    refuse_what_is_never_set();
    refuse_what_is_out_of_range();
    const std::optional<TestRunDevice> device = TestRunDevice::of(context.ifindex);
    if (!device)
      call_.fail(ENODEV, "there is no interface with ifindex " + std::to_string(context.ifindex) +
                             " in this network namespace");
    if (start == PacketStart::Ethernet)
      take_frame(*device);
    else
      make_frame(*device);
  }

  /// `context` becomes what the program left.
  runtime::TestRunResult run(SkbContext& context) {
    __sk_buff fields = fields_for_kernel();
    const int error = call_.run(program_.fd, start_ == PacketStart::Ethernet ? packet_ : frame_, fields);
    if (error != 0) fail(error);
    const std::span<const std::uint8_t> left =
        call_.output().subspan(start_ == PacketStart::Ethernet ? 0 : header_size);
    read_fields(fields);
    context_.len = static_cast<std::uint32_t>(left.size());
    context = context_;
    return {call_.verdict(), {left.begin(), left.end()}, {}};
  }

 private:
  static constexpr std::size_t header_size = 14;

  // Only of this type kernels differ: a program that sees no packet would return what it returns of an empty one.
  void refuse_without_packet() const {
    if (program_.type != BPF_PROG_TYPE_CGROUP_SKB) return;
    const int error = probe_packet(program_.type);
    if (error == EOPNOTSUPP)
      call_.fail(error, "in a test run it shows no packet to programs of type BPF_PROG_TYPE_CGROUP_SKB",
                 "run it natively, or on Linux 6.18");
    if (error != 0) call_.fail(error);
  }

  // What convert___skb_to_skb refuses to be other than zero; struct __sk_buff is how it is called there.
  void refuse_what_is_never_set() const {
    const auto refuse = [this](const char* field, std::uint64_t value) {
      if (value != 0) call_.refuse(field, value, "the kernel does not set it in a test run");
    };
    if (context_.len != 0 && context_.len != packet_.size())
      call_.refuse("len", context_.len, "a packet of a test run is as long as its bytes");
    if (context_.linear != 0 && context_.linear != packet_.size())
      call_.refuse("linear", context_.linear, "all bytes of a socket buffer are linear in a test run");
    refuse("metadata", context_.metadata);
    refuse("gso_type", static_cast<std::uint64_t>(context_.gso_type));
    refuse("transport_offset", context_.transport_offset);
    refuse("socket_cookie", context_.socket_cookie);
    refuse("socket_uid", context_.socket_uid);
    refuse("redirected_ifindex", context_.redirected_ifindex);
    refuse("redirect_flags", context_.redirect_flags);
    refuse("pushed", context_.pushed);
    refuse("encapsulated", context_.encapsulated);
    for_each_skb_field<TestRunField::Refused>(refuse, context_);
  }

  void refuse_what_is_out_of_range() const {
    constexpr std::uint32_t most = 0xffff, most_on_wire = 0x10000;  // GSO_MAX_SEGS, GSO_LEGACY_MAX_SIZE
    if (context_.wire_len != 0 && (context_.wire_len < packet_.size() || context_.wire_len > most_on_wire))
      call_.refuse("wire_len", context_.wire_len, "the kernel takes the packet's length up to 65536",
                   "leave it 0 for the packet's length");
    if (context_.gso_segs > most) call_.refuse("gso_segs", context_.gso_segs, "the kernel has 16 bits for it");
    if (context_.gso_size > most) call_.refuse("gso_size", context_.gso_size, "the kernel has 16 bits for it");
  }

  // The packet is the frame, which decides on what the context may say.
  void take_frame(const TestRunDevice& device) {
    if (packet_.size() < header_size)
      call_.fail(EINVAL, "the kernel takes a frame from its Ethernet header (14 bytes) on");
    const std::uint32_t type = device.packet_type(packet_), protocol = context::protocol_of_frame(packet_);
    if (context_.pkt_type != 0 && context_.pkt_type != type)
      call_.refuse("pkt_type", context_.pkt_type,
                   "the frame's destination and the interface's address make it " + std::to_string(type));
    if (context_.protocol != 0 && context_.protocol != protocol)
      call_.refuse("protocol", context_.protocol, "the frame's type makes it " + std::to_string(protocol));
    context_.pkt_type = type;
    context_.protocol = protocol;
  }

  // A frame whose header, which the kernel takes away, makes the context what it says.
  void make_frame(const TestRunDevice& device) {
    const std::optional<TestRunDevice::Address> destination = device.address_for(context_.pkt_type);
    if (!destination)
      call_.refuse("pkt_type", context_.pkt_type, "no destination address makes it that on this interface");
    if (context_.protocol == 0) context_.protocol = context::protocol_of(packet_, start_);
    frame_.reserve(header_size + packet_.size());
    frame_.assign(header_size, 0);
    std::copy(destination->begin(), destination->end(), frame_.begin());
    const auto type = static_cast<std::uint16_t>(context_.protocol);  // in network byte order
    std::memcpy(frame_.data() + header_size - sizeof type, &type, sizeof type);
    std::copy(packet_.begin(), packet_.end(), std::back_inserter(frame_));
    const std::uint32_t protocol = context::protocol_of_frame(frame_);
    if (context_.protocol != 0 && context_.protocol != protocol)
      call_.refuse("protocol", context_.protocol, "the kernel makes " + std::to_string(protocol) + " of it",
                   "give an EtherType in network byte order");
    context_.protocol = protocol;
  }

  __sk_buff fields_for_kernel() const {
    __sk_buff fields{};
    for_each_skb_field<TestRunField::Set>(copy_field, context_, fields);
    return fields;
  }

  // What convert_skb_to___skb tells; of `gso_size` nothing, which stays as it was given.
  void read_fields(const __sk_buff& fields) { for_each_skb_field<TestRunField::Set>(copy_field, fields, context_); }

  static constexpr auto copy_field = [](const char*, const auto& from, auto& to) {
    static_assert(sizeof from == sizeof to);
    std::memcpy(&to, &from, sizeof to);
  };

  [[noreturn]] void fail(int error) const {
    if (error != EINVAL) call_.fail(error);
    const std::size_t behind = packet_.size() - (start_ == PacketStart::Ethernet ? header_size : 0);
    const EtherType protocol = context::decode_field<EtherType>(context_.protocol);
    const std::size_t needed = protocol == EtherType::Ipv4   ? sizeof(Ipv4)
                               : protocol == EtherType::Ipv6 ? sizeof(Ipv6)
                                                             : 0;
    if (behind < needed)
      call_.fail(error,
                 "of this protocol it takes packets that hold an IP header of " + std::to_string(needed) +
                     " bytes; this one has " + std::to_string(behind),
                 start_ == PacketStart::Ethernet ? "give it another type" : "give the context another protocol");
    call_.fail(error, "it takes no packet of that size",
               "it has one page for all of it: 3698 bytes behind the Ethernet header where a page has 4096");
  }

  TestRunCall call_;
  const runtime::TestRunProgram& program_;
  std::span<const std::uint8_t> packet_;
  SkbContext context_;
  PacketStart start_;
  std::vector<std::uint8_t> frame_;
};

}  // namespace ebpfxx::detail::test_run
