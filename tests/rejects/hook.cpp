// A program for a struct that is no hook, as it lacks a member.
#include <ebpfxx/language.hpp>

using namespace ebpfxx;

namespace ebpfxx_rejects {

/// A member each, for the structs below.
struct Named {
  static constexpr FixedString name{"Mine"};
};
struct InSection : Named {
  static constexpr FixedString section{"cgroup/connect4"};
};
struct WithVerdict : InSection {
  using Verdict = Cgroup::Connect4::Verdict;
};

/// A connect(2), by a handle of this source's own.
template <class Kernel, class Fields>
struct Handle {
  using Raw = Kernel;
  using Context = Fields;
  constexpr explicit Handle(Fields*) {}
  explicit Handle(Kernel*) {}
};
template <class Kernel, class Fields>
struct TypedHandle : Handle<Kernel, Fields> {
  static constexpr bpf_prog_type program_type = BPF_PROG_TYPE_CGROUP_SOCK_ADDR;
  using Handle<Kernel, Fields>::Handle;
};

/// What a native run has of it.
struct Fields {
  int answer = 42;
};
struct FieldsWithMemory {
  int memory = 0;
};

}  // namespace ebpfxx_rejects

using namespace ebpfxx_rejects;

#if CASE == 0  // accepted: all that a hook has to have, and no more

struct MyHook : WithVerdict {
  using Input = TypedHandle<bpf_sock_addr, Fields>;
};
static_assert(Hook<MyHook> && ContextHook<MyHook> && !PacketHook<MyHook> && !EventHook<MyHook>);
inline constexpr Program<MyHook> allows = [](MyHook::Input) { return MyHook::Verdict::Allow; };

struct MyEvent : InSection {
  static constexpr FixedString section{"raw_tp/sched_switch"};
  static constexpr bpf_prog_type program_type = BPF_PROG_TYPE_RAW_TRACEPOINT;
  using Verdict = void;
  using Arguments = Fields;
  struct Event {
    using Raw = bpf_raw_tracepoint_args;
    constexpr explicit Event(Raw*) {}
    constexpr explicit Event(const Fields&) {}
  };
  using Input = Event;
};
static_assert(Hook<MyEvent> && EventHook<MyEvent> && !ContextHook<MyEvent> && !PacketHook<MyEvent>);
inline constexpr Program<MyEvent> looks_on = [](MyEvent::Event) {};

#elif CASE == 1  // no name
struct Nameless {};
// no object: the refused overload has no body
// host: refused
// error: is for 'Nameless', which lacks a hook's 'name'; add what messages call it, a FixedString [ebpfxx-hook]
inline constexpr Program<Nameless> nameless = [](int) {};

#elif CASE == 2  // no section
struct NoSection : Named {};
// no object: the refused overload has no body
// host: refused
// error: is for 'NoSection', which lacks a hook's 'section'; add the ELF section by which loaders know its programs,
// a FixedString [ebpfxx-hook]
inline constexpr Program<NoSection> in_no_section = [](int) {};

#elif CASE == 3  // no verdict
struct NoVerdict : InSection {
  struct Verdict {};
};
// no object: the refused overload has no body
// host: refused
// error: is for 'NoVerdict', which lacks a hook's 'Verdict'; add an enumeration of what programs return, or void
// [ebpfxx-hook]
inline constexpr Program<NoVerdict> without_verdict = [](int) {};

#elif CASE == 4  // nothing that programs are called with
struct NoInput : WithVerdict {
  using Input = int;
};
// no object: the refused overload has no body
// host: refused
// error: is for 'NoInput', which lacks a hook's 'Input'; add what programs are called with, made from a pointer to
// its 'Raw' [ebpfxx-hook]
inline constexpr Program<NoInput> without_input = [](int) { return Cgroup::Connect4::Verdict::Allow; };

#elif CASE == 5  // neither a packet nor a context nor an event
struct NoKind : WithVerdict {
  using Input = TypedHandle<bpf_sock_addr, FieldsWithMemory>;
};
// no object: the refused overload has no body
// host: refused
// error: is for 'NoKind', which lacks a hook's 'Packet'; add one that is its 'Input', or an 'Input::Context' without
// a packet's memory, or 'Arguments' and 'Event' [ebpfxx-hook]
inline constexpr Program<NoKind> of_no_kind = [](NoKind::Input) { return NoKind::Verdict::Allow; };

#elif CASE == 6  // no type of program
struct NoType : WithVerdict {
  using Input = Handle<bpf_sock_addr, Fields>;
};
// no object: the refused overload has no body
// host: refused
// error: is for 'NoType', which lacks a hook's 'program_type'; add one of BPF_PROG_TYPE_* to its 'Input' or to
// itself [ebpfxx-hook]
inline constexpr Program<NoType> of_no_type = [](NoType::Input) { return NoType::Verdict::Allow; };

#elif CASE == 7  // the context of another type of program
struct OtherContext : WithVerdict {
  using Input = TypedHandle<__sk_buff, Fields>;
};
// no object: the refused overload has no body
// host: refused
// error: is for 'OtherContext', which lacks a hook's 'Input::Raw'; add the struct that the kernel hands to programs
// of its 'program_type' [ebpfxx-hook]
inline constexpr Program<OtherContext> other = [](OtherContext::Input) { return OtherContext::Verdict::Allow; };
#endif
