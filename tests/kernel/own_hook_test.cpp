// Hooks that an application declares itself, of each kind: in constant evaluation, natively and in the kernel. What is
// used of the library has public names only.
#include <bpf/bpf.h>
#include <doctest/doctest.h>
#include <linux/bpf.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <ebpfxx.hpp>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/runtime/in_kernel.hpp>
#include <ebpfxx/testing/doctest.hpp>
#include <string>

#include "support/cgroup.hpp"
#include "support/expect_error.hpp"
#include "support/refusals.hpp"
#include "support/sockets.hpp"

namespace own {

/// A packet hook: what the sockets of a cgroup send (kernel/bpf/cgroup.c).
struct Egress {
  /// cg_skb_is_valid_access in net/core/filter.c.
  struct Rights {
    static constexpr bpf_prog_type program_type = BPF_PROG_TYPE_CGROUP_SKB;
    static constexpr ebpfxx::PacketStart start = ebpfxx::PacketStart::Ip;
    static constexpr ebpfxx::PacketMargins margins{};
    static constexpr ebpfxx::SkbFields readable{ebpfxx::SkbField::length, ebpfxx::SkbField::mark};
    static constexpr ebpfxx::SkbFields writable{ebpfxx::SkbField::mark};
  };
  static constexpr ebpfxx::FixedString name{"own::Egress"};
  static constexpr ebpfxx::FixedString section{"cgroup_skb/egress"};
  using Packet = ebpfxx::SkbPacket<Rights>;
  using Input = Packet;
  enum class Verdict { Drop = 0, Pass = 1 };
};

/// A context hook: bind(2) of IPv4 sockets.
struct Bind4 {
  /// sock_addr_is_valid_access in net/core/filter.c.
  struct Rights {
    static constexpr bpf_prog_type program_type = BPF_PROG_TYPE_CGROUP_SOCK_ADDR;
    using Address = ebpfxx::Ipv4Address;
    static constexpr ebpfxx::ConnectionFields readable{ebpfxx::ConnectionField::type};
    static constexpr ebpfxx::ConnectionFields writable{};
  };
  static constexpr ebpfxx::FixedString name{"own::Bind4"};
  static constexpr ebpfxx::FixedString section{"cgroup/bind4"};
  using Input = ebpfxx::SocketConnection<Rights>;
  enum class Verdict { Deny = 0, Allow = 1 };
};

/// An event hook, of a program type without a row: a tracepoint by its raw arguments.
template <ebpfxx::FixedString Name>
struct RawTracepoint {
  static constexpr bpf_prog_type program_type = BPF_PROG_TYPE_RAW_TRACEPOINT;
  static constexpr ebpfxx::FixedString name =
      ebpfxx::concatenate(ebpfxx::FixedString{"own::RawTracepoint<\""}, Name, ebpfxx::FixedString{"\">"});
  static constexpr ebpfxx::FixedString section = ebpfxx::concatenate(ebpfxx::FixedString{"raw_tp/"}, Name);

  struct Arguments {
    std::uint64_t first, second;
  };
  class Event {
   public:
    using Raw = const Arguments;
    constexpr explicit Event(Raw* arguments) : arguments_(arguments) {}
    constexpr explicit Event(Raw& arguments) : arguments_(&arguments) {}
    constexpr std::uint64_t second() const { return arguments_->second; }

   private:
    Raw* arguments_;
  };
  using Input = Event;
  using Verdict = void;
};
using SystemCall = RawTracepoint<"sys_enter">;

static_assert(ebpfxx::Hook<Egress> && ebpfxx::PacketHook<Egress> && ebpfxx::TestRunHook<Egress>);
static_assert(ebpfxx::Hook<Bind4> && ebpfxx::ContextHook<Bind4>);
static_assert(ebpfxx::Hook<SystemCall> && ebpfxx::EventHook<SystemCall>);

}  // namespace own

template <>
struct ebpfxx::AttachTraits<own::Egress> : ebpfxx::CgroupAttachTraits<BPF_CGROUP_INET_EGRESS> {};
template <>
struct ebpfxx::AttachTraits<own::Bind4> : ebpfxx::CgroupAttachTraits<BPF_CGROUP_INET4_BIND> {};

using namespace ebpfxx;
using namespace ebpfxx::test;

inline PerCpu<std::uint64_t> own_dropped;

inline constexpr Program<own::Egress> own_drop_dns = [](own::Egress::Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return own::Egress::Verdict::Pass;
  auto udp = ip.next<Udp>();
  if (!udp || udp->destination != 53) return own::Egress::Verdict::Pass;
  own_dropped.update([&](std::uint64_t& bytes) { bytes += packet.length(); });
  packet.set_mark(7);
  return own::Egress::Verdict::Drop;
};
static_assert(run(own_drop_dns, ipv4() / udp({.destination = 54})) == own::Egress::Verdict::Pass);

inline constexpr Program<own::Bind4> own_move_port = [](own::Bind4::Input socket) {
  if (socket.port() == 7070) return own::Bind4::Verdict::Deny;
  if (socket.type() == SocketType::Datagram && socket.port() == 8080) socket.set_port(9090);
  return own::Bind4::Verdict::Allow;
};
static_assert(run(own_move_port, {.port = 7070}) == own::Bind4::Verdict::Deny);
static_assert(run(own_move_port, {.port = 8080, .type = SocketType::Datagram}).context.port == 9090);

