// What `transport()` found, tested before it is known that the packet could be read that far.
#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Xdp::Verdict;
using Packet = Xdp::Packet;

#if CASE == 0  // accepted: every idiom by which it is asked

inline constexpr Program<Xdp> early_returns = [](Packet packet) {
  auto transport = packet.transport();
  if (transport.could_not_tell()) return Drop;
  if (!transport) return Pass;
  return transport.flow().destination_port == 22 ? Drop : Pass;
};

inline constexpr Program<Xdp> one_condition = [](Packet packet) {
  auto transport = packet.transport();
  if (transport.could_not_tell() || !transport) return Drop;
  return transport.flow().destination_port == 22 ? Drop : Pass;
};

inline constexpr Program<Xdp> by_outcome = [](Packet packet) {
  auto transport = packet.transport();
  if (transport.outcome() == TransportOutcome::LaterFragment) return Pass;
  if (!transport) return Drop;
  return transport.flow().destination_port == 22 ? Drop : Pass;
};

inline constexpr Program<Xdp> only_asked = [](Packet packet) {
  return packet.transport().could_not_tell() ? Drop : Pass;
};

inline constexpr Program<Xdp> copied = [](Packet packet) {
  const auto transport = packet.transport();
  const bool unread = transport.could_not_tell();
  const auto copy = transport;
  if (unread || !copy) return Drop;
  return copy.flow().destination_port == 22 ? Drop : Pass;
};

template <class Found>
bool goes_to(const Found& transport, std::uint16_t port) {
  return transport.flow().destination_port == port;
}
inline constexpr Program<Xdp> in_a_function = [](Packet packet) {
  auto transport = packet.transport();
  if (transport.could_not_tell()) return Drop;
  return transport && goes_to(transport, 22) ? Drop : Pass;
};

inline constexpr Program<Xdp> asked_on_both_paths = [](Packet packet) {
  auto transport = packet.transport();
  if (packet.ingress_ifindex() == 1) {
    if (transport.could_not_tell()) return Drop;
  } else if (transport.outcome() == TransportOutcome::Malformed) {
    return Drop;
  }
  return transport ? Drop : Pass;
};

#elif CASE == 1  // not asked
// kernel takes it: a packet that could not be read has no transport header for it
inline constexpr Program<Xdp> unasked = [](Packet packet) {
  auto transport = packet.transport();
  // error: 'transport' may be of a packet that could not be read; ask 'could_not_tell()' first [ebpfxx-could-not-tell]
  if (!transport) return Pass;
  return transport.flow().destination_port == 22 ? Drop : Pass;
};

#elif CASE == 2  // in a condition
// kernel takes it: as above
inline constexpr Program<Xdp> declared_in_the_condition = [](Packet packet) {
  // error: 'transport' may be of a packet that could not be read; ask 'could_not_tell()' first [ebpfxx-could-not-tell]
  if (auto transport = packet.transport()) return transport.flow().destination_port == 22 ? Drop : Pass;
  return Pass;
};

#elif CASE == 3  // asked on one path only
// kernel takes it: as above
inline constexpr Program<Xdp> on_one_path = [](Packet packet) {
  auto transport = packet.transport();
  if (packet.ingress_ifindex() == 1 && transport.could_not_tell()) return Drop;
  // error: 'transport' may be of a packet that could not be read; ask 'could_not_tell()' first [ebpfxx-could-not-tell]
  return transport ? Drop : Pass;
};

#elif CASE == 4  // asked of what it was before
// kernel takes it: as above
inline constexpr Program<Xdp> found_again = [](Packet packet) {
  auto transport = packet.transport();
  if (transport.could_not_tell()) return Drop;
  transport = packet.transport();
  // error: 'transport' may be of a packet that could not be read; ask 'could_not_tell()' first [ebpfxx-could-not-tell]
  return transport ? Drop : Pass;
};

#elif CASE == 5  // asked of another
// kernel takes it: as above
inline constexpr Program<Xdp> another = [](Packet packet) {
  auto transport = packet.transport();
  if (packet.transport().could_not_tell()) return Drop;
  // error: 'transport' may be of a packet that could not be read; ask 'could_not_tell()' first [ebpfxx-could-not-tell]
  return transport ? Drop : Pass;
};

#elif CASE == 6  // its flow, without any question
// kernel takes it: as above
inline constexpr Program<Xdp> flow_of_anything = [](Packet packet) {
  auto transport = packet.transport();
  // error: 'transport' may be of a packet that could not be read; ask 'could_not_tell()' first [ebpfxx-could-not-tell]
  return transport.flow().destination_port == 22 ? Drop : Pass;
};

#endif
