#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>

#include <ebpfxx/context/memory.hpp>
#include <ebpfxx/detail/device.hpp>
#include <ebpfxx/hook/hook.hpp>

namespace ebpfxx {

template <std::size_t N>
constexpr std::array<std::uint8_t, N> packet_bytes(const std::array<std::uint8_t, N>& bytes) {
  return bytes;
}

/// Bytes that a program can be called with: an array, or a stack of headers as `ipv4() / tcp()`.
template <class Source>
concept PacketSource = requires(const Source& source) { packet_bytes(source); };

/// What makes a program: a lambda that captures nothing and takes the hook's `Input`: a packet, a connection or an
/// event. It returns a verdict of the hook, or nothing where the hook has no verdicts.
template <class Body, class Hook>
concept ProgramBody =
    std::is_empty_v<Body> && std::is_invocable_r_v<typename Hook::Verdict, Body, typename Hook::Input> &&
    (!std::is_void_v<typename Hook::Verdict> || std::is_void_v<std::invoke_result_t<Body, typename Hook::Input>>);

/// A program for a hook, written as a lambda without captures and named by its variable.
///
///     inline constexpr Program<Lwt::Out> drop_all = [](Lwt::Out::Packet packet) { return Lwt::Out::Verdict::Drop; };
///
/// `ebpfxx-cc` lowers it to an ELF function of the variable's name in the hook's section. The variable needs linkage,
/// so that the application and the object agree on what it is called. Called as a function it runs here: in constant
/// evaluation, or natively.
template <class Hook>
class EBPFXX_ANNOTATE(EBPFXX_ABI_PROGRAM) Program {
 public:
  using hook = Hook;
  using Input = typename Hook::Input;
  using Verdict = typename Hook::Verdict;

 private:
  /// Not of a lambda in which the compiler has found an error.
  template <class Body>
  static constexpr bool has_return_type = std::invocable<Body, Input> || requires { &Body::operator(); };

 public:
  /// Makes a program of a lambda without captures, or of a function object without members.
  template <ProgramBody<Hook> Body>
  // NOLINTNEXTLINE(google-explicit-constructor): a program is written as the lambda it is
  constexpr Program(Body)
      : body_([](Input input) -> Verdict { return Body{}(input); })
#if defined(__EBPFXX_DEVICE__)
        ,
        entry_(&entry<Body>),
        section_(Hook::section.text)
#endif
  {
  }

  // Of anything else `ebpfxx-cc` says why it is no program.
#if defined(__EBPFXX_DEVICE__)
  template <class Body>
    requires(!ProgramBody<Body, Hook> && !std::same_as<Body, Program>)
  // NOLINTNEXTLINE(google-explicit-constructor): as above
  constexpr Program(Body) : body_(nullptr), entry_(&entry<Body>), section_(Hook::section.text) {}
#else
  template <class Body>
    requires(!ProgramBody<Body, Hook> && !std::same_as<Body, Program> && has_return_type<Body>)
  Program(Body) = delete;
  // An error in the lambda is enough.
  template <class Body>
    requires(!std::same_as<Body, Program> && !has_return_type<Body>)
  // NOLINTNEXTLINE(google-explicit-constructor): as above
  constexpr Program(Body) : body_(nullptr) {}
#endif

  /// Returns the verdict on a packet, connection or event.
  constexpr Verdict operator()(Input input) const { return body_(input); }

  /// The verdict on a packet with these bytes; its changes to the packet are lost (`run` keeps them).
  template <PacketSource Source>
  constexpr Verdict operator()(const Source& source) const {
    const auto bytes = packet_bytes(source);
    StoredPacket<std::tuple_size_v<decltype(packet_bytes(source))>, Input::margins> packet(bytes);
    auto context = Input::context_of(packet.span());
    return body_(Input(&context));
  }

 private:
  Verdict (*body_)(Input);

#if defined(__EBPFXX_DEVICE__)
  template <class Body>
  static int entry(typename Input::Raw* context) {
    if constexpr (ProgramBody<Body, Hook> && std::is_void_v<Verdict>) {
      Body{}(Input(context));
      return 0;
    } else if constexpr (ProgramBody<Body, Hook>) {
      const Verdict verdict = Body{}(Input(context));
      return static_cast<int>(verdict);
    } else if constexpr (!std::is_empty_v<Body>) {
      return 0;  // it captures: an error that the compiler finds by itself
    } else if constexpr (std::invocable<Body, Input>) {
      using Returned = std::remove_cvref_t<std::invoke_result_t<Body, Input>>;
      if constexpr (std::is_void_v<Verdict>)
        return unwanted_verdict<Returned>();
      else
        return wrong_verdict<Returned>();
    } else if constexpr (PacketHook<Hook>) {
      return wrong_packet();
    } else if constexpr (EventHook<Hook>) {
      return wrong_event();
    } else if constexpr (requires { typename Hook::Connection; }) {
      return wrong_connection();
    } else {
      return wrong_context();
    }
  }

  template <class Returned>
  static int wrong_verdict()
      EBPFXX_REFUSE("verdict", "returns '%0', %1 understands '%1::Verdict' only; return one of its verdicts",
                    static_cast<Returned*>(nullptr), +Hook::name.text);
  template <class Returned>
  static int unwanted_verdict() EBPFXX_REFUSE("verdict", "returns '%0', %1 only looks on; return nothing",
                                              static_cast<Returned*>(nullptr), +Hook::name.text);
  static int wrong_packet()
      EBPFXX_REFUSE("verdict", "cannot be called with a packet of %0; take '%0::Packet'", +Hook::name.text);
  static int wrong_connection()
      EBPFXX_REFUSE("verdict", "cannot be called with a connection of %0; take '%0::Connection'", +Hook::name.text);
  static int wrong_context()
      EBPFXX_REFUSE("verdict", "cannot be called with the context of %0; take '%0::Input'", +Hook::name.text);
  static int wrong_event()
      EBPFXX_REFUSE("verdict", "cannot be called with an event of %0; take '%0::Event'", +Hook::name.text);

  int (*entry_)(typename Input::Raw*);
  const char* section_;
#endif
};

// For what is no hook, `ebpfxx-cc` says what it lacks.
template <class NoHook>
  requires(!Hook<NoHook>)
class EBPFXX_ANNOTATE(EBPFXX_ABI_PROGRAM) Program<NoHook> {
 public:
#if defined(__EBPFXX_DEVICE__)
  template <class Body>
  // NOLINTNEXTLINE(google-explicit-constructor): as above
  constexpr Program(Body) : entry_(&entry), section_("") {}

 private:
  static constexpr detail::hook::MissingMember missing = detail::hook::missing_member<NoHook>();
  static int entry(void*) { return no_hook(); }
  static int no_hook() EBPFXX_REFUSE("hook", "is for '%0', which lacks a hook's '%1'; add %2",
                                     static_cast<NoHook*>(nullptr), missing.name, missing.description);

  int (*entry_)(void*);
  const char* section_;
#else
  template <class Body>
  constexpr Program(Body) = delete;
#endif
};

}  // namespace ebpfxx
