#pragma once

#include <linux/bpf.h>

#include <concepts>
#include <type_traits>

#include <ebpfxx/kernel/program_type.hpp>

namespace ebpfxx {

/// A hook whose programs work on a packet: its `Packet`, which is their `Input`, has a `Context` with the packet's
/// memory. XdpPacket, SkbPacket, CopiedPacket and those that build on them are such packets.
template <class Candidate>
concept PacketHook = requires(typename Candidate::Packet::Context context) {
  context.memory.data;
  Candidate::Packet::start;
  requires std::same_as<typename Candidate::Packet, typename Candidate::Input>;
};

/// A hook whose programs work on no packet but on a context alone, which they may change: the `Context` of their
/// `Input`, a struct of plain, settable fields.
template <class Candidate>
concept ContextHook = requires(typename Candidate::Input::Context context) {
  typename Candidate::Input::Context;
  requires std::is_constructible_v<typename Candidate::Input, typename Candidate::Input::Context*>;
  requires !requires { context.memory; };
};

/// A hook whose programs look on, and are handed an event: its `Event`, which is their `Input`, is made from
/// `Arguments`, which tests write.
template <class Candidate>
concept EventHook = requires {
  typename Candidate::Arguments;
  requires std::same_as<typename Candidate::Event, typename Candidate::Input>;
  requires std::is_constructible_v<typename Candidate::Event, const typename Candidate::Arguments&>;
};

namespace detail::hook {

template <class Candidate>
concept HasHookName = requires {
  { +Candidate::name.text } -> std::same_as<const char*>;
};
template <class Candidate>
concept HasHookSection = requires {
  { +Candidate::section.text } -> std::same_as<const char*>;
};
template <class Candidate>
concept HasHookVerdict = std::is_void_v<typename Candidate::Verdict> ||
                         requires(typename Candidate::Verdict verdict) { static_cast<int>(verdict); };
template <class Candidate>
concept HasHookInput = requires { typename Candidate::Input::Raw; } &&
                       std::is_constructible_v<typename Candidate::Input, typename Candidate::Input::Raw*>;
template <class Candidate>
concept HasHookKind = PacketHook<Candidate> || ContextHook<Candidate> || EventHook<Candidate>;

template <class Candidate>
concept HasProgramType = std::same_as<const bpf_prog_type, decltype(Candidate::program_type)>;

/// What the kernel takes the programs of a hook for: an event's hook says it, the others' `Input`.
template <class Candidate>
concept HasHookType = HasProgramType<Candidate> || HasProgramType<typename Candidate::Input>;
template <HasHookType Candidate>
inline constexpr bpf_prog_type program_type_of = Candidate::Input::program_type;
template <HasHookType Candidate>
  requires HasProgramType<Candidate>
inline constexpr bpf_prog_type program_type_of<Candidate> = Candidate::program_type;

template <class Candidate>
concept HasHookContext =
    kernel::takes_context<std::remove_const_t<typename Candidate::Input::Raw>>(program_type_of<Candidate>);

}  // namespace detail::hook

/// What a Program may be written for. Any struct is a hook that has
///
/// - `static constexpr FixedString name`: what messages call it, as its users spell it;
/// - `static constexpr FixedString section`: the ELF section by which loaders know the type of program;
/// - `Verdict`: what programs return, an enumeration of the kernel's numbers, or void;
/// - `Input`: what programs are called with, made from a pointer to `Input::Raw`, the context that the kernel hands
///   over, with a `program_type` (or the hook itself has one);
/// - what its kind wants: see PacketHook, ContextHook and EventHook.
///
/// `static_assert(Hook<MyHook>)` says what is missing, as does a Program for it. How they are attached says
/// AttachTraits<MyHook>. docs/adding-a-hook.md has an example of its own.
template <class Candidate>
concept Hook = detail::hook::HasHookName<Candidate> && detail::hook::HasHookSection<Candidate> &&
               detail::hook::HasHookVerdict<Candidate> && detail::hook::HasHookInput<Candidate> &&
               detail::hook::HasHookKind<Candidate> && detail::hook::HasHookType<Candidate> &&
               detail::hook::HasHookContext<Candidate>;

namespace detail::hook {

/// What a struct lacks to be a hook, and what to add.
struct MissingMember {
  const char* name;
  const char* description;
};

template <class Candidate>
consteval MissingMember missing_member() {
  if constexpr (!HasHookName<Candidate>)
    return {"name", "what messages call it, a FixedString"};
  else if constexpr (!HasHookSection<Candidate>)
    return {"section", "the ELF section by which loaders know its programs, a FixedString"};
  else if constexpr (!HasHookVerdict<Candidate>)
    return {"Verdict", "an enumeration of what programs return, or void"};
  else if constexpr (!HasHookInput<Candidate>)
    return {"Input", "what programs are called with, made from a pointer to its 'Raw'"};
  else if constexpr (!HasHookKind<Candidate>)
    return {"Packet",
            "one that is its 'Input', or an 'Input::Context' without a packet's memory, or 'Arguments' and 'Event'"};
  else if constexpr (!HasHookType<Candidate>)
    return {"program_type", "one of BPF_PROG_TYPE_* to its 'Input' or to itself"};
  else
    return {"Input::Raw", "the struct that the kernel hands to programs of its 'program_type'"};
}

}  // namespace detail::hook
}  // namespace ebpfxx
