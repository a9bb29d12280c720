// What is a hook, of which kind, and that verdicts are numbers that the kernel knows.
#include <linux/bpf.h>

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <type_traits>

#include <ebpfxx/context/seg6.hpp>
#include <ebpfxx/hook/hooks.hpp>
#include <ebpfxx/kernel/enumerator.hpp>
#include <ebpfxx/kernel/program_type.hpp>
#include <ebpfxx/program.hpp>

struct HookTestEvent {
  int number;
};
template <>
struct ebpfxx::BtfTracepointEvent<"hook_test"> : HookTestEvent {};
template <>
struct ebpfxx::TracepointRecord<"hook_test"> {
  using type = HookTestEvent;
};

namespace {

using namespace ebpfxx;

template <class... Candidates>
constexpr bool packet_hooks =
    ((Hook<Candidates> && PacketHook<Candidates> && !ContextHook<Candidates> && !EventHook<Candidates>) && ...);
template <class... Candidates>
constexpr bool context_hooks =
    ((Hook<Candidates> && ContextHook<Candidates> && !PacketHook<Candidates> && !EventHook<Candidates>) && ...);
template <class... Candidates>
constexpr bool event_hooks =
    ((Hook<Candidates> && EventHook<Candidates> && !PacketHook<Candidates> && !ContextHook<Candidates>) && ...);

static_assert(packet_hooks<Xdp, Xdp::Fragments, Tc::Ingress, Tc::Egress, Lwt::In, Lwt::Out, Lwt::Xmit, Lwt::Seg6Local,
                           SocketFilter>);
static_assert(context_hooks<Cgroup::Connect4, Cgroup::Connect6>);
static_assert(event_hooks<BtfTracepoint<"hook_test">, Tracepoint<"sched", "hook_test">, PerfEvent>);
static_assert(!Hook<int> && !Hook<Xdp::Packet> && !Hook<Tc> && !Hook<Program<Xdp>>);

// Whoever derives a hook may spoil it.
struct NoVerdict : Xdp {
  struct Verdict {};
};
struct OfAnotherType : Tc::Ingress {
  static constexpr bpf_prog_type program_type = BPF_PROG_TYPE_XDP;
};
struct OfAnUnknownType : Tc::Ingress {
  static constexpr bpf_prog_type program_type = BPF_PROG_TYPE_FLOW_DISSECTOR;
};
static_assert(!Hook<NoVerdict> && !Hook<OfAnotherType>);
static_assert(Hook<OfAnUnknownType>, "of a type without a row nothing is known");

constexpr bool has_verdict(bpf_prog_type type, int number) {
  const auto is_among = [number](std::initializer_list<int> numbers) {
    return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
  };
#define EBPFXX_PROGRAM_TYPE(name, context, packet, test_run, helpers, checked, ...) \
  if (type == BPF_PROG_TYPE_##name) return is_among({__VA_ARGS__});
#include <ebpfxx/kernel/program_types.inc>
#undef EBPFXX_PROGRAM_TYPE
  return false;
}

template <class Candidate, int Number = -1>
constexpr bool verdicts_are_known() {
  if constexpr (Number == 130)
    return true;
  else if constexpr (!detail::kernel::enumerator_spelling<static_cast<typename Candidate::Verdict>(Number)>().empty() &&
                     !has_verdict(detail::hook::program_type_of<Candidate>, Number))
    return false;
  else
    return verdicts_are_known<Candidate, Number + 1>();
}
static_assert(verdicts_are_known<Xdp>() && verdicts_are_known<Tc::Ingress>() && verdicts_are_known<Lwt::In>());
static_assert(verdicts_are_known<Lwt::Out>() && verdicts_are_known<Lwt::Xmit>() &&
              verdicts_are_known<Lwt::Seg6Local>());
static_assert(verdicts_are_known<Cgroup::Connect4>() && verdicts_are_known<Cgroup::Connect6>());

struct WithAnotherVerdict : Lwt::Out {
  using Verdict = Lwt::In::Verdict;  // has Reroute
};
static_assert(!verdicts_are_known<WithAnotherVerdict>());

}  // namespace
