// A helper that the target kernel, Linux 6.1, does not have in this hook.
#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::In::Verdict;

/// The process that runs, which programs for packets may ask for since Linux 6.10.
inline std::uint64_t process() { return call_helper<BpfHelper::get_current_pid_tgid>(); }

#if CASE == 0  // accepted: helpers of the target kernel, and this one where it was from the start

inline constexpr Program<Lwt::In> old_helpers = [](Lwt::In::Packet packet) {
  if (!packet.pull<40>()) return Ok;
  const auto cpu = call_helper<BpfHelper::get_smp_processor_id>();
  return monotonic_time() % 8 == cpu ? Drop : Ok;
};

struct Switch {
  static constexpr FixedString name{"Switch"};
  static constexpr FixedString section{"tp/sched/sched_switch"};
  static constexpr bpf_prog_type program_type = BPF_PROG_TYPE_TRACEPOINT;
  struct Arguments {};
  struct Event {
    using Raw = void;
    explicit Event(void*) {}
    explicit Event(const Arguments&) {}
  };
  using Input = Event;
  enum class Verdict { Done };
};
inline Map<std::uint64_t, std::uint64_t> switches;
inline constexpr Program<Switch> in_a_tracepoint = [](Switch::Event) {
  switches.set(process(), 1);
  return Switch::Verdict::Done;
};

#elif CASE == 1  // newer than the target
// kernel before 6.10: unknown func
inline constexpr Program<Lwt::In> newer = [](Lwt::In::Packet) {
  // error: 'get_current_pid_tgid' needs Linux 6.10 in Lwt::In, the target kernel is 6.1; do without it, or target
  // Linux 6.10 [ebpfxx-helper-kernel]
  // explained: helper-hook
  return call_helper<BpfHelper::get_current_pid_tgid>() == 0 ? Drop : Ok;
};

#elif CASE == 2  // in a function that is not inlined
// kernel before 6.16: unknown func|program of this type cannot use helper
[[gnu::noinline]] inline std::uint64_t user() {
  // error: 'get_current_uid_gid' needs Linux 6.16 in Lwt::In, the target kernel is 6.1; do without it, or target Linux
  // 6.16 [ebpfxx-helper-kernel]
  // explained: helper-hook
  return call_helper<BpfHelper::get_current_uid_gid>();
}
inline constexpr Program<Lwt::In> newer = [](Lwt::In::Packet) { return user() == 0 ? Drop : Ok; };

#elif CASE == 3  // the number behind the last one
// kernel: invalid func
inline constexpr Program<Lwt::In> unknown = [](Lwt::In::Packet) {
  // error: calls helper number 212, which no kernel has; call one of ebpfxx/kernel/helpers.inc [ebpfxx-helper-kernel]
  // explained: helper-kernel
  return reinterpret_cast<long (*)()>(212)() == 0 ? Drop : Ok;
};
#endif
