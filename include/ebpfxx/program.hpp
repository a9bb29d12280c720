#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>

#include <ebpfxx/detail/device.hpp>
#include <ebpfxx/packet/memory.hpp>

namespace ebpfxx {

template <std::size_t N>
constexpr std::array<std::uint8_t, N> packet_bytes(const std::array<std::uint8_t, N>& bytes) {
  return bytes;
}

/// Bytes that a program can be called with: an array, or a stack of headers as `ipv4() / tcp()`.
template <class Source>
concept PacketSource = requires(const Source& source) { packet_bytes(source); };

/// What makes a program: a lambda that captures nothing, from the hook's packet to a verdict of the hook; of hooks that
/// only look on, from an event to nothing.
template <class Body, class Hook>
concept ProgramBody =
    std::is_empty_v<Body> && std::is_invocable_r_v<typename Hook::Verdict, Body, typename Hook::Packet> &&
    (!std::is_void_v<typename Hook::Verdict> || std::is_void_v<std::invoke_result_t<Body, typename Hook::Packet>>);

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
  using Packet = typename Hook::Packet;
  using Verdict = typename Hook::Verdict;

  template <ProgramBody<Hook> Body>
  // NOLINTNEXTLINE(google-explicit-constructor): a program is written as the lambda it is
  constexpr Program(Body)
      : body_([](Packet packet) -> Verdict { return Body{}(packet); })
#if defined(__EBPFXX_DEVICE__)
        ,
        entry_(&entry<Body>),
        section_(Hook::section.text)
#endif
  {
  }

  // Of anything else `ebpfxx-cc` says why it is no program.
  template <class Body>
    requires(!ProgramBody<Body, Hook> && !std::same_as<Body, Program>)
#if defined(__EBPFXX_DEVICE__)
  // NOLINTNEXTLINE(google-explicit-constructor): as above
  constexpr Program(Body) : body_(nullptr), entry_(&entry<Body>), section_(Hook::section.text) {
  }
#else
  Program(Body) = delete;
#endif

  /// The verdict on a packet.
  constexpr Verdict operator()(Packet packet) const { return body_(packet); }

  /// The verdict on a packet with these bytes; its changes to the packet are lost (`run` keeps them).
  template <PacketSource Source>
  constexpr Verdict operator()(const Source& source) const {
    const auto bytes = packet_bytes(source);
    StoredPacket<std::tuple_size_v<decltype(packet_bytes(source))>, Packet::room> packet(bytes);
    auto context = Packet::context_of(packet.span());
    return body_(Packet(&context));
  }

 private:
  Verdict (*body_)(Packet);

#if defined(__EBPFXX_DEVICE__)
  template <class Body>
  static int entry(typename Packet::Raw* context) {
    if constexpr (ProgramBody<Body, Hook> && std::is_void_v<Verdict>) {
      Body{}(Packet(context));
      return 0;
    } else if constexpr (ProgramBody<Body, Hook>) {
      const Verdict verdict = Body{}(Packet(context));
      return static_cast<int>(verdict);
    } else if constexpr (!std::is_empty_v<Body>) {
      return 0;  // it captures: an error that the compiler finds by itself
    } else if constexpr (std::invocable<Body, Packet>) {
      using Returned = std::remove_cvref_t<std::invoke_result_t<Body, Packet>>;
      if constexpr (std::is_void_v<Verdict>)
        return unwanted_verdict<Returned>();
      else
        return wrong_verdict<Returned>();
    } else if constexpr (requires { typename Hook::Event; }) {
      return wrong_event();
    } else {
      return wrong_packet();
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
      EBPFXX_REFUSE("verdict", "cannot be called with a packet of %0; take an '%0::Packet'", +Hook::name.text);
  static int wrong_event()
      EBPFXX_REFUSE("verdict", "cannot be called with an event of %0; take a '%0::Event'", +Hook::name.text);

  int (*entry_)(typename Packet::Raw*);
  const char* section_;
#endif
};

}  // namespace ebpfxx