inline Global<std::uint64_t> own_calls = 0;
inline constexpr Config<std::uint64_t> own_call_number = 0;
inline constexpr Program<own::SystemCall> own_count_calls = [](own::SystemCall::Event event) {
  if (event.second() == std::uint64_t{own_call_number}) own_calls.fetch_add(1);
};

namespace {

/// errno of a datagram that a process of the group sends.
int send_from(const ControlGroup& group, std::uint16_t port) {
  return group.run([&] {
    const NetworkNamespace network;
    network.shell("ip link set lo up");
    const Socket socket(network, AF_INET, SOCK_DGRAM);
    const Endpoint endpoint("127.0.0.1", port);
    return sendto(socket.fd(), "x", 1, 0, endpoint.address(), endpoint.size) == 1 ? 0 : errno;
  });
}

/// The port that a process of the group gets when it binds to one, less 7000; or errno.
int bind_from(const ControlGroup& group, std::uint16_t port) {
  return group.run([&] {
    const NetworkNamespace network;
    network.shell("ip link set lo up");
    const Socket socket(network, AF_INET, SOCK_DGRAM);
    Endpoint endpoint("127.0.0.1", port);
    if (bind(socket.fd(), endpoint.address(), endpoint.size) != 0) return errno;
    if (getsockname(socket.fd(), reinterpret_cast<sockaddr*>(&endpoint.storage), &endpoint.size) != 0) return errno;
    return (ntohs(reinterpret_cast<sockaddr_in&>(endpoint.storage).sin_port) - 7000) / 10;
  });
}

}  // namespace

TEST_CASE("a packet hook of the application's own drops packets natively, in a test run and at work") {
  // Before, a test run of this type finds no packet behind `data`.
  const bool has_test_run = is_kernel_from("6.18");
  Native native;
  const ControlGroup group;
  auto object = Object::open(own_drop_dns);
  object.load();
  for (const std::uint16_t port : {52, 53, 54}) {
    const auto packet = ipv4() / udp({.destination = port});
    const auto outcome = native(own_drop_dns)(packet);
    CHECK(outcome == (port == 53 ? own::Egress::Verdict::Drop : own::Egress::Verdict::Pass));
    CHECK(outcome.context.mark == (port == 53 ? 7 : 0));
    CHECK(to_text(outcome).ends_with(port == 53 ? "Drop" : "Pass"));
    const auto run_in_kernel = [&] { return in_kernel(object, own_drop_dns)(packet); };
    if (!has_test_run) {
      expect_error(EOPNOTSUPP,
                   "cannot run own_drop_dns on 28 bytes in the kernel: in a test run it shows no packet to programs of "
                   "type BPF_PROG_TYPE_CGROUP_SKB; run it natively, or on Linux 6.18",
                   run_in_kernel);
      continue;
    }
    const auto in_test_run = run_in_kernel();
    CHECK(in_test_run.verdict == outcome.verdict);
    CHECK(in_test_run.packet == outcome.packet);
    CHECK(in_test_run.context.mark == outcome.context.mark);
  }
  CHECK(native[own_dropped].sum() == 28);
  const std::uint64_t in_test_runs = has_test_run ? 28 : 0;
  CHECK(object[own_dropped].sum() == in_test_runs);

  const Link link = object[own_drop_dns].attach(group.folder());
  CHECK(send_from(group, 53) == EPERM);
  CHECK(send_from(group, 54) == 0);
  CHECK(object[own_dropped].sum() == in_test_runs + 29);
}

TEST_CASE("a context hook of the application's own refuses and moves a port, natively and at work") {
  Native native;
  CHECK(native(own_move_port)({.port = 7070}) == own::Bind4::Verdict::Deny);
  CHECK(native(own_move_port)({.port = 8080, .type = SocketType::Datagram}).context.port.value() == 9090);
  const ControlGroup group;
  auto object = Object::open(own_move_port);
  object.load();
  Link link = object[own_move_port].attach(group.folder());
  CHECK(bind_from(group, 7070) == EPERM);
  CHECK(bind_from(group, 7080) == 8);
  CHECK(bind_from(group, 8080) == 209);
  link.detach();
  CHECK(bind_from(group, 8080) == 108);
}

TEST_CASE("an event hook of the application's own is attached through its descriptor") {
  constexpr std::uint64_t unused_call = 777777;
  Native native;
  native[own_call_number] = unused_call;
  native(own_count_calls)({.first = 1, .second = unused_call});
  native(own_count_calls)({.first = unused_call, .second = 1});
  CHECK(native[own_calls].value() == 1);

  auto object = Object::open(own_count_calls);
  object[own_call_number] = unused_call;
  object.load();
  const int link = bpf_raw_tracepoint_open("sys_enter", object[own_count_calls].fd());
  REQUIRE(link >= 0);
  syscall(static_cast<long>(unused_call));
  syscall(static_cast<long>(unused_call) + 1);
  close(link);
  CHECK(object[own_calls].value() == 1);
}
