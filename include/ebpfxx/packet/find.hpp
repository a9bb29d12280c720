#pragma once

#include <ebpfxx/packet/copied.hpp>
#include <ebpfxx/packet/parsed.hpp>

/// What packets and headers have as members, as functions for code that several hooks share: where the packet is of
/// any type, `next<Ipv4>(parse<Ethernet>(packet))` needs no `template`. They are found by their argument.
namespace ebpfxx {

/// The header at the start of a packet or of some of its bytes: `packet.parse<Header>()`.
template <PacketHeader Header, class Packet>
  requires requires(const Packet& packet) { packet.template parse<Header>(); }
constexpr auto parse(const Packet& packet) {
  return packet.template parse<Header>();
}

/// The header that `found` says follows it: `found.next<Header>()`.
template <PacketHeader Header, class Found>
  requires requires(const Found& found) { found.template next<Header>(); }
EBPFXX_ANNOTATE(EBPFXX_ABI_TAKEN_FROM)
constexpr auto next(const Found& found) {
  return found.template next<Header>();
}

/// What follows `found`, whatever that says about it: `found.payload<Header>()`.
template <PacketHeader Header, class Found>
  requires requires(const Found& found) { found.template payload<Header>(); }
EBPFXX_ANNOTATE(EBPFXX_ABI_TAKEN_FROM)
constexpr auto payload(const Found& found) {
  return found.template payload<Header>();
}

/// A part of `found`: `found.part<Part>()`.
template <PacketHeader Part, class Found>
  requires requires(const Found& found) { found.template part<Part>(); }
EBPFXX_ANNOTATE(EBPFXX_ABI_TAKEN_FROM)
constexpr auto part(const Found& found) {
  return found.template part<Part>();
}

/// An option of `found`: `found.option<Option>()`.
template <PacketHeader Option, class Found>
  requires requires(const Found& found) { found.template option<Option>(); }
EBPFXX_ANNOTATE(EBPFXX_ABI_TAKEN_FROM)
constexpr auto option(const Found& found) {
  return found.template option<Option>();
}

}  // namespace ebpfxx
